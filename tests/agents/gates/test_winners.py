"""The best of a study goes where the best of the search went."""

import pytest

from agents.gates.winners import find_unused_best
from agents.records import Stage

MOVED = Stage(
    task="translate",
    functionality="hyperparameter_optimization",
    source="hyperopt",
    target="optuna",
)
BEFORE = """\
from hyperopt import fmin, space_eval
from sklearn.svm import SVC
def build(params):
    return SVC(**params)
def objective(params):
    return -score(build(params))
best = space_eval(space, fmin(objective, space))
model = build(best)
print(best)
"""
AFTER = """\
import optuna
from sklearn.svm import SVC
def build(params):
    return SVC(**params)
def objective(trial):
    params = {"C": trial.suggest_float("C", 0.1, 1.0)}
    return -score(build(params))
study = optuna.create_study()
study.optimize(objective, n_trials=10)
model = build(study.best_params)
print(study.best_params)
"""


def find(after: str, before: str = BEFORE) -> str:
    return find_unused_best(MOVED, {"train.py": before}, {"train.py": after})


def test_the_best_of_the_study_in_its_place_passes() -> None:
    assert find(AFTER) == ""


@pytest.mark.parametrize(
    "lines",
    [
        "winner = dict(study.best_params)\nmodel = build(winner)\n",
        "model = build({name: value for name, value in study.best_params.items()})\n",
        "best, _ = study.best_params, 1\nmodel = build(best)\n",
        "best: dict = study.best_trial.params\nmodel = build(params=best)\n",
        "for best in [study.best_params]:\n    model = build(best)\n",
        "def pick(s):\n    return study.best_params\nmodel = build(pick(study))\n",
        "class A: pass\nA.best = study.best_params\nmodel = build(A.best)\n",
        "if (best := study.best_params):\n    model = build(best)\n",
    ],
)
def test_it_may_take_any_way(lines: str) -> None:
    assert find(AFTER.replace("model = build(study.best_params)\n", lines)) == ""


@pytest.mark.parametrize(
    "lines", ['model = build({"C": 0.5})\n', "best = START\nmodel = build(best)\n"]
)
def test_anything_else_in_its_place_is_told(lines: str) -> None:
    assert find(AFTER.replace("model = build(study.best_params)\n", lines)) == (
        "train.py, line 8 of the original: `build` is given what the search found. Nothing that "
        "the study found reaches it in the adapted script."
    )


def test_what_only_unpacked_the_search_s_own_layout_may_go() -> None:
    before = BEFORE.replace("model = build(best)", "model = build(unpack(best))")
    before = "def unpack(best):\n    return best\n" + before
    assert find(AFTER, before) == ""


def test_a_class_that_is_given_a_part_of_it_is_told() -> None:
    before = BEFORE.replace("build(best)", 'SVC(C=best["C"])')
    assert find(AFTER, before) != ""
    assert find(AFTER.replace("= build(study", "= SVC(**study"), before) == ""


def test_libraries_that_lay_it_out_need_not_be_given_it() -> None:
    before = "import json\nimport numpy as np\n" + BEFORE + "json.dumps(best)\nnp.array(best)\n"
    after = "import json\nimport numpy as np\n" + AFTER + "json.dumps(1)\nnp.array(2)\n"
    assert find(after, before) == ""


def test_nothing_is_asked_where_nothing_moves() -> None:
    stage = Stage(task="inline", functionality="hyperparameter_optimization", target="optuna")
    assert find_unused_best(stage, {"train.py": BEFORE}, {"train.py": ""}) == ""
