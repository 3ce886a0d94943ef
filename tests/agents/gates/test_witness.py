"""What the witness gate says of each origin, word for word, since it is what a coder gets back."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from agents.gates.exhibit import Exhibit
from agents.gates.witness import find_testimony_problem, judge_witness, match_logged
from agents.records import Gate, Light
from sandbox.witness.testimony import Sighting
from tests.agents.gates.exhibits import (
    ACCURACY,
    AFTER,
    digits,
    hear,
    keep,
    observe,
    restore,
    rewrite,
    see,
    see_expression,
    track,
)


def lit(light: Light, reason: str, points: int, matched: int, printed: int = 0) -> Gate:
    figures = {"points": points, "matched": matched, "printed": printed}
    return Gate("witness", light, reason, figures)


def epochs(logged: Sequence[float], seen: Sequence[float], original: Sequence[float]) -> Exhibit:
    """One metric, with what the adapted script and the original show of it."""
    exhibit = digits({"acc": logged}, seen=[see(value, line=14) for value in seen])
    baseline = observe(hear(*(see(value) for value in original)))
    return replace(exhibit, baselines=(baseline, baseline))


TEN = [0.5 + number / 97 for number in range(10)]


def test_what_was_measured_passes() -> None:
    assert judge_witness(digits()) == lit("pass", "", 1, 1)
    assert judge_witness(epochs(TEN, TEN, TEN)) == lit("pass", "", 10, 10)


@pytest.mark.parametrize(
    ("logged", "reason"),
    [
        ([0.7], "`acc` = 0.7 was not seen where the script computes its values."),
        (
            [7.0],
            "`acc` = 7 was not seen where the script computes its values. It is a constant or a "
            "count.",
        ),
        (
            [*TEN[:8], 0.7, 0.8],
            "2 of 10 values of `acc` were not seen where the script computes its values. The first "
            "is 0.7.",
        ),
        (
            [*TEN[:8], 7.0, 0.8],
            "2 of 10 values of `acc` were not seen where the script computes its values. The first "
            "is 7. It is a constant or a count.",
        ),
    ],
)
def test_a_value_that_nobody_saw_is_told(logged: Sequence[float], reason: str) -> None:
    matched = sum(value in TEN for value in logged)
    gate = judge_witness(epochs(logged, TEN, TEN))
    assert gate == lit("fail", reason, len(logged), matched)


def test_one_value_in_ten_may_be_nobody_s() -> None:
    assert judge_witness(epochs([*TEN[:9], 0.7], TEN, TEN)) == lit("pass", "", 10, 9)


def test_where_not_all_is_recorded_a_value_that_nobody_saw_may_be_right() -> None:
    exhibit = epochs([0.7], TEN, TEN)
    testimony = replace(exhibit.observed.testimony, truncated=True)
    cut = replace(exhibit, observed=replace(exhibit.observed, testimony=testimony))
    reason = (
        "More was computed than is recorded, so that this may be wrong: `acc` = 0.7 was not seen "
        "where the script computes its values."
    )
    assert judge_witness(cut) == lit("cannot_tell", reason, 1, 0)


STRANGE = (
    "`acc` = {} is computed in the adapted script, but the original never shows this value there: "
    "something else was measured."
)


def test_a_value_that_the_original_never_shows_is_told() -> None:
    other = [value + 0.003 for value in TEN]
    assert judge_witness(epochs(other, other, TEN)) == lit("fail", STRANGE.format("0.503"), 10, 10)
    some = [*TEN[:8], *other[8:]]
    reason = STRANGE.format("0.585474")
    assert judge_witness(epochs(some, some, TEN)) == lit("fail", reason, 10, 10)
    one = [*TEN[:9], other[9]]
    assert judge_witness(epochs(one, one, TEN)) == lit("pass", "", 10, 10)


def test_a_value_seen_elsewhere_in_the_original_is_none_of_this_place() -> None:
    exhibit = epochs(TEN, TEN, TEN)
    elsewhere = hear(*(see(value, function="sklearn.metrics.accuracy", line=3) for value in TEN))
    baseline = observe(elsewhere)
    moved = replace(exhibit, baselines=(baseline, baseline))
    assert judge_witness(moved) == lit("fail", STRANGE.format("0.5"), 10, 10)


def test_a_place_that_differs_between_two_originals_may_differ_again() -> None:
    other = [value + 0.003 for value in TEN]
    exhibit = epochs(other, other, TEN)
    second = observe(hear(*(see(value + 0.001) for value in TEN)))
    random = replace(exhibit, baselines=(exhibit.baselines[0], second))
    assert judge_witness(random) == lit("pass", "", 10, 10)


def test_where_not_all_of_the_original_is_recorded_a_new_value_may_be_right() -> None:
    other = [value + 0.003 for value in TEN]
    exhibit = epochs(other, other, TEN)
    cut = replace(exhibit.baselines[0].testimony, truncated=True)
    baseline = replace(exhibit.baselines[0], testimony=cut)
    assert judge_witness(replace(exhibit, baselines=(baseline, baseline))).light == "pass"


@pytest.mark.parametrize(
    ("mine", "theirs", "light"), [("acc 0.51", "acc 0.51", "pass"), ("acc 0.51", "", "fail")]
)
def test_a_number_that_is_only_printed_is_printed_by_the_original_too(
    mine: str, theirs: str, light: Light
) -> None:
    exhibit = digits({"acc": [0.51]}, seen=[])
    baseline = observe(hear(), stdout=theirs)
    attempt = replace(exhibit.observed.attempt, stdout=mine)
    observed = replace(exhibit.observed, attempt=attempt)
    gate = judge_witness(replace(exhibit, baselines=(baseline, baseline), observed=observed))
    reason = STRANGE.format("0.51") if light == "fail" else ""
    assert gate == lit(light, reason, 1, 1, 1)


def test_a_wrong_name_is_told_unless_it_is_somebody_else_s() -> None:
    exhibit = digits({"test_mse": [ACCURACY]})
    gate = judge_witness(exhibit)
    assert gate.light == "fail"
    assert "test_mse" in gate.reason
    assert judge_witness(exhibit, naming=False) == lit("pass", "", 1, 1)


NOTHING = "There is nothing to compare."


def test_without_metrics_or_original_nothing_can_be_told() -> None:
    none = restore(digits(), keep(track({})))
    reason = f"No metric was logged. {NOTHING}"
    assert judge_witness(none) == Gate("witness", "cannot_tell", reason)
    reason = f"The original was not run and watched. {NOTHING}"
    blind = replace(digits().baselines[0], testimony=hear(present=False))
    for baselines in ((), (blind, blind)):
        unwatched = replace(digits(), baselines=baselines)
        assert judge_witness(unwatched) == Gate("witness", "cannot_tell", reason)


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({}, ""),
        (
            {"present": False, "forged": 1, "complete": False},
            "The witness was not loaded in the run: something switched it off.",
        ),
        (
            {"forged": 3, "complete": False},
            "3 records were not written by the witness. Nothing in a script may write to its file.",
        ),
        (
            {"complete": False},
            "The witness's records break off before the end of the run: it was switched off.",
        ),
    ],
)
def test_a_witness_that_was_touched_is_not_believed(
    more: Mapping[str, object], problem: str
) -> None:
    testimony = replace(digits().observed.testimony, **more)  # type: ignore[arg-type]
    assert find_testimony_problem(testimony) == problem
    exhibit = digits()
    gate = judge_witness(replace(exhibit, observed=replace(exhibit.observed, testimony=testimony)))
    assert gate == (Gate("witness", "fail", problem) if problem else lit("pass", "", 1, 1))


def vouched(exhibit: Exhibit) -> list[bool]:
    return [match.found for found in match_logged(exhibit).values() for match in found]


def handed(*sightings: Sighting, line: str, truncated: bool = False) -> Exhibit:
    """A candidate with one more line, 15, which logs; what the run showed."""
    exhibit = rewrite(
        digits({"a": [0.7]}, seen=sightings),
        AFTER.replace('mlflow.log_metric("test_accuracy", accuracy)\n', f"{line}\n"),
    )
    known = replace(exhibit.baselines[0].testimony, truncated=truncated)
    baseline = replace(exhibit.baselines[0], testimony=known)
    return replace(exhibit, baselines=(baseline, baseline))


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        (see(0.7, line=15, function="x.make"), False),
        (see(0.7, line=15, function="x.Tensor.__make__"), False),
        (see(0.7, line=14, function="x.make"), True),
        (see(0.7, line=16, function="x.make"), True),
        (see(0.7, line=15, function="x.other"), True),
        (see(0.7, line=15, function="x.make", file="other.py"), True),
        (see_expression(0.7, line=15, text="make"), True),
    ],
)
def test_what_only_the_candidate_calls_vouches_for_nothing(seen: Sighting, found: bool) -> None:
    assert vouched(handed(seen, line='mlflow.log_metric("a", make(0.7))')) == [found]


@pytest.mark.parametrize(("truncated", "found"), [(False, False), (True, True)])
def test_a_name_that_only_the_candidate_gave_vouches_for_nothing(
    truncated: bool, found: bool
) -> None:
    seen = see(0.7, line=3, label="a", function="lightning.log")
    assert vouched(handed(seen, line="pass", truncated=truncated)) == [found]
    known = see(0.7, line=3, label="", function="lightning.log")
    assert vouched(handed(known, line="pass")) == [True]


def test_endless_values_are_values() -> None:
    exhibit = epochs([math.nan, 0.5], [math.nan, 0.5], [math.nan, 0.5])
    assert judge_witness(exhibit) == lit("pass", "", 2, 2)
