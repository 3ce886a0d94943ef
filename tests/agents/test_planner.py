"""Plain words -> stages."""

import pytest

from agents.planner import make_plan
from agents.records import Plan, Refusal, Request
from agents.settings import Settings


def _ask(text: str) -> Plan | Refusal:
    return make_plan(Request("r", text, "/p", "/p", "train.py", ("python", "train.py"), Settings()))


def _stages(text: str) -> list[tuple[str, str, str | None, str]]:
    plan = _ask(text)
    assert isinstance(plan, Plan)
    return [(one.task, one.functionality, one.source, one.target) for one in plan.stages]


TRACKING = ("inline", "experiment_tracking", None, "mlflow")


@pytest.mark.parametrize(
    "text",
    [
        "Track this run with MLflow",
        "track this",
        "please log metrics and parameters to mlflow",
        "Add ML Flow experiment tracking\nto the script",
        "mlflow",
        "I want to see the loss of every epoch in the MLflow UI, can you record it?",
        "track my hyperparameter search with mlflow",
    ],
)
def test_a_request_to_track_is_one_stage(text: str) -> None:
    assert _stages(text) == [TRACKING]


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("tune lr and depth, 20 trials", ("inline", "hyperparameter_optimization", None, "optuna")),
        ("prune it to 50%", ("inline", "model_optimization", None, "nncf")),
        ("Quantize the model with torch.ao", ("inline", "model_optimization", None, "torch.ao")),
        ("version our data with DVC", ("inline", "version_control", None, "dvc")),
        ("track with Weights & Biases", ("inline", "experiment_tracking", None, "wandb")),
        ("replace W&B by MLflow", ("translate", "experiment_tracking", "wandb", "mlflow")),
        ("use mlflow instead of wandb", ("translate", "experiment_tracking", "wandb", "mlflow")),
        *(
            (text, ("translate", "hyperparameter_optimization", "hyperopt", "optuna"))
            for text in (
                "Replace Hyperopt by Optuna",
                "replace hyperopt with optuna",
                "Move the search from Hyperopt to Optuna",
                "Port the hyperparameter tuning from hyperopt to Optuna, please",
                "Use Optuna instead of hyperopt for tuning",
                "swap hyperopt for optuna",
            )
        ),
        ("from GitPython to DVC", ("translate", "version_control", "gitpython", "dvc")),
    ],
)
def test_a_known_phrase_names_functionality_and_component(
    text: str, stage: tuple[str, str, str | None, str]
) -> None:
    assert _stages(text) == [stage]


def test_registration_comes_after_tracking_whatever_the_order_of_the_words() -> None:
    assert [stage[1] for stage in _stages("register the best model and log everything")] == [
        "experiment_tracking",
        "model_registration",
    ]


def test_another_functionality_beside_a_named_component_is_a_stage_of_its_own() -> None:
    assert _stages("prune it and track with mlflow") == [
        TRACKING,
        ("inline", "model_optimization", None, "nncf"),
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("put it in the experiment wine", "wine"),
        ('log to the MLflow experiment "wine quality"', "wine quality"),
        ("track this with mlflow under experiment digits-v2.1.", "digits-v2.1"),
        ("Add MLflow experiment tracking", ""),
        ("track this experiment with MLflow", ""),
    ],
)
def test_an_experiment_is_named_only_where_the_words_name_one(text: str, name: str) -> None:
    plan = _ask(text)
    assert isinstance(plan, Plan)
    assert plan.stages[0].experiment == name


@pytest.mark.parametrize("text", ["make me a sandwich", "?", "fix the bug in line 3", "🙂"])
def test_a_request_for_nothing_known_is_refused_with_an_example(text: str) -> None:
    refusal = _ask(text)
    assert isinstance(refusal, Refusal)
    assert "Track this run with MLflow" in refusal.reasons[0].reason
