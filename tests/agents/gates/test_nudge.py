"""The nudged attempt: every reason word for word, since it is what a coder gets back."""

from dataclasses import replace

import pytest

from agents.gates.exhibit import Exhibit
from agents.gates.witness import judge_witness
from agents.records import Gate
from tests.agents.gates.exhibits import (
    ACCURACY,
    digits,
    hear,
    keep,
    nudge_value,
    nudged,
    observe,
    see,
    track,
)

FOUND = {"points": 1.0, "matched": 1.0, "printed": 0.0}
MISSED = {"points": 1.0, "matched": 0.0, "printed": 0.0}
MOVED = nudge_value(ACCURACY)


def whole(cold_value: float, value: float, *, integral: bool = False) -> Exhibit:
    """A nudged attempt in which the only metric is a whole number."""
    cold = digits({"acc": [cold_value]}, seen=[see(cold_value, line=14)])
    testimony = hear(see(value, line=14, integral=integral), see(MOVED, line=3, nudged=True))
    observed = observe(testimony, keep(track({"acc": [value]}, {"max_iter": "500"})))
    return replace(cold, observed=observed, cold=cold.observed, proof="nudged")


def test_what_follows_passes() -> None:
    gate = judge_witness(nudged({"test_accuracy": [MOVED]}))
    assert gate == Gate("witness", "pass", "", FOUND)


def test_without_the_attempt_before_it_nothing_can_be_told() -> None:
    gate = judge_witness(replace(nudged({"test_accuracy": [MOVED]}), cold=None))
    reason = "The attempt without the offset is missing: there is nothing to compare with."
    assert gate == Gate("witness", "cannot_tell", reason, FOUND)


def test_where_nothing_was_moved_nothing_can_be_told() -> None:
    exhibit = nudged({"test_accuracy": [ACCURACY]})
    still = replace(exhibit.observed, testimony=hear(see(ACCURACY, line=14)))
    gate = judge_witness(replace(exhibit, observed=still))
    reason = "No measured value could be moved in this script, so a constant is not told apart."
    assert gate == Gate("witness", "cannot_tell", reason, FOUND)


def test_a_metric_that_is_gone_when_values_move_fails() -> None:
    exhibit = nudged({"test_accuracy": [MOVED]})
    cold = digits({"test_accuracy": [ACCURACY], "b": [ACCURACY], "a": [ACCURACY]}).observed
    gate = judge_witness(replace(exhibit, cold=cold))
    reason = "`a` is not logged any more when measured values are moved."
    assert gate == Gate("witness", "fail", reason, FOUND)


def test_a_number_that_stays_is_a_copied_one() -> None:
    gate = judge_witness(nudged({"test_accuracy": [ACCURACY]}))
    reason = (
        "`test_accuracy` stayed at 0.953333 when the measured values were moved: it is a constant "
        "or a copied number, not a measured value. Log the variable itself."
    )
    assert gate == Gate("witness", "fail", reason, MISSED)


def test_a_number_that_moves_by_itself_is_computed_elsewhere() -> None:
    gate = judge_witness(nudged({"test_accuracy": [0.7]}))
    reason = (
        "`test_accuracy` = 0.7 was not seen where the script computes its values when these were "
        "moved: it is computed elsewhere."
    )
    assert gate == Gate("witness", "fail", reason, MISSED)


def test_a_whole_number_that_stays_is_a_count() -> None:
    gate = judge_witness(whole(3.0, 3.0, integral=True))
    reason = (
        "`acc` stayed at 3 when the measured values were moved: it is a constant or count, not a "
        "measured value. Log the variable itself."
    )
    assert gate == Gate("witness", "fail", reason, FOUND)


def test_a_measured_value_out_of_reach_cannot_be_told_from_a_constant() -> None:
    gate = judge_witness(whole(0.25, 0.25))
    reason = "The value of `acc` cannot be moved, so a constant is not told apart."
    assert gate == Gate("witness", "cannot_tell", reason, FOUND)


def several(values: list[float], count: int) -> Exhibit:
    """Ten epochs, of which `count` logged values in the nudged attempt are those of before."""
    before = [0.5 + number / 100 for number in range(10)]
    moved = [nudge_value(value) for value in before]
    cold = digits({"acc": before}, seen=[see(value, line=14) for value in before])
    logged = before[:count] + moved[count:]
    testimony = hear(*(see(value, line=14, nudged=True) for value in moved))
    observed = observe(testimony, keep(track({"acc": logged + values}, {"max_iter": "500"})))
    return replace(cold, observed=observed, cold=cold.observed, proof="nudged")


@pytest.mark.parametrize(("count", "light"), [(0, "pass"), (1, "pass"), (2, "fail")])
def test_one_value_in_ten_may_stay_by_chance(count: int, light: str) -> None:
    assert judge_witness(several([], count)).light == light


def test_a_run_that_ends_later_is_held_against_all_values_of_before() -> None:
    # Eleven points now, ten then: the place says nothing, but old values are still old.
    longer = several([nudge_value(0.5)], 0)
    assert judge_witness(longer).light == "pass"
    assert judge_witness(several([nudge_value(0.5)], 3)).light == "fail"


def test_what_is_not_a_number_follows_wherever_it_was_seen() -> None:
    nan = float("nan")
    cold = digits({"acc": [nan]}, seen=[see(nan, line=14)])
    testimony = hear(see(nan, line=14), see(MOVED, line=3, nudged=True))
    observed = observe(testimony, keep(track({"acc": [nan]}, {"max_iter": "500"})))
    exhibit = replace(cold, observed=observed, cold=cold.observed, proof="nudged")
    assert judge_witness(exhibit).light == "pass"
