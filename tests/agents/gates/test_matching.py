"""Which sightings vouch for a logged value, and which do not."""

import math
from dataclasses import replace

import pytest

from agents.gates.matching import Match, Witnessed
from sandbox.witness.testimony import Sighting
from tests.agents.gates.exhibits import hear, see, see_expression

SCORE = see(0.9123456, label="score")


def match(*sightings: Sighting, logged: list[float], stdout: str = "") -> tuple[Match, ...]:
    return Witnessed(hear(*sightings), stdout).match(logged)


def hows(found: tuple[Match, ...]) -> list[list[str]]:
    return [[vouch.how for vouch in one.vouches] for one in found]


def test_a_value_is_vouched_for_by_what_was_seen_and_by_its_statistics() -> None:
    folds = see(0.8, 0.9, 0.97)
    found = match(folds, logged=[0.9, 0.89, 0.8, 0.97, 0.123])
    assert hows(found) == [["value", "median"], ["mean"], ["value", "min"], ["value", "max"], []]
    assert [one.found for one in found] == [True, True, True, True, False]


def test_whole_numbers_are_vouched_for_by_libraries_and_floats_alone() -> None:
    counter = see_expression(5.0, text="epoch", integral=True)
    returned = replace(see(5.0), integral=True)
    measured = see_expression(5.0, text="loss")
    assert not match(counter, logged=[5.0])[0].found
    assert match(returned, logged=[5.0])[0].found
    assert match(measured, logged=[5.0])[0].found
    # A value with a fraction is vouched for by any of them.
    half = see_expression(5.5, text="ratio", integral=True)
    assert match(half, logged=[5.5])[0].found


@pytest.mark.parametrize(
    ("logged", "fits"),
    [
        ([2.5, 12.5, 30.5], True),
        ([14 / 3, 77 / 3], True),
        ([2.5, 12.5, 30.6], False),
        ([2.5, 12.5, 30.5, 50.5], False),
        ([2.5, 2.6, 2.7, 2.8, 2.9, 3.1, 3.2], False),
    ],
)
def test_means_over_windows_that_divide_a_place_evenly_count(
    logged: list[float], fits: bool
) -> None:
    losses = [see(float(n * n), function="torch.Tensor.item", line=9) for n in range(1, 7)]
    found = match(*losses, logged=logged)
    assert all(one.found for one in found) is fits
    if fits:
        assert {vouch.how for one in found for vouch in one.vouches} == {"mean"}
        assert {vouch.sighting.values for one in found for vouch in one.vouches} == {(1.0,)}
        assert [vouch.value for one in found for vouch in one.vouches] == logged


def test_windows_of_whole_numbers_or_of_vectors_are_none() -> None:
    counters = [see(float(value), line=9, integral=True) for value in range(1, 7)]
    assert not match(*counters, logged=[1.5, 3.5, 5.5])[0].found
    vectors = [see(float(value), float(value), line=9) for value in range(1, 7)]
    assert not match(*vectors, logged=[1.5, 3.5, 5.5])[0].found


def test_the_first_place_that_does_not_divide_hides_no_later_one() -> None:
    odd = [see(float(value), line=3) for value in (7, 8, 9, 10, 11)]
    even = [see(float(value), line=9) for value in (1, 2, 3, 4)]
    assert all(one.found for one in match(*odd, *even, logged=[1.5, 3.5]))


@pytest.mark.parametrize(
    ("logged", "stdout", "how"),
    [
        (91.23456, "accuracy 91.23%", "percent"),
        (0.0876544, "error 0.088", "complement"),
        (91.23456, "accuracy 91", None),
        (91.23456, "accuracy 17.5", None),
        (90.0, "accuracy 90.0", None),
        (9123.456, "accuracy 9123.5", None),
    ],
)
def test_a_percentage_counts_where_the_script_itself_prints_it_so(
    logged: float, stdout: str, how: str | None
) -> None:
    found = match(SCORE, logged=[logged], stdout=stdout)
    assert hows(found) == [[how] if how else []]
    assert not found[0].printed


def test_a_percentage_of_a_count_is_none() -> None:
    counted = replace(SCORE, integral=True)
    assert not match(counted, logged=[91.23456], stdout="accuracy 91.23")[0].found


@pytest.mark.parametrize(
    ("logged", "stdout", "shown"),
    [
        (0.5123, "loss 0.5123", True),
        (0.51234, "loss 0.5123", True),
        (0.5133, "loss 0.5123", False),
        (3.0, "rows 3", True),
        (3.4, "rows 3", False),
        (-0.25, "delta -0.25", True),
        (0.5, "v0.5.1 x0.5", False),
        (math.nan, "loss nan", False),
        (math.inf, "loss inf", False),
    ],
)
def test_where_nothing_was_witnessed_a_printed_number_counts(
    logged: float, stdout: str, shown: bool
) -> None:
    (found,) = match(logged=[logged], stdout=stdout)
    assert (found.found, found.printed, found.vouches) == (shown, shown, ())


def test_what_was_vouched_for_stays_so_beside_what_was_not() -> None:
    found = match(SCORE, logged=[0.9123456, 91.23456, 0.3], stdout="accuracy 91.2")
    assert hows(found) == [["value"], ["percent"], []]


def test_printing_needs_as_many_decimals_as_are_asked_for() -> None:
    witnessed = Witnessed(hear(SCORE), "91 and 91.2 and 91.23")
    assert witnessed.is_printed(91.0)
    assert not witnessed.is_printed(91.0, decimals=1)
    assert witnessed.is_printed(91.2, decimals=1)
    assert witnessed.is_printed(91.23, decimals=2)
    assert not witnessed.is_printed(91.2, decimals=3)
