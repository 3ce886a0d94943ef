"""Calls of Hyperopt's that something of Optuna's has to take the place of."""

import pytest

from agents.gates.accounts import find_unaccounted

BEFORE = """\
from hyperopt import fmin, hp
space = {"x": hp.uniform("x", 0, 1)}
best = fmin(lambda chosen: chosen["x"], space)
"""
AFTER = """\
import optuna
def objective(trial):
    return trial.suggest_float("x", 0, 1)
study = optuna.create_study()
study.optimize(objective, n_trials=10)
"""


def test_a_space_is_drawn_from_inside_the_objective() -> None:
    assert find_unaccounted("hyperopt", "optuna", BEFORE, AFTER) == ""


def test_it_may_be_drawn_from_in_another_file() -> None:
    search, drawing = (
        AFTER.replace('trial.suggest_float("x", 0, 1)', "draw(trial)"),
        ('def draw(trial):\n    return trial.suggest_float("x", 0, 1)\n'),
    )
    assert find_unaccounted("hyperopt", "optuna", BEFORE, search) != ""
    assert find_unaccounted("hyperopt", "optuna", BEFORE, search, [drawing]) == ""


@pytest.mark.parametrize(
    ("old", "new", "call"),
    [
        ("study.optimize(objective, n_trials=10)\n", "", "fmin"),
        ('trial.suggest_float("x", 0, 1)', "0.5", "uniform"),
    ],
)
def test_what_was_merely_deleted_is_told(old: str, new: str, call: str) -> None:
    problem = find_unaccounted("hyperopt", "optuna", BEFORE, AFTER.replace(old, new))
    assert f"`{call}` of hyperopt is gone, and no call of optuna took its place" in problem


def test_trials_may_be_asked_for_one_by_one() -> None:
    after = AFTER.replace("study.optimize(objective, n_trials=10)", "trial = study.ask()")
    assert find_unaccounted("hyperopt", "optuna", BEFORE, after) == ""
