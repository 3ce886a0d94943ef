"""What the witness tells of Hyperopt's searches, read as studies."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.oracles.choice import choose_oracle
from sandbox.oracles.hyperopt import HyperoptOracle
from sandbox.oracles.hyperopt_trials import parse_space, read_searches
from sandbox.oracles.optuna_trials import UnknownLayoutError
from sandbox.oracles.store import Range
from sandbox.witness import testimony as testified
from sandbox.witness.testimony import Tried

UNIFORM = {"name": "uniform", "attributes": {"numbers": [0, 1], "named": {}}}


def space(name: str, *numbers: float, **named: float) -> dict[str, object]:
    return {"name": name, "attributes": {"numbers": list(numbers), "named": named}}


def choice(*options: object, nested: int = 0) -> dict[str, object]:
    attributes = {"numbers": [], "named": {}, "choices": list(options), "nested": nested}
    return {"name": "randint", "attributes": attributes}


def ask(number: int, order: int, study: str = "7") -> Tried:
    return Tried(order, "ask", "hyperopt", study, number, '{"directions":["MINIMIZE"]}')


def tell(number: int, order: int, study: str = "7", **fields: object) -> Tried:
    told = {"state": "ok", "params": {}, "values": [0.5], "distributions": {}, **fields}
    return Tried(order, "tell", "hyperopt", study, number, json.dumps(told))


def hear(*steps: Tried) -> testified.Testimony:
    return testified.Testimony(present=True, tried=steps)


@pytest.mark.parametrize(
    ("given_space", "expected"),
    [
        (space("uniform", 0, 1), Range("float", 0.0, 1.0)),
        (space("uniform", low=0, high=1), Range("float", 0.0, 1.0)),
        (space("quniform", 2, 8, 2), Range("float", 2.0, 8.0, step=2.0)),
        (space("quniform", 1, 5, q=1.0), Range("float", 1.0, 5.0, step=1.0)),
        (space("uniformint", 1, 5), Range("int", 1.0, 5.0, step=1.0)),
        (space("randint", 5), Range("int", 0.0, 4.0, step=1.0)),
        (space("randint", 2, 7), Range("int", 2.0, 6.0, step=1.0)),
        (space("randint", low=2, high=7), Range("int", 2.0, 6.0, step=1.0)),
        (space("randint", upper=5), Range("int", 0.0, 4.0, step=1.0)),
        (space("normal", 0, 1), Range("float", -math.inf, math.inf)),
        (space("qlognormal", 0, 1, 1), Range("float", 0.0, math.inf, log=True)),
        (choice("rbf", 3, None, True), Range("choice", choices=("rbf", "3", "None", "True"))),
        (choice("rbf", None, nested=1), Range("choice", choices=("rbf",), nested=1)),
        (choice(None, None, nested=1), Range("choice", choices=("None",), nested=1)),
        (choice(None, None, nested=2), Range("choice", nested=2)),
    ],
)
def test_each_of_its_spaces_is_a_range(given_space: object, expected: Range) -> None:
    found = parse_space("x", given_space)
    assert repr(found) == repr(expected)


def test_bounds_of_a_logarithmic_space_are_those_of_the_parameter_itself() -> None:
    found = parse_space("x", space("loguniform", math.log(0.01), math.log(10)))
    assert (found.kind, found.log, found.step) == ("float", True, None)
    assert found.low == pytest.approx(0.01)
    assert found.high == pytest.approx(10)
    assert parse_space("x", space("qloguniform", 0, 3, 1)).step == 1.0
    assert parse_space("x", space("loguniform", 0, 1e6)).high == math.inf


@pytest.mark.parametrize(
    "strange",
    [None, {}, {"name": "uniform"}, space("beta", 1, 2), space("uniform", 1), space("randint")],
)
def test_a_space_that_is_not_known_is_unknown(strange: object) -> None:
    with pytest.raises(UnknownLayoutError):
        parse_space("x", strange)


@given(st.recursive(st.none() | st.integers() | st.text(), lambda one: st.lists(one, max_size=3)))
def test_nothing_that_a_run_says_breaks_the_reading(strange: object) -> None:
    testimony = hear(ask(0, 1), tell(0, 2, distributions={"x": strange}, params={"x": strange}))
    store = HyperoptOracle().read(Path(), testimony, "")
    assert store.unknown
    assert store.studies == ()


def test_evaluations_are_trials_with_what_they_drew() -> None:
    spaces = {"x": UNIFORM, "kernel": choice("rbf", "poly"), "kind": choice("svm", None, nested=1)}
    drawn = {"x": 0.25, "kernel": 1.0, "kind": 1.0}
    testimony = hear(ask(0, 3), tell(0, 9, values=[0.1], distributions=spaces, params=drawn))
    (study,) = read_searches(testimony)
    (trial,) = study.trials
    assert study.directions == ("minimize",)
    assert trial.params == {"x": 0.25, "kernel": "poly", "kind": 1.0}
    assert (trial.state, trial.values, trial.began, trial.ended) == ("COMPLETE", (0.1,), 3, 9)
    assert study.ranges["x"] == Range("float", 0.0, 1.0)


def test_a_branch_that_was_not_taken_is_in_the_space_all_the_same() -> None:
    testimony = hear(ask(0, 1), tell(0, 2, distributions={"x": UNIFORM}))
    (study,) = read_searches(testimony)
    assert study.trials[0].params == {}
    assert study.ranges["x"].high == 1.0


@pytest.mark.parametrize("state", ["fail", "error", "strange"])
def test_an_evaluation_without_a_loss_has_failed(state: str) -> None:
    (study,) = read_searches(hear(ask(0, 1), tell(0, 2, state=state, values=[])))
    assert study.trials[0].state == "FAIL"
    assert study.complete == ()


def test_an_address_that_is_used_again_is_another_search() -> None:
    steps = [ask(0, 1), tell(0, 2), ask(1, 3), tell(1, 4), ask(0, 5), tell(0, 6, values=[0.25])]
    first, second = read_searches(hear(*steps))
    assert [trial.number for trial in first.trials] == [0, 1]
    assert [trial.values for trial in second.trials] == [(0.25,)]
    assert (first.name, second.name) == ("fmin 1", "fmin 2")


def test_steps_of_two_searches_at_once_are_told_apart() -> None:
    steps = [ask(0, 1, "a"), ask(0, 2, "b"), tell(0, 3, "b", values=[1.0]), tell(0, 4, "a")]
    first, second = read_searches(hear(*steps))
    assert first.trials[0].values == (0.5,)
    assert second.trials[0].values == (1.0,)


def test_a_second_word_about_an_evaluation_changes_nothing() -> None:
    steps = [ask(0, 1), tell(0, 2), tell(0, 3, values=[9.0]), tell(4, 5)]
    (study,) = read_searches(hear(*steps))
    assert [trial.values for trial in study.trials] == [(0.5,)]


def test_trials_of_optuna_are_not_hyperopt_s() -> None:
    other = Tried(1, "ask", "optuna", "s", 0, "{}")
    store = HyperoptOracle().read(Path(), hear(other), "")
    assert (store.schema, store.studies, store.unreadable) == ("", (), "")


def test_it_keeps_no_file_and_asks_nothing(tmp_path: Path) -> None:
    oracle = choose_oracle("hyperopt")
    assert isinstance(oracle, HyperoptOracle)
    oracle.plant(None, tmp_path, "/job")
    assert list(tmp_path.iterdir()) == []
    assert (oracle.variables("/job"), oracle.owns("trials.pkl")) == ({}, False)
    assert oracle.ask(tmp_path, hear()) is None
    assert oracle.template_script() == ""
