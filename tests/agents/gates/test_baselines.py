"""Two runs of the original side by side: what agrees, and what differs by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.gates.baselines import compare_baselines, group_values
from tests.agents.gates.exhibits import hear, observe, see, see_expression

FILE = "train.py"
ACCURACY = (FILE, "sklearn.metrics.accuracy_score", 0)
LOSS = (FILE, "loss", 0)


def lines(first: str, second: str) -> list[str | None]:
    shown = compare_baselines(observe(hear(), stdout=first), observe(hear(), stdout=second))
    return [line.text if line else None for line in shown.lines]


@pytest.mark.parametrize(
    ("first", "second", "agreeing"),
    [
        ("a 1\nb 2\nc 3", "a 1\nb 2\nc 3", ["a 1", "b 2", "c 3"]),
        ("a 1\nb 2\nc 3", "a 1\nb 9\nc 3", ["a 1", None, "c 3"]),
        ("a 1\nb 2\nc 3\nd 4", "a 1\nd 4", ["a 1", None, None, "d 4"]),
        ("a 1\nd 4", "a 1\nb 2\nc 3\nd 4", ["a 1", "d 4"]),
        ("a 1\nb 2\nc 3\nd 4", "a 1\nb 2\nx 7\nx 8\nd 4", ["a 1", "b 2", None, "d 4"]),
        ("a 1\na 1\na 1", "a 1\na 1", ["a 1", "a 1", None]),
        ("a 1", "", [None]),
        ("", "a 1", []),
        ("a 1\nb 2", "b 2", [None, "b 2"]),
        ("a 1\nb 2", "a 1", ["a 1", None]),
    ],
)  # fmt: skip
def test_lines_agree_by_place_or_else_from_both_ends(
    first: str, second: str, agreeing: list[str | None]
) -> None:
    assert lines(first, second) == agreeing


WORDS = st.lists(st.sampled_from(["a 1", "b 2", "c 3"]), max_size=6)


@given(WORDS, WORDS)
def test_every_line_of_the_first_run_is_kept_or_given_up(
    mine: list[str], theirs: list[str]
) -> None:
    found = lines("\n".join(mine), "\n".join(theirs))
    assert len(found) == len(mine)
    assert all(kept in (None, line) for kept, line in zip(found, mine, strict=True))
    if mine == theirs:
        assert found == mine
    # What is kept stands in the same order in the other run, too.
    rest = iter(theirs)
    assert all(any(kept == other for other in rest) for kept in found if kept is not None)


def test_values_agree_one_by_one_or_not_at_all_where_their_number_differs() -> None:
    first = observe(hear(see(0.5), see(0.6), see_expression(0.1, text="loss")))
    second = observe(hear(see(0.5), see(0.7), see_expression(0.1, text="loss")))
    shown = compare_baselines(first, second)
    assert shown.values == {ACCURACY: (0.5, None), LOSS: (0.1,)}
    assert shown.unstable == {ACCURACY[:2]}
    assert shown.expressions == {LOSS[:2]}
    shorter = compare_baselines(first, observe(hear(see(0.5))))
    assert shorter.values == {ACCURACY: (None, None), LOSS: (None,)}


def test_files_agree_by_content_and_what_python_compiles_is_none() -> None:
    mine = {
        "model.pkl": "1",
        "log.txt": "2",
        "only.txt": "3",
        "x.pyc": "4",
        "__pycache__/y.bin": "5",
        "my__pycache__x/z": "6",
    }
    theirs = {**mine, "log.txt": "9"}
    del theirs["only.txt"]
    shown = compare_baselines(observe(hear(), products=mine), observe(hear(), products=theirs))
    assert shown.products == {"model.pkl": "1", "log.txt": None, "my__pycache__x/z": "6"}


def test_times_are_not_among_the_values() -> None:
    seen = (see(0.5, label="loss"), see(3.5, label="train_runtime"))
    assert list(group_values(seen).values()) == [(0.5,)]
