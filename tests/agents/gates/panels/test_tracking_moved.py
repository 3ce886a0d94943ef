"""Tracking that moves: what is asked of the target's store, of values and of both streams."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from agents.gates.exhibit import Exhibit, Observation
from agents.gates.panels.tracking_moved import (
    MOVE,
    compare_tracking,
    judge_moved_store,
    judge_moved_witness,
)
from agents.gates.panels.translation import Move, is_empty, make_translation
from agents.records import Gate, Light
from sandbox.oracles.store import Store, TrackedRun
from tests.agents.gates.exhibits import (
    ACCURACY,
    STAGE,
    digits,
    hear,
    keep,
    nudge_value,
    nudged,
    observe,
    restore,
    see,
    track,
)

MOVED = replace(STAGE, task="translate", source="wandb")
LOGGED = {"test_accuracy": [ACCURACY]}
EMPTY = Store(schema="")


def move(exhibit: Exhibit, source: Store | None, left: Store | None = EMPTY) -> Exhibit:
    return replace(
        exhibit,
        stage=MOVED,
        baselines=tuple(replace(one, source=source) for one in exhibit.baselines),
        observed=replace(exhibit.observed, source=left),
    )


SAME = keep(track(LOGGED, {"max_iter": "500"}))


def test_two_streams_are_compared_under_their_own_names() -> None:
    assert compare_tracking(move(digits(), SAME)) == ""
    other = keep(track({"test_f1": [ACCURACY]}, {"max_iter": "500"}))
    reason = "`test_f1` is logged with W&B, and not with MLflow."
    assert compare_tracking(move(digits(), other)) == reason
    stage = replace(MOVED, source="other", target="another")
    assert compare_tracking(replace(move(digits(), other), stage=stage)) == (
        "`test_f1` is logged with other, and not with another."
    )


def test_what_differs_between_two_originals_and_what_was_moved_is_not_compared() -> None:
    exhibit = move(digits(), keep(track({"test_accuracy": [0.7]}, {"max_iter": "500"})))
    assert compare_tracking(exhibit).startswith("Value 1 of `test_accuracy` is 0.7 with W&B")
    first, last = exhibit.baselines
    second = replace(exhibit, baselines=(first, replace(last, source=SAME)))
    assert compare_tracking(second) == ""
    assert compare_tracking(replace(exhibit, proof="nudged")) == ""


def lit(light: Light, reason: str, runs: int = 1, points: int = 1) -> Gate:
    figures = {"runs": runs, "metrics": points, "points": points, "params": 0}
    return Gate("store", light, reason, figures)


@pytest.mark.parametrize(
    ("runs", "reason"),
    [
        ((track(LOGGED),), ""),
        (
            (track(LOGGED, status="FAILED", name="x"),),
            "The run `x` has the status FAILED, expected FINISHED.",
        ),
        ((), "No run was found in the tracking store: nothing was logged."),
        ((track(),), ""),
    ],
)
def test_the_targets_runs_ended_well(runs: tuple[TrackedRun, ...], reason: str) -> None:
    gate = judge_moved_store(move(restore(digits(), keep(*runs)), SAME))
    points = sum(len(run.metrics) for run in runs)
    assert gate == lit("fail" if reason else "pass", reason, len(runs), points)


def test_several_runs_may_be_moved() -> None:
    pair = (track(LOGGED), track(LOGGED, id="r2"))
    assert judge_moved_store(move(restore(digits(), keep(*pair)), SAME)) == lit("pass", "", 2, 2)


def test_a_store_that_cannot_be_read_is_said() -> None:
    gate = judge_moved_store(move(restore(digits(), Store("", unreadable="Broken.")), SAME))
    assert gate == lit("fail", "The store cannot be read: Broken.", 0, 0)


def test_a_point_past_the_client_is_told() -> None:
    exhibit = move(digits(), SAME)
    testimony = replace(exhibit.observed.testimony, sent=())
    gate = judge_moved_store(
        replace(exhibit, observed=replace(exhibit.observed, testimony=testimony))
    )
    assert "was written to the store past MLflow" in gate.reason


def witnessed(metrics: Mapping[str, list[float]], source: Mapping[str, list[float]]) -> Gate:
    exhibit = restore(digits(), keep(track(metrics)))
    return judge_moved_witness(move(exhibit, keep(track(source))))


def test_only_values_that_the_original_measures_are_asked_for() -> None:
    figures = {"points": 1, "matched": 1, "printed": 0}
    passed = Gate("witness", "pass", "", figures)
    assert witnessed(LOGGED, LOGGED) == passed
    rows = {**LOGGED, "rows": [450.0]}
    assert witnessed(rows, rows) == passed
    counted = {**LOGGED, "epoch": [0.0, 1.0, 2.0]}
    assert witnessed(counted, counted) == passed
    renamed = {"test accuracy": [ACCURACY]}
    assert witnessed({"test_accuracy": [ACCURACY]}, renamed) == passed
    # A name that is wrong is the original's.
    assert witnessed({"test_mse": [ACCURACY]}, {"test_mse": [ACCURACY]}) == passed


def test_without_a_measured_value_nothing_can_be_told() -> None:
    reason = "No value that the original logs is one that the witness sees."
    gate = Gate("witness", "cannot_tell", reason)
    assert witnessed({"rows": [450.0]}, {"rows": [450.0]}) == gate
    nine = [ACCURACY] * 8 + [0.1, 0.2]
    assert witnessed({"a": nine}, {"a": nine}) == gate
    assert judge_moved_witness(move(digits(), None)) == gate
    unwatched = replace(move(digits(), SAME), baselines=())
    assert judge_moved_witness(unwatched).reason.startswith("The original was not run")


def test_the_attempt_before_the_nudge_is_held_against_the_same_keys() -> None:
    moved = {"test_accuracy": [nudge_value(ACCURACY)], "rows": [450.0]}
    cold = digits({"test_accuracy": [ACCURACY], "rows": [450.0]})
    source = keep(track({"test_accuracy": [ACCURACY], "rows": [450.0]}))
    assert judge_moved_witness(move(nudged(moved, cold), source)).light == "pass"
    still = {"test_accuracy": [ACCURACY], "rows": [450.0]}
    assert judge_moved_witness(move(nudged(still, cold), source)).light == "fail"


def test_a_store_is_empty_where_nothing_of_any_kind_is_kept() -> None:
    assert is_empty(EMPTY)
    for field in ("runs", "registered", "studies", "saved", "repositories", "versioned"):
        assert not is_empty(replace(EMPTY, **{field: ("something",)}))  # type: ignore[arg-type]


def make(light: Light = "pass", difference: str = "") -> Move:
    """A move whose parts say what they are told to."""
    gate = Gate("store", light, "own", {"runs": 7})
    panel = replace(MOVE.panel, store=lambda _exhibit: gate)
    return Move(panel=panel, compare=lambda _exhibit: difference)


def store_light(exhibit: Exhibit, light: Light = "pass", difference: str = "") -> Gate:
    return make_translation(make(light, difference)).store(exhibit)


def test_a_move_is_judged_by_the_target_the_source_and_both_streams() -> None:
    exhibit = move(digits(), SAME)
    assert store_light(exhibit) == Gate("store", "pass", "own", {"runs": 7})
    assert store_light(exhibit, light="fail") == Gate("store", "fail", "own", {"runs": 7})
    told = store_light(exhibit, difference="They differ.")
    assert told == Gate("store", "fail", "They differ.", {"runs": 7})
    left = store_light(replace(exhibit, observed=replace(exhibit.observed, source=SAME)))
    reason = "The adapted script still leaves something with wandb: it is to be replaced."
    assert left == Gate("store", "fail", reason, {"runs": 7})
    for source, words in (
        (None, "wandb was not looked at."),
        (Store("", unreadable="Broken."), "Broken."),
    ):
        gate = store_light(replace(exhibit, observed=replace(exhibit.observed, source=source)))
        assert gate == Gate("store", "fail", f"The store cannot be read: {words}")


SOURCE_PROBLEMS = (
    (None, "Nothing here can read what wandb leaves, so nothing can be compared."),
    (
        Store("", unreadable="Broken."),
        "What the original leaves with wandb cannot be read: Broken.",
    ),
    (EMPTY, "The original leaves nothing with wandb here: there is nothing to compare."),
)


@pytest.mark.parametrize(("source", "reason"), SOURCE_PROBLEMS)
def test_an_original_that_leaves_nothing_to_move_cannot_be_told(
    source: Store | None, reason: str
) -> None:
    cannot = Gate("store", "cannot_tell", reason)
    assert store_light(move(digits(), source)) == cannot
    first = move(digits(), SAME).baselines[0]
    second = replace(first, source=source)
    assert store_light(replace(move(digits(), SAME), baselines=(first, second))) == cannot
    assert make_translation(make()).bare(MOVED, second) == cannot


def original(store: Store) -> Observation:
    return replace(observe(hear(see(0.5))), store=store, source=SAME)


@pytest.mark.parametrize(
    ("store", "light", "reason"),
    [
        (EMPTY, "fail", "Nothing was found that mlflow keeps."),
        (SAME, "pass", "It leaves something with mlflow."),
        (Store("", unreadable="Broken."), "cannot_tell", "The store cannot be read: Broken."),
    ],
)
def test_the_negative_control_looks_for_something_of_the_target(
    store: Store, light: Light, reason: str
) -> None:
    gate = make_translation(make()).bare(MOVED, original(store))
    assert gate == Gate("store", light, reason)
