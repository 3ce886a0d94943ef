"""Where lines may move into functions, they are neither lost nor reformatted."""

import pytest

from agents.gates.layout import compare_layouts, read_layout
from agents.gates.rewriting import find_loss

BEFORE = """\
from sklearn.svm import SVC
model = SVC(C=1.0, kernel="rbf")
model.fit(X, y)
"""


def _loss(after: str, before: str = BEFORE) -> str:
    old, new = read_layout(before), read_layout(after)
    assert old is not None
    assert new is not None
    return find_loss(before, old, new, compare_layouts(old, new))


def test_lines_may_move_into_a_function_and_values_give_way() -> None:
    assert not _loss(
        "from sklearn.svm import SVC\n"
        "def objective(trial):\n"
        '    C = trial.suggest_float("C", 0.1, 10.0)\n'
        '    model = SVC(C=C, kernel="rbf")\n'
        "    model.fit(X, y)\n"
    )


@pytest.mark.parametrize(
    ("plain", "wrapped"),
    [
        ("from sklearn.svm import SVC", "from sklearn.svm import (SVC)"),
        ("model.fit(X, y)", "model.fit(\n    X,\n    y,\n)"),
        ("model.fit(X, y)", "(model.fit(X, y))"),
        ('kernel="rbf"', "kernel='rbf'"),
    ],
)
def test_a_line_that_only_looks_different_is_told(plain: str, wrapped: str) -> None:
    assert "was only reformatted" in _loss(BEFORE.replace(plain, wrapped))


def test_a_line_that_moved_deeper_may_be_wrapped_when_it_gets_too_long() -> None:
    long = "scores = evaluate(first_argument_of_many, second_argument_of_many, third_of_many)\n"
    wrapped = (
        "def objective(trial):\n    scores = evaluate(\n"
        "        first_argument_of_many, second_argument_of_many, third_of_many\n    )\n"
    )
    assert not _loss(wrapped, long)
    assert "was only reformatted" in _loss("def f():\n    g(\n        a\n    )\n", "g(a)\n")


def test_a_line_that_is_gone_is_told() -> None:
    assert "is gone or was rewritten (missing: X, fit, y" in _loss(
        BEFORE.replace("model.fit(X, y)\n", "")
    )
