"""Honest adaptations pass every gate."""

import math
from dataclasses import replace

import pytest

from agents.gates.judgement import judge
from tests.agents.gates.exhibits import (
    ACCURACY,
    AFTER,
    ENTRY,
    LOOP_ACC,
    LOOP_LOSS,
    digits,
    failing,
    hear,
    keep,
    light,
    loop,
    nudge_value,
    nudged,
    observe,
    restore,
    see,
    stopped_by,
    track,
)


def test_an_honest_adaptation_passes_every_gate() -> None:
    gates = judge(digits())
    assert failing(gates) == ()
    assert [gate.name for gate in gates] == [
        "build",
        "runs",
        "store",
        "witness",
        "behaviour",
        "residue",
        "diff",
    ]


def test_an_honest_adaptation_passes_when_values_are_moved() -> None:
    assert failing(judge(nudged({"test_accuracy": [nudge_value(ACCURACY)]}))) == ()


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_value_that_is_no_number_is_accepted_where_it_was_seen(value: float) -> None:
    shown = (see(value), see(ACCURACY, line=15))
    exhibit = digits({"test_accuracy": [value]}, seen=shown)
    baseline = observe(hear(*shown))
    assert failing(judge(replace(exhibit, baselines=(baseline, baseline)))) == ()


def test_a_secret_option_need_not_be_logged() -> None:
    option = 'import argparse\np = argparse.ArgumentParser()\np.add_argument("--api-token")\n'
    exhibit = digits()
    exhibit = replace(
        exhibit, before={ENTRY: option + exhibit.before[ENTRY]}, after={ENTRY: option + AFTER}
    )
    assert light(judge(exhibit), "store").light == "pass"


def test_every_epoch_logged_is_accepted() -> None:
    gates = judge(loop())
    assert failing(gates) == ()
    assert light(gates, "witness").figures["matched"] == 5


def test_a_mean_loss_for_each_epoch_is_accepted() -> None:
    means = [sum(LOOP_LOSS[3 * epoch : 3 * epoch + 3]) / 3 for epoch in range(5)]
    gates = judge(loop({"train_loss": means, "test_acc": LOOP_ACC}))
    assert failing(gates) == ()


def test_a_cross_validation_with_mean_and_deviation_is_accepted() -> None:
    folds = (0.9, 0.92, 0.95, 0.91, 0.97)
    seen = see(*folds, function="sklearn.model_selection.cross_val_score", label="scores")
    mean, deviation = 0.93, 0.026076809620810607
    exhibit = digits({"cv_mean": [mean], "cv_std": [deviation]}, seen=[seen, see(ACCURACY)])
    baseline = observe(hear(seen, see(ACCURACY)))
    assert failing(judge(replace(exhibit, baselines=(baseline, baseline)))) == ()
    swapped = restore(exhibit, keep(track({"cv_mean": [deviation], "cv_std": [mean]})))
    assert "std" in stopped_by(replace(swapped, baselines=(baseline, baseline)), "witness")


def test_a_grid_search_is_accepted() -> None:
    seen = see(0.981, function="sklearn.model_selection.GridSearchCV.best_score_")
    exhibit = digits({"best_cv_accuracy": [0.981]}, seen=[seen, see(ACCURACY)])
    baseline = observe(hear(seen, see(ACCURACY)))
    assert failing(judge(replace(exhibit, baselines=(baseline, baseline)))) == ()


def test_two_estimators_in_one_run_are_accepted() -> None:
    seen = [see(ACCURACY), see(0.91, line=15)]
    exhibit = digits({"rf_accuracy": [ACCURACY], "svm_accuracy": [0.91]}, seen=seen)
    baseline = observe(hear(*seen))
    assert failing(judge(replace(exhibit, baselines=(baseline, baseline)))) == ()


def test_nested_runs_are_accepted() -> None:
    parent = track({"test_accuracy": [ACCURACY]})
    child = track({"fold_accuracy": [ACCURACY]}, id="r2", parent="r1")
    assert failing(judge(restore(digits(), keep(parent, child)))) == ()


def test_a_perfect_score_that_follows_the_nudge_is_accepted() -> None:
    perfect = observe(hear(see(1.0)), stdout="1.0\n")
    cold = digits({"test_accuracy": [1.0]}, seen=[see(1.0)])
    cold = replace(
        cold,
        baselines=(perfect, perfect),
        observed=replace(cold.observed, attempt=perfect.attempt),
    )
    assert failing(judge(cold)) == ()
    moved = nudge_value(1.0)
    follows = observe(hear(see(moved, nudged=True)), keep(track({"test_accuracy": [moved]})))
    exhibit = replace(cold, observed=follows, cold=cold.observed, proof="nudged")
    assert failing(judge(exhibit)) == ()
    stuck = observe(hear(see(moved, nudged=True)), keep(track({"test_accuracy": [1.0]})))
    reason = stopped_by(replace(exhibit, observed=stuck), "witness")
    assert "constant or count" in reason


def test_the_last_batch_of_every_epoch_is_accepted() -> None:
    gates = judge(loop({"batch_loss": LOOP_LOSS[2::3], "test_acc": LOOP_ACC}))
    assert failing(gates) == ()


def test_the_last_batch_of_a_few_epochs_is_not_accepted() -> None:
    gates = judge(loop({"batch_loss": LOOP_LOSS[2::6], "test_acc": LOOP_ACC}))
    assert "store" in failing(gates)
