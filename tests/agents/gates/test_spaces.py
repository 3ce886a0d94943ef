"""A parameter's range before and after a search moved."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.gates.spaces import find_aliases, find_space_problem, find_whole, show_range
from sandbox.oracles.store import Range

UNIFORM = Range("float", 0.1, 10.0)
LOG = Range("float", 1e-3, 10.0, log=True)
STEPS = Range("float", 10.0, 60.0, step=10.0)
WHOLE = Range("int", 1.0, 11.0, step=1.0)
KERNELS = Range("choice", choices=("rbf", "poly"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (UNIFORM, UNIFORM),
        (Range("float", 0.0, 1.0), Range("float", 1e-6, 1.0)),
        (LOG, LOG),
        (
            Range("float", math.exp(-7), math.exp(0), log=True),
            Range("float", 9.119e-4, 1, log=True),
        ),
        (STEPS, Range("int", 10.0, 60.0, step=10.0)),
        (STEPS, STEPS),
        # Optuna counts its steps from the lower bound.
        (Range("float", 1.0, 10.0, step=2.0), Range("int", 1.0, 9.0, step=2.0)),
        (Range("float", 2.0, 6.0, step=1.0), Range("int", 2.0, 6.0, step=1.0)),
        (WHOLE, WHOLE),
        (WHOLE, Range("float", 1.0, 11.0, step=1.0)),
        (Range("float", 1.0, 20.0855, log=True, step=1.0), Range("int", 1, 20, log=True, step=1)),
        (Range("float", 1.0, 200.0, log=True, step=5.0), Range("float", 1.0, 200.0, log=True)),
        (Range("float", -math.inf, math.inf), Range("float", -3.0, 3.0)),
        (Range("float", 0.0, math.inf, log=True), Range("float", 0.05, 20.0, log=True)),
        (KERNELS, Range("choice", choices=("poly", "rbf"))),
        (Range("choice", choices=("50", "100", "150")), Range("int", 50, 150, step=50)),
        (Range("choice", choices=("50", "100")), Range("choice", choices=("50.0", "100.0"))),
        (Range("int", 0.0, 2.0, step=1.0), Range("choice", choices=("0", "1", "2"))),
        (Range("choice", nested=2), Range("choice", choices=("svm", "forest"))),
        (Range("choice", nested=2), Range("int", 0.0, 1.0, step=1.0)),
        (Range("choice", choices=("a",), nested=1), Range("choice", choices=("a", "b"))),
    ],
)
def test_the_same_range_in_other_words_passes(old: Range, new: Range) -> None:
    assert find_space_problem("x", old, new) == ""


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (UNIFORM, Range("float", 0.1, 1.0), "the upper bound differs"),
        (UNIFORM, Range("float", 0.5, 10.0), "the lower bound differs"),
        (UNIFORM, Range("float", 0.1, 10.0, log=True), "the other is drawn on a logarithmic scale"),
        (UNIFORM, Range("int", 0.0, 10.0, step=1.0), "the steps differ"),
        (LOG, UNIFORM, "the other is drawn on a logarithmic scale"),
        # `hp.loguniform` is given logarithms, `suggest_float` is not.
        (LOG, Range("float", 6.9, 11.0, log=True), "the lower bound differs"),
        (STEPS, Range("int", 10.0, 60.0, step=1.0), "the steps differ"),
        (STEPS, Range("float", 10.0, 60.0), "the steps differ"),
        (STEPS, Range("int", 10.0, 50.0, step=10.0), "the upper bound differs"),
        (WHOLE, Range("int", 1.0, 12.0, step=1.0), "the upper bound differs"),
        (KERNELS, Range("choice", choices=("rbf",)), "1 values instead of 2"),
        (KERNELS, Range("choice", choices=("rbf", "linear")), "`poly` is not among them"),
        (KERNELS, Range("int", 0.0, 1.0, step=1.0), "`rbf` is not among them"),
        (KERNELS, UNIFORM, "it is to be chosen from the same values"),
        (UNIFORM, KERNELS, "it is to be chosen from the same values"),
        (Range("choice", nested=2), Range("choice", choices=("a",)), "1 values instead of 2"),
        (
            Range("choice", choices=("a", "b"), nested=1),
            Range("choice", choices=("c", "d", "e")),
            "`b` is not among them",
        ),
    ],
)
def test_another_range_is_told_with_the_reason(old: Range, new: Range, why: str) -> None:
    problem = find_space_problem("x", old, new)
    assert problem.startswith(f"`x` was {show_range(old)}, and is {show_range(new)} now: ")
    assert problem.endswith(f"{why}.")


@given(st.sampled_from([UNIFORM, LOG, STEPS, WHOLE]), st.booleans(), st.floats(0.1, 0.9))
def test_a_bound_that_moved_by_a_tenth_of_the_width_is_told(
    space: Range, upper: bool, share: float
) -> None:
    width = (space.high - space.low) * share + 1.0
    moved = replace(space, high=space.high + width) if upper else replace(space, low=-width)
    if space.step and width < space.step:
        width = space.step
        moved = replace(space, high=space.high + width) if upper else replace(space, low=-width)
    assert find_space_problem("x", space, moved) != ""


def test_where_the_original_takes_the_integer_part_whole_numbers_serve() -> None:
    new = Range("int", 2.0, 10.0, step=1.0)
    old = Range("float", 2.0, 10.0)
    assert find_space_problem("x", old, new) != ""
    assert find_space_problem("x", old, new, whole=True) == ""
    assert find_space_problem("x", old, Range("int", 2.0, 9.0, step=1.0), whole=True) == ""
    assert find_space_problem("x", old, Range("int", 2.0, 7.0, step=1.0), whole=True) != ""


@pytest.mark.parametrize(
    ("space", "words"),
    [
        (UNIFORM, "a number from 0.1 to 10"),
        (LOG, "a number from 0.001 to 10, logarithmic"),
        (STEPS, "a number from 10 to 60 in steps of 10"),
        (WHOLE, "a whole number from 1 to 11 in steps of 1"),
        (Range("float", 0.0, math.inf), "any number"),
        (KERNELS, "one of `rbf`, `poly`"),
        (Range("choice", nested=3), "one of 3 choices"),
        (Range("choice", choices=("a",), nested=2), "one of `a`, 2 more"),
        (
            Range("choice", choices=tuple("abcdefghij")),
            "one of `a`, `b`, `c`, `d`, `e`, `f`, `g`, `h`, 2 more",
        ),
    ],
)
def test_a_range_is_shown_in_words(space: Range, words: str) -> None:
    assert show_range(space) == words


def test_the_integer_part_is_seen_in_the_text() -> None:
    text = "n = int(params['trees'])\nd = int(round(depth))\nk = int(3)\nm = str(params['rest'])\n"
    assert find_whole({"train.py": text}) == {"trees", "depth"}


def test_the_key_of_a_space_is_another_name_of_its_label() -> None:
    text = (
        'space = {"lr": hp.loguniform("learning_rate", -7, 0), "n": scope.int(hp.quniform("trees",'
        ' 1, 9, 1)), "fixed": 3, **more, "f": call(), key: hp.uniform("x", 0, 1)}\n'
    )
    assert find_aliases({"a.py": text, "b.py": "("}) == {"learning_rate": "lr", "trees": "n"}
