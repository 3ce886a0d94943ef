"""What the values of trials are made of, and which way they are to go."""

import pytest

from agents.gates.losses import Aim, Measured, find_aim, read_measured
from sandbox.oracles.store import Study, StudyTrial
from sandbox.witness.testimony import Sighting
from tests.agents.gates.exhibits import see

SCORES = (0.81, 0.83, 0.79, 0.92)
ACCURACY = ("train.py", "sklearn.metrics.accuracy_score", "value")
F1 = ("train.py", "sklearn.metrics.f1_score", "value")


def study(*values: float) -> Study:
    trials = tuple(
        StudyTrial(number, "COMPLETE", {}, (value,), began=10 * number, ended=10 * number + 10)
        for number, value in enumerate(values)
    )
    return Study("s", ("minimize",), trials)


def watch(*scores: float, function: str = ACCURACY[1], place: int = 1) -> list[Sighting]:
    return [
        see(score, function=function, order=10 * number + place)
        for number, score in enumerate(scores)
    ]


def test_a_value_is_what_was_measured_in_its_trial() -> None:
    found = read_measured(watch(*SCORES), (study(*SCORES),))
    assert found.turned == {ACCURACY: False}
    assert found.seen == {ACCURACY}
    assert found.trials == 4


@pytest.mark.parametrize("loss", [lambda score: -score, lambda score: 1 - score])
def test_a_loss_may_be_the_negative_or_the_complement(loss) -> None:  # type: ignore[no-untyped-def]
    found = read_measured(watch(*SCORES), (study(*map(loss, SCORES)),))
    assert found.turned == {ACCURACY: True}


def test_a_percentage_is_the_same_measurement() -> None:
    assert read_measured(watch(*SCORES), (study(*(100 * one for one in SCORES)),)).turned == {
        ACCURACY: False
    }


def test_what_was_measured_in_another_trial_is_not_it() -> None:
    assert read_measured(watch(*SCORES), (study(*reversed(SCORES)),)).turned == {}


def test_a_trial_without_a_finite_value_counts_for_nothing() -> None:
    found = read_measured(watch(*SCORES), (study(*SCORES[:3], float("nan")),))
    assert found.turned == {ACCURACY: False}
    assert found.trials == 3


def measured(seen: tuple[tuple[str, str, str], ...] = (ACCURACY, F1), **turned: bool) -> Measured:
    names = {"accuracy": ACCURACY, "f1": F1}
    return Measured({names[name]: way for name, way in turned.items()}, frozenset(seen), 4)


@pytest.mark.parametrize(
    ("loss", "value", "direction"),
    [(True, False, "maximize"), (True, True, "minimize"), (False, False, "minimize")],
)
def test_the_direction_follows_from_the_two_signs(loss: bool, value: bool, direction: str) -> None:
    aim = find_aim(measured(accuracy=loss), measured(accuracy=value))
    assert aim == Aim(direction, measure=ACCURACY[1])


def test_another_measurement_is_named() -> None:
    aim = find_aim(measured(f1=True), measured(accuracy=False))
    assert aim == Aim("", measure=F1[1], other=ACCURACY[1])


def test_a_measurement_that_the_original_never_makes_tells_nothing() -> None:
    assert find_aim(measured(seen=(F1,), f1=True), measured(accuracy=False)) == Aim("")
    assert find_aim(measured(), measured(accuracy=False)) == Aim("")


def test_two_measurements_that_disagree_tell_nothing() -> None:
    assert find_aim(measured(f1=True, accuracy=True), measured(f1=True, accuracy=False)) == Aim("")
