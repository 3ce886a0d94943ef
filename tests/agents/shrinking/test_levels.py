"""How far a program is shortened is decided from what its attempts took."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.shrinking.knobs import Knob, Knobs
from agents.shrinking.levels import (
    NOTICEABLE,
    SPARE_SECONDS,
    Probed,
    allow,
    choose,
    descend,
    estimate,
    grow,
)


def _knobs(cadence: int = 0, **full: int) -> Knobs:
    found = tuple(
        Knob(name, name, "constant", "train.py", line, number)  # type: ignore[arg-type]  # names of kinds
        for line, (name, number) in enumerate(full.items(), start=1)
    )
    return Knobs(found, {"epochs": cadence} if cadence else {})


def test_one_kind_more_is_reduced_on_every_rung() -> None:
    knobs = _knobs(samples=90_000, epochs=500, folds=10)
    assert list(descend(knobs)) == [
        {"epochs": 3},
        {"epochs": 3, "folds": 2},
        {"epochs": 3, "folds": 2, "samples": 400},
        {"epochs": 3, "folds": 2, "samples": 10},
    ]


def test_a_program_that_speaks_seldom_is_given_less_where_that_is_too_long() -> None:
    assert list(descend(_knobs(cadence=50, epochs=5000))) == [{"epochs": 150}, {"epochs": 10}]
    # Three times its cadence would be all of it.
    assert list(descend(_knobs(cadence=50, epochs=150))) == [{"epochs": 3}]


@pytest.mark.parametrize(
    ("probed", "bigger"),
    [
        ([Probed(3, 2.0)], 24),
        ([Probed(3, 9.0)], 24),
        ([Probed(3, 2.0), Probed(24, 2.0 + NOTICEABLE)], None),
        ([Probed(3, 2.0), Probed(24, 2.0 + 0.9 * NOTICEABLE)], 1536),
        ([Probed(3, 2.0), Probed(24, 2.1), Probed(1536, 2.2)], 98304),
        ([Probed(3, 2.0), Probed(24, 2.1, ended=False)], None),
        ([Probed(12_500, 2.0)], None),
        ([Probed(12_499, 2.0)], 99_992),
    ],
)
def test_levels_grow_until_a_difference_is_noticed(
    probed: list[Probed], bigger: int | None
) -> None:
    assert grow(_knobs(epochs=100_000), "epochs", probed) == bigger


def test_a_larger_level_is_waited_for_as_long_as_all_of_it_could_end_in_time() -> None:
    knobs = _knobs(epochs=103)
    # Each of the hundred epochs beyond the least may take a second, and ten are tried.
    assert allow(knobs, "epochs", Probed(3, 20.0), 13, 120.0) == pytest.approx(30 + NOTICEABLE)
    assert allow(knobs, "epochs", Probed(3, 20.0), 4, 120.0) == 20.0 + SPARE_SECONDS
    assert allow(knobs, "epochs", Probed(3, 200.0), 13, 120.0) == 200.0 + SPARE_SECONDS


def test_what_was_not_waited_for_would_not_end_in_time() -> None:
    knobs = _knobs(epochs=5000)
    first = Probed(3, 4.0)
    stopped = Probed(24, allow(knobs, "epochs", first, 24, 120.0), ended=False)
    full = estimate(knobs, "epochs", [first, stopped])
    assert full.at_least
    assert full.seconds >= 120


@settings(deadline=None)
@given(
    st.floats(0, 20),
    st.floats(1e-6, 10),
    st.integers(50, 10**6),
    st.floats(10, 500),
)
def test_a_program_that_would_end_is_never_thought_to_be_too_long_for_lack_of_patience(
    imports: float, unit: float, whole: int, limit: float
) -> None:
    knobs = _knobs(epochs=whole)
    first = Probed(3, imports + 3 * unit)
    if imports + whole * unit <= limit:
        assert imports + 24 * unit <= allow(knobs, "epochs", first, 24, limit)


@settings(deadline=None)
@given(st.floats(0, 20), st.floats(0.05, 10), st.integers(50, 10**6))
def test_a_straight_line_is_followed_to_all_of_the_work(
    imports: float, unit: float, whole: int
) -> None:
    probed = [Probed(level, imports + level * unit) for level in (3, 24)]
    full = estimate(_knobs(epochs=whole), "epochs", probed)
    assert full.seconds == pytest.approx(imports + whole * unit)
    assert not full.at_least


def test_one_level_alone_is_all_work() -> None:
    assert estimate(_knobs(epochs=300), "epochs", [Probed(3, 4.0)]).seconds == 400


def test_a_difference_too_small_to_be_noticed_is_taken_for_the_smallest_that_would_be() -> None:
    probed = [Probed(3, 2.0), Probed(13, 1.9)]
    assert estimate(_knobs(epochs=1003), "epochs", probed).seconds == 2 + NOTICEABLE * 100


@pytest.mark.parametrize(
    ("probed", "level"),
    [
        ([Probed(3, 2.0)], 3),
        ([Probed(3, 2.0), Probed(24, 5.0)], 24),
        ([Probed(3, 2.0), Probed(24, 5.1)], 3),
        ([Probed(3, 8.0), Probed(24, 12.0)], 24),
        ([Probed(3, 8.0), Probed(24, 12.1)], 3),
        ([Probed(3, 2.0), Probed(24, 4.5, ended=False)], 3),
        ([Probed(3, 2.0), Probed(24, 2.1), Probed(1536, 3.0)], 24),
        ([Probed(30, 9.0), Probed(240, 99.0)], 30),
    ],
)
def test_the_level_costs_little_more_than_the_least_and_is_no_larger_than_needed(
    probed: list[Probed], level: int
) -> None:
    assert choose(_knobs(epochs=100_000), "epochs", probed).level == level


def test_a_program_that_speaks_seldom_is_proved_on_more() -> None:
    probed = [Probed(30, 2.0), Probed(240, 2.4), Probed(15_360, 4.0)]
    assert choose(_knobs(cadence=10, epochs=100_000), "epochs", probed).level == 240
