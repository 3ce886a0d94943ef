"""Request -> Plan: finds in plain words what is asked for, without a model for known phrases."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from agents.records import Functionality, Plan, Reason, Refusal, Request, Stage
from agents.wishes import read_wishes

COMPONENTS: Mapping[str, str] = {
    "mlflow": r"ml[ -]?flow",
    "wandb": r"wandb|w\s?&\s?b|weights\s*(?:&|and)\s*biases",
    "optuna": r"optuna",
    "hyperopt": r"hyperopt",
    "nncf": r"nncf",
    "torch.ao": r"torch\.ao|torchao",
    "dvc": r"dvc",
    "gitpython": r"git[ -]?python",
}
"""The names people give a component, as patterns over lower-case words."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """How a functionality is asked for, and which component does it where none is named."""

    functionality: Functionality
    pattern: str
    verbs: str
    """Words that ask for it even where only another functionality's component is named."""
    targets: tuple[str, ...]
    """Components that have it, the usual one first."""


PHRASES = (
    Phrase(
        "model_registration",
        r"regist(?:er|ers|ering|ry|ration)\b",
        r"\bregister\b",
        ("mlflow", "wandb"),
    ),
    Phrase(
        "hyperparameter_optimization",
        r"\b(?:tun(?:e|es|ing)|hyper-?param\w*[ -](?:optimi[sz]\w+|search|tuning)|hpo"
        r"|optimi[sz]e (?:the |its )?hyper-?param\w*)\b",
        r"\b(?:tune|optimi[sz]e)\b",
        ("optuna", "hyperopt"),
    ),
    Phrase(
        "model_optimization",
        r"\b(?:prun(?:e|es|ing)|quanti[sz]\w*|compress\w*|sparsif\w*|int8)\b",
        r"\b(?:prune|quanti[sz]e|compress|sparsify)\b",
        ("nncf", "torch.ao"),
    ),
    Phrase(
        "version_control",
        r"\b(?:version(?:s|ed|ing)? (?:control |the |our |my )?(?:data\w*|models?)"
        r"|data version\w*)\b",
        r"\bversion (?:the |our |my )?data",
        ("dvc", "gitpython"),
    ),
    Phrase(
        "experiment_tracking",
        r"\b(?:track(?:s|ed|ing)?|log(?:s|ged|ging)?|record(?:s|ed|ing)?|monitor(?:s|ed|ing)?"
        r"|instrument\w*|experiments?)\b",
        r"$.",
        ("mlflow", "wandb"),
    ),
)

TRANSLATION = (
    r"\b(?:replac(?:e|ing)|swap|exchange)\b(?P<source>.+?)\b(?:by|with|for)\b(?P<target>.+)",
    r"\b(?:migrat\w*|mov\w+|switch\w*|port\w*|convert\w*|translat\w*|go)?\s*from\b(?P<source>.+?)"
    r"\b(?:to|into|over to)\b(?P<target>.+)",
    r"\buse\b(?P<target>.+?)\binstead of\b(?P<source>.+)",
)

EXPERIMENT = re.compile(
    r"\bexperiment\s+(?:named\s+|called\s+)?(?:\"([^\"]+)\"|'([^']+)'|`([^`]+)`)"
    r"|\b(?:in|into|under|to)\s+(?:the\s+|an\s+)?experiment\s+(?:named\s+|called\s+)?"
    r"([\w./-]*\w)",
    re.IGNORECASE,
)

FUNCTIONALITY: Mapping[str, Functionality] = {
    "mlflow": "experiment_tracking",
    "wandb": "experiment_tracking",
    "optuna": "hyperparameter_optimization",
    "hyperopt": "hyperparameter_optimization",
    "nncf": "model_optimization",
    "torch.ao": "model_optimization",
    "dvc": "version_control",
    "gitpython": "version_control",
}
"""What a component is for, where only its name is given."""

STEPS: Mapping[Functionality, tuple[str, ...]] = {
    "experiment_tracking": (
        "open one run around the training",
        "log the parameters the script exposes",
        "log every metric the script computes, with its step",
    ),
    "model_registration": ("log the trained model", "register it as a new version"),
    "hyperparameter_optimization": ("name the tuned values", "run a study", "report the best"),
    "model_optimization": ("compress the trained model", "check its accuracy", "save it"),
    "version_control": ("put the data under version control", "push it to the remote"),
    "other": (),
}


def make_plan(request: Request) -> Plan | Refusal:
    """Decompose a request into stages. A request that names nothing known is refused."""
    text = " ".join(request.text.split())
    lowered = text.lower()
    if (moved := _find_translation(lowered)) is not None:
        return Plan((replace(moved, asked=dict(read_wishes(text))),))
    named = _find_components(lowered)
    stages: list[Stage] = []
    for phrase in PHRASES:
        fitting = [name for name in named if name in phrase.targets]
        pattern = phrase.verbs if named and not fitting else phrase.pattern
        if re.search(pattern, lowered) is None:
            continue
        stages.append(_make_stage(phrase.functionality, (fitting or phrase.targets)[0], text))
    if not stages:
        stages = [_make_stage(FUNCTIONALITY[name], name, text) for name in named[:1]]
    if not stages:
        return Refusal(
            stage=0,
            coder="planner",
            reasons=(
                Reason(
                    0,
                    "unknown-functionality",
                    "The request names no functionality that is known: experiment tracking, model "
                    "registration, hyperparameter optimization, model optimization, version "
                    'control, or a move from one component to another. Say for example "Track '
                    'this run with MLflow".',
                ),
            ),
        )
    # What is tracked first can be registered afterwards, whatever the order of the words.
    order = [phrase.functionality for phrase in reversed(PHRASES)]
    return Plan(tuple(sorted(stages, key=lambda stage: order.index(stage.functionality))))


def _make_stage(functionality: Functionality, target: str, text: str) -> Stage:
    experiment = ""
    if functionality == "experiment_tracking" and (match := EXPERIMENT.search(text)):
        experiment = next(group for group in match.groups() if group)
    return Stage(
        task="inline",
        functionality=functionality,
        target=target,
        experiment=experiment,
        steps=STEPS[functionality],
        asked=dict(read_wishes(text)),
    )


def _find_components(lowered: str) -> tuple[str, ...]:
    """Find the components named, in the order of the text."""
    places = {
        name: match.start()
        for name, pattern in COMPONENTS.items()
        if (match := re.search(rf"(?<!\w)(?:{pattern})(?!\w)", lowered))
    }
    return tuple(sorted(places, key=places.__getitem__))


def _find_translation(lowered: str) -> Stage | None:
    """Find a move from one component to another."""
    for pattern in TRANSLATION:
        if (match := re.search(pattern, lowered)) is None:
            continue
        source = _find_components(match["source"])
        target = _find_components(match["target"])
        if source and target and source[-1] != target[0]:
            return Stage(
                task="translate",
                functionality=FUNCTIONALITY[target[0]],
                source=source[-1],
                target=target[0],
                steps=(f"map every call of {source[-1]} to {target[0]}", f"remove {source[-1]}"),
            )
    return None
