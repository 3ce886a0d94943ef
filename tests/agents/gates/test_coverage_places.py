"""How much of a place was logged: loops, samples, vectors, processes, and lines of one's own."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from agents.gates.coverage import Shortfall, find_shortfall, key_histories
from agents.gates.exhibit import Exhibit
from sandbox.oracles.store import Point
from sandbox.witness.testimony import Sighting
from tests.agents.gates.exhibits import (
    ENTRY,
    LOOP_ACC,
    LOOP_AFTER,
    LOOP_LOSS,
    chart,
    digits,
    keep,
    loop,
    track,
)
from tests.agents.gates.exhibits import see as sight

LOSS = "torch.Tensor.item"
FOLDS = "sklearn.model_selection.cross_val_score"


def see(*values: float, **more: object) -> Sighting:
    return sight(*values, **{"function": LOSS, "line": 4, **more})  # type: ignore[arg-type]


BEFORE = """\
import torch
def train():
    for epoch in range(9):
        loss = step()
    last = loss.item()
    for epoch in range(3):
        for batch in range(3):
            loss = step()
    return last
"""
AFTER = BEFORE.replace("import torch\n", "import torch; import mlflow\n").replace(
    "    return last\n", "    mlflow.log_metric('x', loss.item())\n    return last\n"
)


def lay(metrics: Mapping[str, Sequence[float]], *seen: Sighting, after: str = AFTER) -> Exhibit:
    exhibit = digits(metrics, seen=seen)
    return replace(exhibit, before={ENTRY: BEFORE}, after={ENTRY: after, "broken.py": "def ("})


def short(metrics: Mapping[str, Sequence[float]], *seen: Sighting) -> tuple[int, int] | None:
    found = find_shortfall(lay(metrics, *seen))
    return (found.logged, found.seen) if found else None


TEN = [0.5 + number / 97 for number in range(10)]


def test_histories_are_in_the_order_of_writing_run_after_run() -> None:
    first = chart({"a": (Point(0.2, 1, 1), Point(0.1, 5, 0))})
    second = replace(track({"a": [0.3], "b": [0.4]}), id="r2")
    assert key_histories(keep(first, second)) == {"a": (0.1, 0.2, 0.3), "b": (0.4,)}


@pytest.mark.parametrize(("count", "enough"), [(10, True), (9, True), (8, False), (1, False)])
def test_nine_in_ten_values_of_a_place_are_to_be_logged(count: int, enough: bool) -> None:
    found = find_shortfall(lay({"loss": TEN[:count]}, *(see(value) for value in TEN)))
    told = Shortfall("loss", LOSS, ENTRY, 4, count, 10)
    assert found == (None if enough else told)


def test_a_place_is_named_by_its_label_where_it_has_one() -> None:
    found = find_shortfall(lay({"a": TEN[:1]}, *(see(value, label="loss") for value in TEN)))
    assert found == Shortfall("a", "loss", ENTRY, 4, 1, 10)


def test_a_place_that_holds_only_some_of_a_key_s_values_is_not_its_own() -> None:
    assert short({"loss": [TEN[0], 0.1]}, *(see(value) for value in TEN)) is None


def test_several_keys_may_share_a_place() -> None:
    seen = [see(value) for value in TEN]
    assert short({"a": TEN[::2], "b": TEN[1::2]}, *seen) is None
    assert short({"a": TEN[::2], "b": TEN[1:2]}, *seen) == (6, 10)
    assert short({"a": [TEN[0]] * 10}, *seen) == (1, 10)


def test_the_place_that_shows_least_is_a_key_s_own() -> None:
    many = [see(value) for value in TEN]
    assert short({"a": [TEN[3]]}, *many, see(TEN[3], function="final", line=1)) is None
    # Shown once more behind the loop, under the same name: the loop is where its history is.
    assert short({"a": [TEN[3]]}, *many, see(TEN[3], line=1)) == (1, 10)
    named = [replace(seen, label="loss") for seen in many]
    once = see(TEN[3], function="final", line=1, label="loss")
    assert short({"a": [TEN[3]]}, *named, once) == (1, 10)
    kinds = [replace(seen, label="val_accuracy") for seen in many]
    once = see(TEN[3], function="final", line=1, label="acc")
    assert short({"a": [TEN[3]]}, *kinds, once) == (1, 10)
    other = replace(once, process=1)
    assert short({"a": [TEN[3]]}, *kinds, other) is None


@pytest.mark.parametrize(
    ("logged", "sampled"),
    [
        ((2, 5, 8), True),
        ((0, 3, 6), False),
        ((2, 5, 7), False),
        ((8,), False),
        ((3, 7), False),
    ],
)
def test_the_last_batch_of_each_epoch_may_stand_for_it(
    logged: Sequence[int], sampled: bool
) -> None:
    values = [0.5 + number / 97 for number in range(9)]
    metrics = {"loss": [values[place] for place in logged]}
    inner = [see(value, line=8) for value in values]
    assert (short(metrics, *inner) is None) is sampled
    outer = [see(value, line=4) for value in values]
    assert short(metrics, *outer) is not None


def test_a_line_of_the_candidate_s_own_comes_after_the_original_s() -> None:
    once = see(TEN[3], line=9, source="expression", function="loss.item()")
    # Line 9 is the logging call: it would cover itself.
    many = [see(value) for value in TEN]
    assert short({"a": [TEN[3]]}, *many, once) == (1, 10)
    assert short({"a": [TEN[3]]}, once) is None
    library = [see(value, line=9) for value in TEN]
    assert short({"a": [TEN[3]]}, *library) == (1, 10)
    assert short({"a": [TEN[3]]}, *library, *many) == (1, 10)


def test_two_processes_that_compute_alike_need_not_both_be_logged() -> None:
    both = [see(value, process=rank) for value in TEN for rank in (0, 1)]
    assert short({"loss": TEN}, *both) is None
    assert short({"loss": TEN[:5]}, *both) == (5, 10)
    workers = [see(value, process=place % 2) for place, value in enumerate(TEN)]
    assert short({"loss": TEN}, *workers) is None
    assert short({"loss": [*TEN[:5], TEN[9]]}, *workers) == (6, 10)


@pytest.mark.parametrize(
    ("logged", "enough"),
    [
        ([0.3], True),
        ([0.1, 0.2, 0.6], True),
        ([0.6], True),
        ([0.1], True),
        ([0.2], True),
    ],
)
def test_a_vector_counts_by_a_statistic_or_by_its_elements(
    logged: Sequence[float], enough: bool
) -> None:
    assert (short({"cv": logged}, see(0.1, 0.2, 0.6, function=FOLDS)) is None) is enough


def test_an_element_alone_is_not_a_vector() -> None:
    folds = see(0.1, 0.21, 0.34, 0.6, function=FOLDS)
    assert short({"cv": [0.21]}, folds) == (0, 1)
    assert short({"cv": [0.1, 0.21, 0.34, 0.6]}, folds) is None
    ten = see(*TEN[:5], 0.9, *TEN[5:9], function=FOLDS)
    inside = [0.9 if value == TEN[9] else value for value in TEN]
    assert short({"cv": [*inside[1:9]]}, ten) == (0, 1)


def test_what_is_not_a_number_is_counted_as_often_as_it_was_seen() -> None:
    seen = [see(math.nan), see(math.nan), see(0.5)]
    assert short({"loss": [math.nan, math.nan, 0.5]}, *seen) is None
    assert short({"loss": [math.nan, 0.5]}, *seen) == (2, 3)
    assert short({"loss": [math.nan, math.nan, math.nan, 0.5]}, *seen) is None


def test_a_whole_loop_is_logged_or_told() -> None:
    assert find_shortfall(loop()) is None
    told = find_shortfall(loop({"test_acc": LOOP_ACC[:1]}))
    assert told == Shortfall("test_acc", "test_acc", ENTRY, 12, 1, 5)
    assert find_shortfall(loop({"loss": LOOP_LOSS[2::3]})) is None
    assert find_shortfall(loop({"loss": LOOP_LOSS})) is None
    told = find_shortfall(loop({"loss": LOOP_LOSS[:3]}))
    assert told == Shortfall("loss", LOSS, ENTRY, 11, 3, 15)
    assert (
        find_shortfall(loop(after=LOOP_AFTER.replace("test_acc, step", "test_acc,  step"))) is None
    )
