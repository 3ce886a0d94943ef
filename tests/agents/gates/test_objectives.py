"""What vouches for a trial's value, in which form, and which way such a value is to go."""

from dataclasses import replace

import pytest

from agents.gates.numbers import Vouch
from agents.gates.objectives import (
    Origin,
    Origins,
    find_origins,
    is_known,
    is_same,
    list_own_sightings,
)
from sandbox.oracles.store import StudyTrial
from sandbox.witness.testimony import Sighting
from tests.agents.gates.exhibits import BEFORE, ENTRY, digits, hear, see, see_expression


def way(seen: Sighting, *, turned: bool = False) -> str:
    return Origin(Vouch(0.5, "value", seen), turned).direction


@pytest.mark.parametrize(
    ("seen", "direction"),
    [
        (see(0.5, function="sklearn.metrics.accuracy_score"), "maximize"),
        (see(0.5, function="sklearn.metrics.mean_squared_error"), "minimize"),
        (see(0.5, function="sklearn.metrics.log_loss"), "minimize"),
        (see(0.5, function="torch.Tensor.item", label="val_loss"), "minimize"),
        (see(0.5, function="torch.Tensor.item", label="acc"), "maximize"),
        (see(0.5, function="torch.Tensor.item", label="x"), ""),
        (see(0.5, function="torch.Tensor.item", label="acc_loss"), ""),
        (see_expression(0.5, text="rmse"), "minimize"),
        (see_expression(0.5, text="f1"), "maximize"),
        (see_expression(0.5, text="thing"), ""),
        (see_expression(0.5, text="thing", label="accuracy"), "maximize"),
    ],
)
def test_a_value_goes_the_way_its_name_says(seen: Sighting, direction: str) -> None:
    assert way(seen) == direction
    other = {"maximize": "minimize", "minimize": "maximize", "": ""}[direction]
    assert way(seen, turned=True) == other


@pytest.mark.parametrize("name", ["best_score_", "cross_val_score"])
def test_a_scorer_is_good_when_large_whatever_is_behind_it(name: str) -> None:
    seen = see(0.5, function=f"sklearn.x.{name}", label="mse")
    if way(seen):
        assert way(seen) == "maximize"
        assert way(seen, turned=True) == "minimize"


def forms(value: float, *seen: Sighting) -> list[tuple[float, str, bool]]:
    found = find_origins(value, seen)
    return [(one.vouch.value, one.vouch.how, one.turned) for one in found]


def test_a_value_vouches_in_its_own_form_before_any_other() -> None:
    assert forms(0.25, see(0.25)) == [(0.25, "value", False)]
    assert forms(25.0, see(0.25)) == [(0.25, "value", False)]
    assert forms(-0.25, see(0.25)) == [(0.25, "value", True)]
    assert forms(0.75, see(0.25)) == [(0.25, "value", True)]
    assert forms(0.5, see(0.25)) == []
    assert forms(0.25, see(0.75, line=3), see(0.25, line=4)) == [(0.25, "value", False)]
    assert is_known(0.75, (see(0.25),))
    assert not is_known(0.5, (see(0.25),))


def test_a_count_vouches_for_no_whole_number() -> None:
    assert forms(3.0, see(3.0, integral=True)) == []
    assert forms(3.0, see(3.0)) == [(3.0, "value", False)]
    assert forms(0.25, see(0.25, integral=True)) == [(0.25, "value", False)]


def test_the_mean_of_what_one_place_showed_vouches_too() -> None:
    folds = [see(value, line=4) for value in (0.25, 0.5, 0.9)]
    ((mean, how, turned),) = forms(0.55, *folds)
    assert (round(mean, 9), how, turned) == (0.55, "value", False)
    assert forms(0.375, *folds[:2]) == [(0.375, "value", False)]
    assert forms(0.375, folds[0], replace(folds[1], line=5)) == []
    assert forms(0.375, folds[0], replace(folds[1], label="x")) == []
    assert forms(0.375, *(replace(fold, integral=True) for fold in folds[:2])) == []
    assert forms(0.375, see(0.25, 0.25, line=4), see(0.5, 0.5, line=4)) == []


@pytest.mark.parametrize("moved", [0, 1])
def test_a_mean_was_moved_where_any_part_of_it_was(moved: int) -> None:
    folds = [see(value, line=4, nudged=place == moved) for place, value in enumerate((0.25, 0.5))]
    (found,) = find_origins(0.375, folds)
    assert found.vouch.sighting.nudged
    (found,) = find_origins(0.375, [replace(fold, nudged=False) for fold in folds])
    assert not found.vouch.sighting.nudged


def trial(began: int, ended: int, *values: float, **more: object) -> StudyTrial:
    whole = StudyTrial(0, "COMPLETE", {}, values, {}, began, ended)
    return replace(whole, **more)  # type: ignore[arg-type]


def test_only_what_was_seen_while_a_trial_ran_is_its_own() -> None:
    seen = hear(*(see(value, line=9) for value in (0.1, 0.2, 0.3, 0.4))).sightings
    origins = Origins(seen)
    assert origins.within(trial(1, 3)) == seen[1:3]
    assert [one.vouch.value for one in origins.find(trial(1, 3, 0.2))] == [0.2]
    assert origins.find(trial(1, 3, 0.4)) == ()
    assert origins.find(trial(1, 3)) == ()


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("score", True),
        ("self.score", True),
        ("scores[0]", True),
        ("search.best_score_", False),
        ("score(x)", False),
        ("scores[0][1]", False),
        ("a + b", False),
    ],
)
def test_a_plain_variable_vouches_for_nothing(text: str, bare: bool) -> None:
    seen = hear(see_expression(0.5, text=text)).sightings
    assert (Origins(seen).within(trial(0, 9)) == ()) is bare
    library = hear(see(0.5, function=text)).sightings
    assert Origins(library).within(trial(0, 9)) == library


def own(line: str, *seen: Sighting) -> list[str]:
    exhibit = digits(seen=seen)
    changed = replace(exhibit, after={ENTRY: f"{BEFORE}{line}\n"})
    return [one.function for one in list_own_sightings(changed)]


def test_what_only_the_candidate_calls_is_not_its_own() -> None:
    last = len(BEFORE.splitlines()) + 1
    line = "value = float(torch.tensor(0.9).item())"
    made = see(0.9, function="torch.Tensor.item", line=last)
    hidden = see(0.9, function="torch.Tensor.__float__", line=last)
    assert own(line, made, hidden) == []
    for kept in (
        replace(made, line=last - 1),
        replace(made, line=last + 1),
        replace(made, function="torch.Tensor.other"),
        replace(made, file="b.py"),
        replace(made, source="expression"),
    ):
        assert own(line, made, kept) == [kept.function]


def test_trials_are_the_same_in_every_number() -> None:
    one = trial(0, 1, 0.5, params={"C": 1.0, "kernel": "rbf"})
    assert is_same(one, replace(one, params={"C": 1.0000001, "kernel": "rbf"}, number=3))
    assert is_same(one, replace(one, values=(0.5000001,)))
    for other in (
        {"values": (0.6,)},
        {"values": ()},
        {"values": (0.5, 0.5)},
        {"state": "FAIL"},
        {"params": {"C": 2.0, "kernel": "rbf"}},
        {"params": {"C": 1.0, "kernel": "poly"}},
        {"params": {"C": 1.0}},
        {"params": {"C": "1.0", "kernel": "rbf"}},
        {"params": {"C": 1.0, "kernel": "rbf", "n": 1.0}},
    ):
        assert not is_same(one, replace(one, **other))
