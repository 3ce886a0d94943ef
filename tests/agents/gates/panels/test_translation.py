from dataclasses import replace

import pytest

from agents.gates.exhibit import Exhibit, Observation
from agents.gates.judgement import judge_original
from agents.gates.panels.choice import choose_panel
from agents.records import Gate
from sandbox.oracles.store import Store
from tests.agents.gates.exhibits import ACCURACY, STAGE, digits, keep, nudged, restore, track

MOVED = replace(STAGE, task="translate", source="wandb")
SOURCE = keep(track({"test_accuracy": [ACCURACY]}, {"max_iter": "500"}))
EMPTY = Store(schema="")


def move(exhibit: Exhibit, source: Store = SOURCE, left: Store = EMPTY) -> Exhibit:
    return replace(
        exhibit,
        stage=MOVED,
        baselines=tuple(replace(one, source=source) for one in exhibit.baselines),
        observed=replace(exhibit.observed, source=left),
    )


def judge_store(exhibit: Exhibit) -> Gate:
    panel = choose_panel(MOVED)
    assert panel is not None
    return panel.store(exhibit)


def judge_values(exhibit: Exhibit) -> Gate:
    panel = choose_panel(MOVED)
    assert panel is not None
    return panel.witness(exhibit)


def original(store: Store, source: Store | None) -> Observation:
    return replace(digits().baselines[0], store=store, source=source)


def test_the_same_stream_with_the_target_and_none_with_the_source_passes() -> None:
    assert judge_store(move(digits())).light == "pass"
    assert judge_values(move(digits())).light == "pass"


def test_a_run_left_with_the_source_fails() -> None:
    gate = judge_store(move(digits(), left=SOURCE))
    assert gate.light == "fail"
    assert "still leaves something with wandb" in gate.reason


def test_a_difference_between_the_streams_fails() -> None:
    gate = judge_store(move(digits(), source=keep(track({"test_f1": [ACCURACY]}))))
    assert gate.light == "fail"
    assert "test_f1" in gate.reason


def test_a_run_that_failed_fails() -> None:
    gate = judge_store(
        move(restore(digits(), keep(track({"test_accuracy": [ACCURACY]}, status="FAILED"))))
    )
    assert gate.light == "fail"
    assert "FAILED" in gate.reason


@pytest.mark.parametrize("source", [EMPTY, Store("", unreadable="It is corrupt.")])
def test_nothing_can_be_told_without_the_original_s_own_stream(source: Store) -> None:
    assert judge_store(move(digits(), source=source)).light == "cannot_tell"
    assert judge_original(MOVED, original(EMPTY, source)).light == "cannot_tell"


def test_the_original_must_have_something_to_move_and_nothing_of_the_target() -> None:
    assert judge_original(MOVED, original(EMPTY, SOURCE)).light == "fail"
    assert judge_original(MOVED, original(SOURCE, SOURCE)).light == "pass"
    assert judge_original(MOVED, original(EMPTY, None)).light == "cannot_tell"


def test_a_name_that_the_original_chose_is_not_held_against_the_candidate() -> None:
    exhibit = restore(digits(), keep(track({"test_mse": [ACCURACY]})))
    assert judge_values(move(exhibit, source=keep(track({"test_mse": [ACCURACY]})))).light == "pass"


def test_a_number_that_nobody_measures_is_held_against_the_stream_alone() -> None:
    logged = {"test_accuracy": [ACCURACY], "rows": [450.0]}
    exhibit = move(restore(digits(), keep(track(logged))), source=keep(track(logged)))
    assert judge_values(exhibit).light == "pass"
    assert judge_store(exhibit).light == "pass"


def test_a_constant_in_the_place_of_a_measured_value_does_not_follow_the_nudge() -> None:
    exhibit = move(nudged({"test_accuracy": [ACCURACY]}))
    assert judge_values(exhibit).light == "fail"


def test_what_nothing_can_move_yet_has_no_panel() -> None:
    assert choose_panel(replace(MOVED, functionality="other")) is None
