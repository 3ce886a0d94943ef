"""Studies as the witness saw them: which step counts, and what may be missing."""

import json

import pytest

from sandbox.oracles.optuna_witnessed import read_witnessed
from sandbox.oracles.store import Range, Study, StudyTrial
from sandbox.witness.testimony import Testimony as Heard
from sandbox.witness.testimony import Tried
from tests.sandbox.oracles.studies import FLOAT

C = Range("float", low=0.01, high=10.0, log=True)
GIVEN = {"params": {"C": 2}, "distributions": {"C": json.loads(FLOAT)}}


def tried(call: str, number: int, order: int, **fields: object) -> Tried:
    study, of = str(fields.pop("study", "svm")), str(fields.pop("of", "optuna"))
    return Tried(order, call, of, study, number, json.dumps(fields))  # type: ignore[arg-type]


def read(*steps: Tried, component: str = "optuna") -> tuple[Study, ...]:
    return read_witnessed(Heard(tried=steps), component)


def read_trials(*steps: Tried) -> tuple[StudyTrial, ...]:
    (study,) = read(*steps)
    return study.trials


def test_a_trial_is_what_it_was_asked_and_told() -> None:
    done = {"state": "COMPLETE", "values": [0.5], **GIVEN}
    steps = (tried("ask", 4, 3, directions=["MAXIMIZE", "Minimize"]), tried("tell", 4, 9, **done))
    trial = StudyTrial(4, "COMPLETE", {"C": 2.0}, (0.5,), {"C": C}, 3, 9)
    assert read(*steps) == (Study("svm", ("maximize", "minimize"), (trial,)),)
    assert read_witnessed(Heard(tried=steps)) == read(*steps)


def test_only_the_component_asked_for_is_read() -> None:
    steps = (tried("ask", 0, 1), tried("ask", 0, 2, study="hp", of="hyperopt"))
    assert [study.name for study in read(*steps)] == ["svm"]
    assert [study.name for study in read(*steps, component="hyperopt")] == ["hp"]
    assert read() == ()


def test_studies_keep_their_steps_apart() -> None:
    steps = [tried("ask", n, n, study=name) for n, name in enumerate(("a", "b", "a"))]
    found = {study.name: [trial.number for trial in study.trials] for study in read(*steps)}
    assert found == {"a": [0, 2], "b": [1]}


def test_a_trial_that_was_only_asked_is_running() -> None:
    (trial,) = read_trials(tried("ask", 0, 5, directions="no list"))
    assert trial == StudyTrial(0, "RUNNING", {}, (), {}, 5, -1)


def test_a_trial_told_without_being_asked_began_at_no_time() -> None:
    (trial,) = read_trials(tried("tell", 2, 8, state="FAIL"))
    assert trial == StudyTrial(2, "FAIL", {}, (), {}, -1, 8)


def test_a_trial_added_was_measured_by_nobody() -> None:
    (trial,) = read_trials(tried("add", 0, 0, state="COMPLETE", values=[1], **GIVEN))
    assert trial == StudyTrial(0, "ADDED", {"C": 2.0}, (1.0,), {"C": C}, -1, 0)


def test_the_first_word_on_a_trial_is_the_last() -> None:
    first, second = read_trials(
        tried("tell", 0, 0, state="COMPLETE", values=[0.5]),
        tried("tell", 0, 1, state="FAIL", values=[0.9]),
        tried("tell", 1, 2, state="PRUNED"),
    )
    assert (first.state, first.values, first.ended) == ("COMPLETE", (0.5,), 0)
    assert (second.state, second.ended) == ("PRUNED", 2)


def test_trials_are_in_the_order_of_their_numbers() -> None:
    steps = [tried("ask", number, order) for order, number in enumerate((2, 0, 1))]
    assert [trial.number for trial in read_trials(*steps)] == [0, 1, 2]


@pytest.mark.parametrize("detail", ["{", "[]", "[" * 100_000, "7"])
def test_a_step_that_cannot_be_read_leaves_the_trial_there(detail: str) -> None:
    step = Tried(1, "tell", "optuna", "svm", 0, detail)
    assert read_trials(step) == (StudyTrial(0, "", {}, (), {}, -1, 1),)


@pytest.mark.parametrize(
    "fields",
    [
        {"params": {"C": 2}, "distributions": {"C": {"name": "Own"}}, "values": [0.5]},
        {"params": {"C": "x"}, "distributions": GIVEN["distributions"], "values": [0.5]},
    ],
)
def test_a_distribution_of_ones_own_leaves_the_trial_there(fields: dict[str, object]) -> None:
    (trial,) = read_trials(tried("tell", 0, 1, state="COMPLETE", **fields))
    assert (trial.state, trial.params, trial.values) == ("COMPLETE", {}, ())


@pytest.mark.parametrize(
    "fields", [{"params": {"C": 2}}, {"distributions": {"C": {"name": "Own"}}}]
)
def test_parameters_need_their_distributions(fields: dict[str, object]) -> None:
    (trial,) = read_trials(tried("tell", 0, 1, state="COMPLETE", values=[0.5], **fields))
    assert (trial.params, trial.values) == ({}, (0.5,))
