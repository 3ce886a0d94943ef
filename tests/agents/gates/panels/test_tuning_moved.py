"""A study in the place of a search: the same space, as many trials, the same aim."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.gates.exhibit import Exhibit
from agents.gates.judgement import judge_original
from agents.gates.panels.choice import choose_panel
from agents.records import Gate
from sandbox.oracles.store import Range, Store, Study
from tests.agents.gates.exhibits import hear, see
from tests.agents.gates.searches import (
    NEW,
    OLD,
    SPACES,
    STAGE,
    adapted,
    keep,
    moved,
    original,
    restudy,
    study,
    watch,
)

HONEST = study(NEW, "maximize", 1.25)


def judge_store(exhibit: Exhibit) -> Gate:
    panel = choose_panel(STAGE)
    assert panel is not None
    return panel.store(exhibit)


def judge_values(exhibit: Exhibit) -> Gate:
    panel = choose_panel(STAGE)
    assert panel is not None
    return panel.witness(exhibit)


def respace(name: str, space: Range | None, label: str = "") -> Study:
    """The honest study with one parameter's range changed, left out or renamed."""
    spaces = {label or key: one for key, one in SPACES.items() if key == name or not label}
    spaces = {key: one for key, one in SPACES.items() if key != name}
    if space is not None:
        spaces[label or name] = space
    trials = []
    for trial in HONEST.trials:
        params = {key: value for key, value in trial.params.items() if key != name}
        if space is not None:
            params[label or name] = trial.params.get(name, 1.0 + trial.number)
        trials.append(replace(trial, ranges=spaces, params=params))
    return replace(HONEST, trials=tuple(trials))


def test_an_honest_move_passes_and_says_what_was_not_compared() -> None:
    gate = judge_store(moved())
    assert gate.light == "pass"
    assert gate.reason == (
        "Two samplers draw other values: spaces, counts and aims are compared, no draws."
    )
    assert gate.figures["complete"] == 4
    assert judge_values(moved()).light == "pass"


def test_the_original_s_search_is_what_there_is_to_move() -> None:
    assert judge_original(STAGE, original()).light == "fail"
    assert judge_original(STAGE, replace(original(), source=Store(""))).light == "cannot_tell"
    strange = Store("", unreadable="the space beta is not known here", unknown=True)
    assert judge_original(STAGE, replace(original(), source=strange)).light == "cannot_tell"
    both = replace(original(), store=keep(HONEST))
    assert judge_original(STAGE, both).light == "pass"


def test_a_search_that_is_left_is_told() -> None:
    left = replace(adapted(), source=original().source)
    gate = judge_store(moved(observed=left))
    assert gate.light == "fail"
    assert "still leaves something with hyperopt" in gate.reason


def test_the_negative_may_be_minimized() -> None:
    assert judge_store(restudy(study([-one for one in NEW], "minimize"))).light == "pass"
    assert judge_store(restudy(study([1 - one for one in NEW], "minimize"))).light == "pass"


@pytest.mark.parametrize(
    ("values", "direction", "wanted"),
    [
        (NEW, "minimize", "maximize"),
        ([-one for one in NEW], "maximize", "minimize"),
        ([1 - one for one in NEW], "maximize", "minimize"),
    ],
)
def test_the_other_direction_is_told(values: list[float], direction: str, wanted: str) -> None:
    gate = judge_store(restudy(study(values, direction)))
    assert gate.light == "fail"
    assert gate.reason == (
        f"The study is to {direction} what `sklearn.metrics.accuracy_score` comes to. As its "
        f"trials return it, that is the opposite of the original: {wanted} it."
    )


def test_two_objectives_are_not_one() -> None:
    gate = judge_store(restudy(replace(HONEST, directions=("maximize", "minimize"))))
    assert gate.reason == "The study has 2 objectives; Hyperopt minimized one."


def test_another_measurement_of_the_original_s_is_not_its_loss() -> None:
    def both(first: tuple[float, ...], second: tuple[float, ...]) -> tuple[object, ...]:
        return tuple(
            see(*pair, function=name, order=place + 1)
            for place, (mine, theirs) in enumerate(zip(first, second, strict=True))
            for name, pair in (("metrics.accuracy_score", (mine,)), ("metrics.f1_score", (theirs,)))
        )

    others = tuple(one / 2 for one in NEW)
    mine = tuple(one / 3 for one in OLD)
    first = original()
    seen = replace(first.testimony, sightings=both(OLD, mine))  # type: ignore[arg-type]
    told = replace(adapted().testimony, sightings=both(NEW, others))  # type: ignore[arg-type]
    exhibit = restudy(study(others, "maximize", 1.25))
    gate = judge_store(
        replace(
            exhibit,
            baselines=(replace(first, testimony=seen),) * 2,
            observed=replace(exhibit.observed, testimony=told),
        )
    )
    assert gate.reason == (
        "The trials come to what `metrics.f1_score` measures; the original's loss is made of "
        "`metrics.accuracy_score`."
    )


def test_where_nothing_measured_is_shared_the_direction_cannot_be_told() -> None:
    strange = hear(*(see(0.001 * place, function="x.y") for place in range(1, 7)))
    gate = judge_store(moved(observed=replace(adapted(), testimony=strange)))
    assert gate.light == "cannot_tell"
    assert "whether the direction is right cannot be told" in gate.reason


def test_a_fault_outweighs_what_cannot_be_told() -> None:
    strange = hear(*(see(0.001 * place, function="x.y") for place in range(1, 7)))
    exhibit = restudy(respace("C", Range("float", 1.0, 2.0)))
    observed = replace(exhibit.observed, testimony=strange)
    assert judge_store(replace(exhibit, observed=observed)).light == "fail"


@given(st.integers(2, 3))
def test_fewer_trials_are_told(count: int) -> None:
    gate = judge_store(restudy(study(NEW[:count], "maximize")))
    assert gate.reason == f"The original evaluates 4 times, the study has {count} trials."


def test_more_trials_are_told_unless_they_were_asked_for() -> None:
    longer = (*NEW, 0.7777)
    new = study(longer, "maximize")
    observed = replace(adapted(), testimony=watch(longer), store=keep(new))
    assert judge_store(moved(observed=observed)).reason == (
        "The original evaluates 4 times, the study has 5 trials."
    )
    asked = replace(STAGE, asked={"trials": "5"})
    assert judge_store(moved(observed=observed, stage=asked)).light == "pass"


def test_an_original_that_stops_by_its_clock_asks_for_the_fewest() -> None:
    first = original()
    second = replace(first, source=keep(study([-one for one in OLD[:3]])))
    exhibit = restudy(study(NEW[:3], "maximize"), baselines=(first, second))
    assert judge_store(exhibit).light == "pass"


def test_trials_without_a_value_are_told_where_every_evaluation_had_one() -> None:
    trials = (*HONEST.trials[:3], replace(HONEST.trials[3], state="FAIL", values=()))
    gate = judge_store(restudy(replace(HONEST, trials=trials)))
    assert gate.reason == ("Of 4 trials 3 came to a value; every evaluation of the original does.")


def test_an_added_trial_is_told() -> None:
    trials = (*HONEST.trials[:3], replace(HONEST.trials[3], state="ADDED"))
    gate = judge_store(restudy(replace(HONEST, trials=trials)))
    assert gate.reason == "A trial was added with a value of its own instead of being run."


def test_two_searches_need_two_studies() -> None:
    searched = study([-one for one in OLD])
    first = replace(original(), source=keep(searched, searched))
    assert judge_store(moved(baselines=(first, first))).reason == (
        "The original searches 2 times, the adapted script 1 times."
    )


@given(st.floats(0.2, 5.0), st.booleans())
def test_another_range_is_told(shift: float, upper: bool) -> None:
    space = Range("float", 0.1, 10.0 + shift) if upper else Range("float", 0.1 - shift, 10.0)
    gate = judge_store(restudy(respace("C", space)))
    assert gate.light == "fail"
    assert gate.reason.startswith("`C` was a number from 0.1 to 10, and is a number from ")


def test_a_parameter_that_nobody_suggests_is_told() -> None:
    exhibit = restudy(respace("kernel", None))
    text = moved().after["train.py"].replace('suggest_categorical("kernel", ["rbf", "poly"])', "k")
    assert judge_store(replace(exhibit, after={"train.py": text})).reason == (
        "`kernel` was searched over one of `rbf`, `poly`; no trial suggests it."
    )


def test_a_branch_that_no_trial_took_may_stand_in_the_text_alone() -> None:
    assert judge_store(restudy(respace("kernel", None))).light == "pass"


def test_a_parameter_too_many_is_told() -> None:
    new = replace(
        HONEST,
        trials=tuple(
            replace(
                trial,
                params={**trial.params, "gamma": 1.0 + trial.number},
                ranges={**SPACES, "gamma": Range("float", 0.0, 9.0)},
            )
            for trial in HONEST.trials
        ),
    )
    assert judge_store(restudy(new)).reason == (
        "`gamma` is tuned now; the original does not search over it."
    )


def test_a_parameter_may_bear_the_key_of_its_space() -> None:
    exhibit = restudy(respace("C", SPACES["C"], label="penalty"))
    assert judge_store(exhibit).light == "fail"
    text = exhibit.before["train.py"].replace('{"C": hp', '{"penalty": hp')
    assert judge_store(replace(exhibit, before={"train.py": text})).light == "pass"


def test_a_parameter_that_never_varies_is_told() -> None:
    trials = tuple(replace(trial, params={**trial.params, "C": 1.5}) for trial in HONEST.trials)
    gate = judge_store(restudy(replace(HONEST, trials=trials)))
    assert gate.reason == "The parameter `C` was 1.5 in all 4 trials."


def test_values_that_never_vary_are_told_unless_the_losses_did_not() -> None:
    same = (0.7711,) * 4
    exhibit = restudy(study(same, "maximize", 1.25))
    exhibit = replace(exhibit, observed=replace(exhibit.observed, testimony=watch(same)))
    assert "All 4 trials came to 0.7711" in judge_store(exhibit).reason
    flat = replace(original(), source=keep(study((-0.5,) * 4)), testimony=watch((0.5,) * 4))
    assert judge_store(replace(exhibit, baselines=(flat, flat))).light == "pass"


def test_a_storage_that_cannot_be_read_is_told() -> None:
    broken = replace(adapted(), store=Store("", unreadable="It is corrupt."))
    assert judge_store(moved(observed=broken)).light == "fail"


def test_a_number_that_was_not_measured_in_its_trial_is_told() -> None:
    gate = judge_values(restudy(study((*NEW[:3], 0.99), "maximize")))
    assert gate.light == "fail"
    assert gate.reason.startswith("Trial 3 came to 0.99")
