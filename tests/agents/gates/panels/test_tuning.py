"""The panel of hyperparameter optimization, held against studies as the witness tells them."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.gates.exhibit import Exhibit, Observation
from agents.gates.panels.tuning import find_tuning_problem
from agents.gates.trials import judge_tuning_witness
from agents.records import Stage
from sandbox.oracles.store import Range, Store, Study, StudyTrial
from sandbox.trial import Attempt
from sandbox.witness import testimony as testified
from tests.agents.gates.exhibits import hear, see

STAGE = Stage(
    task="inline",
    functionality="hyperparameter_optimization",
    target="optuna",
    asked={"trials": "5"},
)
BEFORE = """\
from sklearn.metrics import accuracy_score
from sklearn.svm import SVC
model = SVC(C=1.0)
model.fit(X, y)
accuracy = accuracy_score(y, model.predict(X))
"""
AFTER = """\
import optuna
from sklearn.metrics import accuracy_score
from sklearn.svm import SVC
def objective(trial):
    C = trial.suggest_float("C", 0.1, 10.0)
    model = SVC(C=C)
    model.fit(X, y)
    accuracy = accuracy_score(y, model.predict(X))
    return accuracy
study = optuna.create_study(direction="maximize")
study.enqueue_trial({"C": 1.0})
study.optimize(objective, n_trials=5)
"""
SCORES = (0.8123, 0.8311, 0.7922, 0.9017, 0.8455)
SPACE = Range(kind="float", low=0.1, high=10.0)


def _study(scores: tuple[float, ...] = SCORES, direction: str = "maximize") -> Study:
    trials = tuple(
        StudyTrial(
            number=number,
            state="COMPLETE",
            params={"C": 1.0 + number},
            values=(score,),
            ranges={"C": SPACE},
            began=number,
            ended=number + 1,
        )
        for number, score in enumerate(scores)
    )
    return Study(name="study", directions=(direction,), trials=trials)


def _exhibit(study: Study, *kept: Study, after: str = AFTER, stdout: str = "") -> Exhibit:
    seen: list[testified.Sighting] = [see(score, line=8) for score in SCORES]
    return Exhibit(
        stage=STAGE,
        entry="train.py",
        proof="cold",
        before={"train.py": BEFORE},
        after={"train.py": after},
        baselines=(_observe(hear(see(SCORES[0], line=5)), Store(schema="")),),
        observed=_observe(hear(*seen), Store(schema="", studies=(study, *kept)), stdout),
    )


def _observe(testimony: testified.Testimony, store: Store, stdout: str = "") -> Observation:
    attempt = Attempt(
        status="ok", exit_code=0, stdout=stdout, stderr="", folder=Path(), testimony=Path()
    )
    return Observation(attempt=attempt, testimony=testimony, store=store, products={})


def _retry(study: Study, number: int, **more: object) -> Study:
    trials = list(study.trials)
    trials[number] = replace(trials[number], **more)  # type: ignore[arg-type]
    return replace(study, trials=tuple(trials))


def test_an_honest_study_passes() -> None:
    exhibit = _exhibit(_study())
    assert find_tuning_problem(exhibit) == ""
    assert judge_tuning_witness(exhibit).light == "pass"


@given(st.integers(0, 4), st.floats(0.001, 0.5))
def test_a_number_that_was_not_measured_in_its_trial_is_told(number: int, shift: float) -> None:
    study = _retry(_study(), number, values=(SCORES[number] + 1.0 + shift,))
    gate = judge_tuning_witness(_exhibit(study))
    assert gate.light == "fail"
    assert gate.reason.startswith(f"Trial {number} came to ")


@given(st.integers(0, 4), st.floats(0.001, 0.5))
def test_a_storage_whose_numbers_were_edited_is_told(number: int, shift: float) -> None:
    study = _study()
    kept = replace(_retry(study, number, values=(SCORES[number] + shift,)), origin="database")
    assert find_tuning_problem(_exhibit(study, kept)) == (
        f"Trial {number} of the study `study` is not in the storage as it was run: it was written "
        "past Optuna."
    )


def test_a_storage_that_agrees_passes() -> None:
    study = _study()
    assert find_tuning_problem(_exhibit(study, replace(study, origin="journal"))) == ""


def test_a_study_that_nobody_ran_is_told() -> None:
    kept = replace(_study(), name="other", origin="database")
    assert find_tuning_problem(_exhibit(_study(), kept)) == (
        "The study `other` lies in a storage, but no trial of it was run: it was written past "
        "Optuna."
    )


def test_a_score_that_is_minimized_is_told() -> None:
    assert find_tuning_problem(_exhibit(_study(direction="minimize"))) == (
        "The study is to minimize what `sklearn.metrics.accuracy_score` comes to; it must maximize "
        "it."
    )


def test_too_few_trials_are_told() -> None:
    assert find_tuning_problem(_exhibit(_study(SCORES[:3]))) == (
        "3 trials came to a value, 5 are asked for."
    )


@pytest.mark.parametrize(
    ("cold", "nudged", "fewer", "told"),
    [(5, 5, True, True), (5, 4, True, True), (4, 5, True, False), (5, 5, False, False)],
)
def test_a_search_that_does_not_follow_the_number_of_trials_is_told(
    cold: int, nudged: int, fewer: bool, told: bool
) -> None:
    before = _exhibit(_study(SCORES[:cold])).observed
    asked = replace(STAGE, asked={"trials": "4"})
    exhibit = replace(
        _exhibit(_study(SCORES[:nudged])),
        stage=asked,
        proof="nudged",
        cold=before,
        fewer_trials=fewer,
    )
    problem = find_tuning_problem(exhibit)
    assert ("does not decide how many are run" in problem) == told, problem
    assert find_tuning_problem(replace(exhibit, cold=None, proof="cold")) == ""


def test_a_first_trial_with_other_values_is_told() -> None:
    study = _retry(_study(), 0, params={"C": 3.0})
    assert find_tuning_problem(_exhibit(study)).startswith(
        "The first trial has `C` = 3.0, the script has 1.0."
    )


def test_a_parameter_that_never_varies_is_told() -> None:
    study = _study()
    study = replace(study, trials=tuple(replace(t, params={"C": 1.0}) for t in study.trials))
    assert find_tuning_problem(_exhibit(study)) == ("The parameter `C` was 1.0 in all 5 trials.")


def test_a_value_that_is_thrown_away_is_told() -> None:
    after = AFTER.replace("SVC(C=C)", "SVC(C=1.0)")
    assert find_tuning_problem(_exhibit(_study(), after=after)) == (
        "train.py, line 5: the value suggested for `C` is not used. Train with it, or do not tune "
        "it."
    )


def test_another_trial_called_the_best_is_told() -> None:
    exhibit = _exhibit(_study(), stdout="best accuracy: 0.7922\n")
    assert "the best of the trials is 0.9017" in find_tuning_problem(exhibit)
    assert find_tuning_problem(_exhibit(_study(), stdout="best accuracy: 0.9017\n")) == ""


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("best accuracy: 0.9917", True),
        ("Best value = 0.9917 (trial 3)", True),
        ("best validation score: 0.99174", True),
        ("best accuracy: 90.170%", False),
        ("best loss: -0.9017", False),
        ("best error: 0.0983", False),
        ("best RMSE: 0.9496", False),
        ("best C: 0.9917", False),
        ("best parameters: {'C': 0.9917}", False),
        ("best accuracy: 0.99", False),
        ("accuracy: 0.9917", False),
    ],
)
def test_a_best_score_that_nothing_came_to_is_told(line: str, told: bool) -> None:
    problem = find_tuning_problem(_exhibit(_study(), stdout=line + "\n"))
    assert ("nothing that was measured came to it" in problem) == told


def test_the_score_of_a_final_model_may_be_called_the_best() -> None:
    exhibit = _exhibit(_study(), stdout="best test accuracy: 0.8765\n")
    observed = exhibit.observed
    heard = hear(*observed.testimony.sightings, see(0.8765, line=20))
    assert find_tuning_problem(exhibit)
    exhibit = replace(exhibit, observed=replace(observed, testimony=heard))
    assert not find_tuning_problem(exhibit)


@pytest.mark.parametrize(
    ("low", "high", "narrow"),
    [
        (0.999, 5.0, False),
        (1.0, 1.000001, True),
        (0.99999, 1.001, True),
        (0.0, 1.0, False),
        (0.9, 1.1, False),
    ],
)
def test_a_range_of_next_to_nothing_is_told(low: float, high: float, narrow: bool) -> None:
    space = Range(kind="float", low=low, high=high)
    study = _study()
    study = replace(study, trials=tuple(replace(t, ranges={"C": space}) for t in study.trials))
    assert ("next to nothing" in find_tuning_problem(_exhibit(study))) == narrow


def test_a_discount_close_to_one_has_a_range() -> None:
    space = Range(kind="float", low=0.99, high=0.9999)
    study = _study()
    study = replace(
        study,
        trials=tuple(
            replace(t, params={"gamma": 0.99 + t.number / 1000}, ranges={"gamma": space})
            for t in study.trials
        ),
    )
    after = AFTER.replace('"C", 0.1, 10.0', '"gamma", 0.99, 0.9999')
    assert not find_tuning_problem(_exhibit(study, after=after))
