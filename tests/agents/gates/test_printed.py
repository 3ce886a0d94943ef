"""Printed lines: words, numbers, and what differs in every run."""

import math

import pytest

from agents.gates.printed import MAX_LINES, Line, mask_line, mask_output
from tests.agents.gates.exhibits import finish


@pytest.mark.parametrize(
    ("text", "pattern", "numbers"),
    [
        ("  loss   0.5\tacc 1 ", "loss <number> acc <number>", (0.5, 1.0)),
        ("a -1.5e-3 +2 .5", "a <number> <number> <number>", (-0.0015, 2.0, 0.5)),
        ("took 3.4 today", "took <time> today", ()),
        ("Elapsed (total): 12", "Elapsed (total): <time>", ()),
        ("done in 3.21s", "done in <volatile>", ()),
        ("at 2026-01-02 10:11:12", "at <volatile>", ()),
        ("v1.2.3 of resnet50", "v1.2.3 of resnet50", ()),
    ],
)
def test_a_line_is_laid_out(text: str, pattern: str, numbers: tuple[float, ...]) -> None:
    assert mask_line(text) == Line(text.strip(), pattern, numbers)


def test_what_is_no_number_is_read_as_one() -> None:
    (number,) = mask_line("loss nan").numbers
    assert math.isnan(number)
    assert mask_line("loss -inf").numbers == (-math.inf,)


@pytest.mark.parametrize(
    ("first", "second", "agree"),
    [
        ("a 1.0", "a 1.000009", True),
        ("a 1.0", "a 1.00002", False),
        ("a 0.0", "a 0.0000009", True),
        ("a 0.0", "a 0.000002", False),
        ("a 1", "b 1", False),
        ("a nan", "a nan", True),
    ],
)
def test_lines_agree_within_the_tolerance(first: str, second: str, agree: bool) -> None:
    assert mask_line(first).agrees(mask_line(second)) is agree


def test_every_number_of_a_line_counts() -> None:
    assert not Line("", "a", (1.0,)).agrees(Line("", "a", (1.0, 2.0)))
    assert not mask_line("a 1 2").agrees(mask_line("a 1 3"))


def test_empty_lines_are_left_out_and_too_many_are_cut() -> None:
    found = mask_output(finish("a 1\n\n   \nb\n"))
    assert [line.text for line in found] == ["a 1", "b"]
    assert MAX_LINES == 20_000
    assert len(mask_output(finish("x\n" * 20_001))) == 20_000


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("kept as 4c5ec78", "kept as 12feef8"),
        ("commit 91ddadc12feef84c5ec7891ddadc12feef84c5e0 made", "commit " + "a1" * 20 + " made"),
        ("[main 4c5ec78ab] Release", "[main 0aff57d12] Release"),
    ],
)
def test_the_name_of_a_commit_is_not_compared(first: str, second: str) -> None:
    assert mask_line(first).agrees(mask_line(second))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("loss 12345e6", "loss 12346e6"),
        ("rows 1234567", "rows 2234567"),
        ("a decade", "a facade"),
        ("md5 " + "a1" * 16, "md5 " + "a2" * 16),
        ("sha256 " + "a1" * 32, "sha256 " + "a2" * 32),
    ],
)
def test_numbers_words_and_checksums_are_compared(first: str, second: str) -> None:
    assert not mask_line(first).agrees(mask_line(second))
