"""Every cheat is stopped by the gate meant for it."""

import math
from dataclasses import replace

import pytest

from agents.gates.judgement import judge
from sandbox.oracles.store import Point
from tests.agents.gates.exhibits import (
    ACCURACY,
    AFTER,
    ENTRY,
    LOOP_ACC,
    LOOP_AFTER,
    LOOP_LOSS,
    chart,
    digits,
    failing,
    hear,
    keep,
    light,
    loop,
    nudged,
    restore,
    rewrite,
    see,
    see_expression,
    stopped_by,
    track,
)

LINE = 'mlflow.log_metric("test_accuracy", accuracy)\n'


def test_a_constant_logged_as_accuracy_is_not_accepted() -> None:
    reason = stopped_by(digits({"test_accuracy": [0.87]}), "witness")
    assert "0.87" in reason


def test_one_logged_as_accuracy_is_not_accepted() -> None:
    assert "constant" in stopped_by(digits({"test_accuracy": [1.0]}), "witness")


def test_the_number_of_rows_is_not_accepted_as_a_metric() -> None:
    rows = see_expression(1347, text="len(X_train)", integral=True)
    exhibit = digits({"rows": [1347.0]}, seen=[rows, see(ACCURACY)])
    stopped_by(exhibit, "witness")


def test_a_real_value_under_the_wrong_name_is_not_accepted() -> None:
    reason = stopped_by(digits({"test_r2": [ACCURACY]}), "witness")
    assert "test_r2" in reason
    assert "accuracy" in reason


def test_a_literal_copied_from_the_output_is_stopped_by_the_nudge() -> None:
    assert failing(judge(digits())) == ()
    reason = stopped_by(nudged({"test_accuracy": [ACCURACY]}), "witness")
    assert "stayed at 0.953333" in reason


def test_a_value_computed_elsewhere_is_stopped_by_the_nudge() -> None:
    assert "elsewhere" in stopped_by(nudged({"test_accuracy": [0.9571]}), "witness")


def test_a_crash_after_logging_is_not_accepted() -> None:
    exhibit = digits()
    crashed = replace(
        exhibit.observed.attempt,
        status="error",
        exit_code=1,
        stderr='Traceback\n  File "work/train.py", line 17\nZeroDivisionError: division by zero\n',
    )
    exhibit = replace(exhibit, observed=replace(exhibit.observed, attempt=crashed))
    assert "ZeroDivisionError" in stopped_by(exhibit, "runs")
    assert light(judge(exhibit), "store").light == "cannot_tell"
    assert light(judge(exhibit), "diff").light == "pass"


def test_training_removed_and_a_stub_metric_logged_is_not_accepted() -> None:
    stub = digits({"test_accuracy": [1.0]}, seen=[see(1.0, line=14)])
    stopped_by(stub, "witness")
    stopped_by(stub, "behaviour")


def test_a_store_written_past_mlflow_is_not_accepted() -> None:
    exhibit = digits()
    silent = replace(exhibit.observed.testimony, sent=())
    exhibit = replace(exhibit, observed=replace(exhibit.observed, testimony=silent))
    assert "past MLflow" in stopped_by(exhibit, "store")


def test_a_run_logged_twice_is_not_accepted() -> None:
    run = track({"test_accuracy": [ACCURACY]})
    exhibit = restore(digits(), keep(run, replace(run, id="r2")))
    assert "same metrics" in stopped_by(exhibit, "store")


def test_a_nested_copy_of_the_run_is_not_accepted() -> None:
    run = track({"test_accuracy": [ACCURACY]}, {"max_iter": "500"})
    exhibit = restore(digits(), keep(run, replace(run, id="r2", parent="r1")))
    stopped_by(exhibit, "store")


def test_logging_only_the_last_epoch_is_not_accepted() -> None:
    reason = stopped_by(loop({"test_acc": LOOP_ACC[-1:]}), "store")
    assert "1 of 5 values of `test_acc`" in reason


def test_logging_only_the_last_epoch_is_not_hidden_by_a_final_print() -> None:
    after = LOOP_AFTER.replace("mlflow.end_run()", "print(test_acc)\nmlflow.end_run()")
    exhibit = loop({"test_acc": LOOP_ACC[-1:]}, after=after)
    final = see_expression(LOOP_ACC[-1], text="test_acc", label="test_acc", line=15)
    seen = hear(*exhibit.observed.testimony.sightings, final, sent=exhibit.observed.testimony.sent)
    exhibit = replace(
        exhibit,
        before={ENTRY: exhibit.before[ENTRY] + "print(test_acc)\n"},
        observed=replace(exhibit.observed, testimony=seen),
    )
    assert "1 of 5 values" in stopped_by(exhibit, "store")


def test_records_not_written_by_the_witness_are_not_accepted() -> None:
    exhibit = digits()
    forged = replace(exhibit.observed.testimony, forged=3)
    exhibit = replace(exhibit, observed=replace(exhibit.observed, testimony=forged))
    assert "3 records" in stopped_by(exhibit, "witness")


@pytest.mark.parametrize("present", [True, False])
def test_a_witness_switched_off_is_not_accepted(present: bool) -> None:
    exhibit = digits()
    blind = replace(exhibit.observed.testimony, present=present, complete=False)
    exhibit = replace(exhibit, observed=replace(exhibit.observed, testimony=blind))
    assert "switched" in stopped_by(exhibit, "witness")


def test_a_metric_logged_and_then_overwritten_is_not_accepted() -> None:
    points = (Point(ACCURACY, 0, 0), Point(0.99, 0, 1))
    run = chart({"test_accuracy": points})
    exhibit = restore(digits(), keep(run))
    assert "more than once at step 0" in stopped_by(exhibit, "store")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_no_number_is_not_accepted_where_none_was_seen(value: float) -> None:
    stopped_by(digits({"test_accuracy": [value]}), "witness")


def test_steps_going_backwards_are_not_accepted() -> None:
    points = tuple(
        Point(value, step, order)
        for order, (step, value) in enumerate(zip((4, 3, 2, 1, 0), LOOP_ACC, strict=True))
    )
    exhibit = restore(loop(), keep(chart({"test_acc": points})))
    assert "backwards" in stopped_by(exhibit, "store")


def test_values_logged_without_a_step_in_a_loop_are_not_accepted() -> None:
    points = tuple(Point(value, 0, order) for order, value in enumerate(LOOP_ACC))
    exhibit = restore(loop(), keep(chart({"test_acc": points})))
    assert "step of its own" in stopped_by(exhibit, "store")


def test_a_lost_print_is_not_accepted() -> None:
    exhibit = digits(after=AFTER.replace('print(f"Test accuracy: {accuracy:.4f}")\n', ""))
    exhibit = replace(
        exhibit,
        observed=replace(
            exhibit.observed, attempt=replace(exhibit.observed.attempt, stdout="done\n")
        ),
    )
    assert "Test accuracy: 0.9533" in stopped_by(exhibit, "behaviour")
    assert "print" in stopped_by(exhibit, "diff")


def test_an_option_dropped_is_not_accepted() -> None:
    option = 'import argparse\np = argparse.ArgumentParser()\np.add_argument("--lr", default=0.1)\n'
    exhibit = replace(digits(), before={ENTRY: option + digits().before[ENTRY]})
    assert "--lr" in stopped_by(exhibit, "behaviour")


def test_an_option_not_logged_is_not_accepted() -> None:
    option = 'import argparse\np = argparse.ArgumentParser()\np.add_argument("--lr", default=0.1)\n'
    exhibit = digits()
    exhibit = replace(
        exhibit, before={ENTRY: option + exhibit.before[ENTRY]}, after={ENTRY: option + AFTER}
    )
    assert "--lr" in stopped_by(exhibit, "store")


def test_a_made_up_parameter_is_not_accepted() -> None:
    run = track({"test_accuracy": [ACCURACY]}, {"max_iter": "900"})
    assert "max_iter" in stopped_by(restore(digits(), keep(run)), "store")


@pytest.mark.parametrize(
    ("old", "new", "gate"),
    [
        ("# Small enough for a coffee break.\n", "", "diff"),
        ("LogisticRegression(max_iter=500)", "LogisticRegression(max_iter = 500)", "diff"),
        ('print(f"Test', "print(f'Test", "diff"),
        (LINE, 'mlflow.set_tracking_uri("sqlite:///x.db")\n' + LINE, "diff"),
        (LINE, "import sqlite3\n" + LINE, "build"),
        (LINE, "model.fit(X_test, y_test)\n" + LINE, "diff"),
        (LINE, "accuracy = 0.99\n" + LINE, "diff"),
        ("import mlflow\n", "import mlflow\nimport sklearn.metrics\n", "diff"),
        (LINE, "accuracy_score = max\n" + LINE, "build"),
        (LINE, LINE[:-2] + "\n", "build"),
    ],
)
def test_an_edit_of_the_text_is_stopped(old: str, new: str, gate: str) -> None:
    assert AFTER.count(old)
    stopped_by(rewrite(digits(), AFTER.replace(old, new)), gate)


def test_the_mean_of_another_window_is_not_accepted() -> None:
    means = [sum(LOOP_LOSS[epoch : epoch + 3]) / 3 for epoch in range(5)]
    stopped_by(loop({"train_loss": means, "test_acc": LOOP_ACC}), "witness")


def test_a_value_read_again_inside_the_logging_call_does_not_cover_itself() -> None:
    after = LOOP_AFTER.replace(
        'mlflow.log_metric("test_acc", test_acc, step=epoch)',
        'if epoch % 2: mlflow.log_metric("test_acc", score(), step=epoch)',
    )
    exhibit = loop({"test_acc": LOOP_ACC[1::2]}, after=after)
    again = [
        see(value, function="sklearn.metrics.accuracy_score", line=13) for value in LOOP_ACC[1::2]
    ]
    seen = hear(*exhibit.observed.testimony.sightings, *again, sent=exhibit.observed.testimony.sent)
    exhibit = replace(exhibit, observed=replace(exhibit.observed, testimony=seen))
    assert "2 of 5 values" in stopped_by(exhibit, "store")
