"""The witness gate of a study: every value was measured in its own trial."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from agents.gates.exhibit import Exhibit
from agents.gates.trials import choose_studies, judge_tuning_witness
from agents.records import Gate, Light
from sandbox.oracles.store import Store, Study, StudyTrial
from tests.agents.gates.exhibits import digits, hear, observe, see

SCORES = tuple(0.8123 + number / 97 for number in range(10))


def study(
    *values: float, state: str = "COMPLETE", name: str = "s", origin: str = "witness"
) -> Study:
    trials = tuple(
        StudyTrial(number, state, {}, (value,), {}, number, number + 1)
        for number, value in enumerate(values)
    )
    return Study(name, ("maximize",), trials, origin)  # type: ignore[arg-type]


def tuned(
    *studies: Study,
    seen: Sequence[float] = SCORES,
    nudged: Sequence[int] = (),
    truncated: bool = False,
) -> Exhibit:
    sightings = [see(value, nudged=place in nudged) for place, value in enumerate(seen)]
    observed = observe(
        replace(hear(*sightings), truncated=truncated), Store("optuna", studies=studies)
    )
    return replace(digits(), observed=observed, proof="nudged" if nudged else "cold")


def lit(light: Light, reason: str, matched: int, points: int = 10) -> Gate:
    return Gate("witness", light, reason, {"points": points, "matched": matched})


ELSEWHERE = (
    "Trial {} came to 0.5, which was not seen where the script computes its values in that trial."
)


@pytest.mark.parametrize(("strange", "light"), [(0, "pass"), (1, "pass"), (2, "fail")])
def test_one_trial_in_ten_may_come_to_a_value_that_nobody_saw(strange: int, light: Light) -> None:
    values = (*SCORES[: 10 - strange], *[0.5] * strange)
    reason = ELSEWHERE.format(10 - strange) if light == "fail" else ""
    assert judge_tuning_witness(tuned(study(*values))) == lit(light, reason, 10 - strange)


def test_a_value_seen_in_another_trial_is_none_of_this_one() -> None:
    gate = judge_tuning_witness(tuned(study(*SCORES[::-1])))
    reason = ELSEWHERE.format(0).replace("0.5", "0.905084")
    assert gate == lit("fail", reason, 0)


def test_where_not_all_is_recorded_it_may_be_wrong() -> None:
    gate = judge_tuning_witness(tuned(study(*[0.5] * 10), truncated=True))
    reason = "More was computed than is recorded, so that this may be wrong: "
    assert gate == lit("cannot_tell", reason + ELSEWHERE.format(0), 0)
    assert judge_tuning_witness(tuned(study(*SCORES), truncated=True)) == lit("pass", "", 10)


@pytest.mark.parametrize(
    ("nudged", "light"), [(range(10), "pass"), (range(9), "pass"), (range(8), "fail")]
)
def test_nine_in_ten_follow_when_values_are_moved(nudged: range, light: Light) -> None:
    reason = (
        "Trial 8 came to 0.894774 when measured values were moved: it is no measured value. Return "
        "the variable itself."
    )
    gate = judge_tuning_witness(tuned(study(*SCORES), nudged=nudged))
    assert gate == lit(light, reason if light == "fail" else "", 10)


def test_where_nothing_was_moved_nothing_is_told() -> None:
    still = replace(tuned(study(*SCORES)), proof="nudged")
    reason = "No measured value could be moved, so that a constant is not told apart."
    assert judge_tuning_witness(still) == lit("cannot_tell", reason, 10)


def test_a_value_that_nobody_saw_is_told_before_what_moved() -> None:
    gate = judge_tuning_witness(tuned(study(*[0.5] * 10), nudged=(0,)))
    assert gate == lit("fail", ELSEWHERE.format(0), 0)


@pytest.mark.parametrize(
    "studies",
    [
        (),
        (study(),),
        (study(0.5, state="FAIL"),),
        (Study("s", (), (StudyTrial(0, "COMPLETE", {}, ()),)),),
    ],
)
def test_without_a_value_nothing_is_told(studies: tuple[Study, ...]) -> None:
    gate = judge_tuning_witness(tuned(*studies))
    assert gate == Gate("witness", "cannot_tell", "No trial came to a value.")


def test_a_witness_that_is_not_there_fails() -> None:
    exhibit = tuned(study(*SCORES))
    lost = replace(exhibit.observed.testimony, present=False)
    gate = judge_tuning_witness(
        replace(exhibit, observed=replace(exhibit.observed, testimony=lost))
    )
    assert (gate.name, gate.light, dict(gate.figures)) == ("witness", "fail", {})
    assert gate.reason


def test_studies_are_those_of_the_witness_or_else_those_kept() -> None:
    seen, kept, empty = study(0.5), study(0.5, origin="database"), study(name="e")
    assert choose_studies(Store("", studies=(kept, empty, seen))) == (seen,)
    assert choose_studies(Store("", studies=(kept, replace(empty, origin="journal")))) == (kept,)
    assert choose_studies(Store("", studies=(kept, empty))) == ()
