from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.gates.streams import Sides, compare_runs
from sandbox.oracles.store import Point, TrackedRun
from tests.agents.gates.exhibits import chart, track

SIDES = Sides("W&B", "MLflow")
LOSS = [0.9, 0.5, 0.25]
SOURCE = replace(
    track({"train/loss": LOSS, "val acc (%)": [70.0, 80.0, 90.0]}, {"lr": "0.1", "deep.a": "1"}),
    artifacts=("model/model.pt", "notes.txt"),
    tags={"baseline": ""},
)
TARGET = replace(
    track({"train/loss": LOSS, "val_acc": [70.0, 80.0, 90.0]}, {"lr": "0.1", "deep": "{'a': 1}"}),
    artifacts=("model.pt", "extra/notes.txt"),
    tags={"kind": "baseline", "mlflow.user": "somebody"},
)


def differ(source: TrackedRun, target: TrackedRun, again: TrackedRun | None = None) -> str:
    return compare_runs([source], [again or source], [target], SIDES)


def at(*steps: int) -> TrackedRun:
    values = zip(steps, LOSS, strict=True)
    points = tuple(Point(value, step, order) for order, (step, value) in enumerate(values))
    return chart({"loss": points})


def test_the_same_stream_in_another_component_is_no_difference() -> None:
    assert differ(SOURCE, TARGET) == ""


@pytest.mark.parametrize(
    ("target", "word"),
    [
        (replace(TARGET, metrics={"train/loss": TARGET.metrics["train/loss"]}), "val acc"),
        (replace(TARGET, metrics={**TARGET.metrics, "more": ()}), "`more`"),
        (replace(TARGET, metrics={**TARGET.metrics, **track({"val_acc": [70.0]}).metrics}), "1"),
        (replace(TARGET, params={"deep": "{'a': 1}"}), "`lr`"),
        (replace(TARGET, params={"lr": "0.1"}), "`deep.a`"),
        (replace(TARGET, params={**TARGET.params, "lr": "0.2"}), "0.2"),
        (replace(TARGET, artifacts=("model.pt",)), "notes.txt"),
        (replace(TARGET, tags={}), "baseline"),
    ],
)
def test_what_is_missing_added_or_changed_is_named(target: TrackedRun, word: str) -> None:
    assert word in differ(SOURCE, target)


def test_as_many_runs_are_expected_as_the_original_has() -> None:
    assert "1 run with W&B" in compare_runs([SOURCE], [SOURCE], [TARGET, TARGET], SIDES)


@given(st.integers(0, 2), st.floats(1e-3, 1e3), st.booleans())
def test_a_number_that_changed_is_a_difference_and_another_order_of_keys_is_none(
    place: int, by: float, flipped: bool
) -> None:
    values = list(LOSS)
    values[place] += by
    other = {"train/loss": values, "val_acc": [70.0, 80.0, 90.0]}
    changed = replace(TARGET, metrics=track(other).metrics)
    assert f"Value {place + 1} of `train/loss`" in differ(SOURCE, changed)
    order = reversed(list(TARGET.metrics.items())) if flipped else TARGET.metrics.items()
    assert differ(SOURCE, replace(TARGET, metrics=dict(order), name="anything")) == ""


def test_what_differs_between_two_runs_of_the_original_is_not_compared() -> None:
    again = replace(
        track({"loss": [0.9, 0.4, 0.25]}, {"when": "today", "lr": "1"}), artifacts=("a.txt",)
    )
    first = replace(again, metrics=track({"loss": LOSS}).metrics, params={"when": "now", "lr": "1"})
    other = replace(again, metrics=track({"loss": [0.9, 0.3, 0.25]}).metrics)
    assert differ(first, other, again) == ""
    assert differ(first, other) != ""


def test_values_that_moved_on_purpose_are_not_held_against_the_original() -> None:
    moved = replace(TARGET, metrics=track({"train/loss": [1, 2, 3], "val_acc": [4, 5, 6]}).metrics)
    assert compare_runs([SOURCE], [SOURCE], [moved], Sides("W&B", "MLflow", moved=True)) == ""
    assert differ(SOURCE, moved) != ""


@pytest.mark.parametrize(
    ("source", "target", "same"),
    [
        (at(0, 1, 2), at(0, 1, 2), True),
        (at(0, 1, 2), at(1, 2, 3), False),
        (at(0, 1, 2), at(0, 0, 0), False),
        (at(0, 0, 0), at(0, 1, 2), True),
        (at(0, 2, 4), at(0, 1, 2), False),
        (replace(at(0, 2, 4), counted=True), at(0, 1, 2), True),
        (replace(at(0, 2, 4), counted=True), at(1, 2, 3), True),
        (replace(at(0, 2, 4), counted=True), at(0, 1, 3), False),
        (at(1, 2, 3), replace(at(0, 1, 2), counters=track({"epoch": [1, 2, 3]}).metrics), True),
        (at(1, 2, 3), replace(at(0, 1, 2), counters=track({"epoch": [5, 6, 7]}).metrics), False),
        (replace(at(0, 1, 2), counters=track({"epoch": [1, 2, 3]}).metrics), at(1, 2, 3), True),
    ],
)
def test_steps_are_the_same_or_counted_by_a_key_beside_them(
    source: TrackedRun, target: TrackedRun, same: bool
) -> None:
    problem = differ(source, target)
    assert (problem == "") is same
    assert same or "step" in problem


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("True", "true", True),
        ("None", "null", True),
        ("1e-3", "0.001", True),
        ("True", "1", True),
        ("[1, 2]", "[1,2]", True),
        ("adam", "sgd", False),
        ("3", "three", False),
    ],
)
def test_a_parameter_is_the_same_however_a_component_writes_it(
    first: str, second: str, same: bool
) -> None:
    assert (differ(track(None, {"a": first}), track(None, {"a": second})) == "") is same


def test_a_number_of_a_summary_may_become_a_parameter_and_the_reverse() -> None:
    metric, param = track({"rows": [450.0]}), track(None, {"rows": "450"})
    assert differ(metric, param) == differ(param, metric) == ""
    assert differ(metric, track(None, {"rows": "451"})) != ""
