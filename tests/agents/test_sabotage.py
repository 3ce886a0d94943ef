import ast
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.records import Functionality, Stage
from agents.sabotage import CONSTANT, Known, spoil
from agents.spoiling import Edit, apply_edits

TRACKED = """\
import mlflow

with mlflow.start_run(run_name="train"):
    for epoch in range(10):
        loss = train()
        mlflow.log_metric("loss", loss, step=epoch)
        mlflow.log_metrics({"epoch": epoch, "accuracy": test()}, step=epoch)
"""
KNOWN = Known(
    kinds={"loss": frozenset({"loss"}), "accuracy": frozenset({"accuracy"})},
    lengths={"loss": 10, "accuracy": 10},
)
NOTHING = Known({}, {})


def spoilt(
    text: str,
    functionality: Functionality = "experiment_tracking",
    target: str = "mlflow",
    known: Known = NOTHING,
    asked: Mapping[str, str] | None = None,
) -> Mapping[str, tuple[str, str]]:
    """Edit without its place -> the gate meant, the text."""
    stage = Stage("inline", functionality, target, asked=asked or {})
    return {
        one.edit.partition(" (")[0]: (one.meant, one.files["t.py"])
        for one in spoil(
            stage, {"t.py": "", "other.py": TRACKED}, {"t.py": text, "other.py": TRACKED}, known
        )
    }


def test_tracking_is_spoilt_in_value_name_steps_and_as_a_whole() -> None:
    found = spoilt(TRACKED, known=KNOWN)
    assert {edit: meant for edit, (meant, _) in found.items()} == {
        "`loss` logged as a constant": "witness",
        "`loss` renamed to `accuracy`": "witness",
        "`loss` logged at every other step": "store",
        "all logging removed": "store",
    }
    assert f'log_metric("loss", {CONSTANT}, step=epoch)' in found["`loss` logged as a constant"][1]
    assert '("accuracy", loss, step' in found["`loss` renamed to `accuracy`"][1]
    half = found["`loss` logged at every other step"][1]
    assert "None if (epoch) % 2 else mlflow.log_metric('loss', loss, step=epoch)" in half
    assert "log_metric" not in found["all logging removed"][1]


def test_every_other_step_is_left_out_where_steps_lie_far_apart() -> None:
    known = replace(KNOWN, paces={"loss": 50})
    half = spoilt(TRACKED, known=known)["`loss` logged at every other step"][1]
    assert "None if (epoch) // 50 % 2 else mlflow.log_metric" in half


def test_what_the_gates_cannot_know_is_not_asked_of_them() -> None:
    found = spoilt(TRACKED)
    assert set(found) == {"`loss` logged as a constant", "all logging removed"}
    # A step that is drawn from somewhere would be another one when it is drawn twice.
    drawn = TRACKED.replace("step=epoch", "step=next(count)")
    assert "`loss` logged at every other step" not in spoilt(drawn, known=KNOWN)


def test_a_client_handed_out_by_the_component_is_found() -> None:
    text = "import wandb\nrun = wandb.init()\nrun.log({'loss': f(x)})\nlogging.log(1)\n"
    found = spoilt(text, target="wandb")
    assert f"run.log({{'loss': {CONSTANT}}})" in found["`loss` logged as a constant"][1]
    assert "logging.log(1)" in found["all logging removed"][1]


def test_logging_that_a_framework_does_is_taken_from_it() -> None:
    text = "import mlflow\nmlflow.autolog()\nfit()\n"
    assert spoilt(text)["all logging removed"][1] == "import mlflow\nNone\nfit()\n"


def test_registration_is_left_out_and_given_another_model() -> None:
    text = (
        "import mlflow\nimport mlflow.sklearn\n"
        "mlflow.sklearn.log_model(model, name='m', registered_model_name='wine')\n"
        "client = mlflow.MlflowClient()\n"
        "client.set_registered_model_alias('wine', 'champion', 1)\n"
    )
    found = spoilt(text, "model_registration", asked={"alias": "champion"})
    assert "registered_model_name=None" in found["the model logged, but not registered"][1]
    assert "log_model(type(model)(), name" in found["an untrained model registered"][1]
    assert found["the alias not set"][1].endswith("None\n")


def test_a_study_is_cut_short_made_constant_and_turned_round() -> None:
    text = (
        "import optuna\nstudy = optuna.create_study(direction='maximize')\n"
        "study.optimize(objective, n_trials=20)\n"
    )
    found = spoilt(text, "hyperparameter_optimization", "optuna")
    assert "n_trials=1)" in found["one trial instead of all"][1]
    assert f"lambda trial: {CONSTANT}" in found["an objective that is a constant"][1]
    assert '"minimize"' in found["the other direction"][1]


def test_compression_is_left_out() -> None:
    text = "import nncf\nsmall = nncf.quantize(model, data)\n"
    found = spoilt(text, "model_optimization", "nncf")
    assert found["`quantize` left out"][1] == "import nncf\nsmall = (model)\n"


def test_versioning_is_left_out() -> None:
    text = "from dvc.repo import Repo\nrepo = Repo('.')\nrepo.add('data.csv')\n"
    assert "None" in spoilt(text, "version_control", "dvc")["every `add` left out"][1]


def test_of_versioning_only_what_was_asked_for_is_left_out() -> None:
    text = (
        "import git\nrepo = git.Repo('.')\nrepo.index.add(['m.pt'])\nrepo.index.commit('x')\n"
        "repo.create_tag('v1')\n"
    )
    assert set(spoilt(text, "version_control", "gitpython")) == {
        "every `add` left out",
        "every `commit` left out",
    }
    found = spoilt(text, "version_control", "gitpython", asked={"tagged": "tag"})
    assert "None" in found["every `create_tag` left out"][1]
    beside = "from dvc.repo import Repo\nrepo = Repo('.')\nrepo.add('d')\nrepo.scm.commit('x')\n"
    assert set(spoilt(beside, "version_control", "dvc")) == {"every `add` left out"}


def test_lines_stay_where_they_are_and_letters_are_counted_as_letters() -> None:
    text = "é = 'ü'; f('ä',\n  g(1,\n    2),\n  3)\nlast = 1\n"
    call = next(
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "g"
    )
    changed = apply_edits({"t.py": "\ufeff" + text}, (Edit("t.py", call, "0"),))["t.py"]
    assert changed.startswith("\ufeffé = 'ü'; f('ä',")
    assert changed.count("\n") == text.count("\n")
    assert ast.unparse(ast.parse(changed[1:])) == "é = 'ü'\nf('ä', 0, 3)\nlast = 1"


@given(st.text(alphabet="aü '\n", max_size=20), st.integers(0, 3))
def test_an_edit_changes_nothing_beside_it(words: str, lines: int) -> None:
    text = f"x = {words!r}; y = f(1)\n" + "z = 1\n" * lines
    call = next(node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    changed = apply_edits({"t.py": text}, (Edit("t.py", call, "7"),))["t.py"]
    assert changed == text.replace("f(1)", "7")


@pytest.mark.parametrize("text", ["", "def (:", "import mlflow\n", "x = 1\n"])
def test_where_nothing_is_called_nothing_is_spoilt(text: str) -> None:
    assert spoilt(text) == {}
