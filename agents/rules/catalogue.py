"""What the rules know, for people to read: `mlgraft rules list`."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing the offline coder looks for, writes, or stops at."""

    name: str
    functionality: str
    target: str
    kind: Literal["site", "emitter", "refusal"]
    text: str


_SITES = {
    "library-metric": "One number that a function of sklearn.metrics hands back, wherever it "
    "stands.",
    "estimator-score": "The `score` of an estimator, a pipeline or a search.",
    "cross-validation": "Folds of `cross_val_score`, `cross_validate`: their mean and spread.",
    "search": "`best_score_` and `best_params_` after a grid or random search is fitted.",
    "named-value": "A number whose name or printed label says what it measures (`val_loss`, "
    "`Accuracy: ...`).",
    "epoch-value": "Such a number in a loop over epochs or folds: every round, with its step.",
    "returned-value": "A metric that a function returns: logged where the caller names it.",
    "summary": "A scalar handed to a TensorBoard writer, with its tag and step.",
    "options": "The namespace of argparse.",
    "constant": "Constants that steer the training, and literal settings of estimators.",
}
_EMITTERS = {
    "run-with": "A short guarded body or one call of main() is wrapped in `with mlflow.start_run`.",
    "run-around": "Any other script gets `mlflow.start_run` before its first work and "
    "`mlflow.end_run` at its end.",
    "hoist": "A metric computed inside a print is computed once, just before, under a fresh name.",
    "step-handed-on": "A function called once in every epoch is handed the epoch as the step.",
    "step-counter": "A loop without a number of its own gets a counter.",
    "name-in-key": "In a loop over models with literal names, the name becomes part of the key.",
}
_REFUSALS = {
    "no-metric": "No value that a metric names is computed or printed.",
    "already-tracked": "The script logs to MLflow already.",
    "other-tracker": "The script uses another tracker: moving it is a translation.",
    "own-door": "Keras, Lightning, the Hugging Face Trainer, native boosters have callbacks.",
    "distributed": "Distributed training needs exactly one run, on the first process.",
    "hidden-options": "There are options, but no variable holds them all.",
    "unknown-caller": "A function is decorated, handed on as a value, or never called here.",
    "several-callers": "A function is called from several places and nothing tells them apart.",
    "nested-loops": "A value is measured inside loops of several functions.",
    "unnumbered-loop": "The loop around the caller has no number of its own.",
    "contradiction": "A name says another part of the data than the arguments do.",
    "taken-name": "The script has a name `mlflow` of its own.",
    "hard-exit": "`os._exit` ends the script before a run can be closed.",
    "async": "The script is asynchronous.",
    "syntax": "The file is not valid Python.",
    "unsure": "The adapted text did not keep every statement of the script.",
    "unknown-stage": "The rules do not know the task.",
}


def list_rules() -> tuple[Rule, ...]:
    """All rules, sites first, in the order in which the coder works."""
    kinds: tuple[tuple[Literal["site", "emitter", "refusal"], dict[str, str]], ...] = (
        ("site", _SITES),
        ("emitter", _EMITTERS),
        ("refusal", _REFUSALS),
    )
    return tuple(
        Rule(name, "experiment_tracking", "mlflow", kind, text)
        for kind, rules in kinds
        for name, text in rules.items()
    )
