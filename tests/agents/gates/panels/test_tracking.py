"""What a tracked run must be, sentence by sentence."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from agents.gates.exhibit import Exhibit
from agents.gates.panels.tracking import (
    count_store,
    find_run_problem,
    find_tracking_problem,
    judge_bare_tracking,
    judge_tracking_store,
)
from agents.records import Gate, Light
from sandbox.oracles.store import Point, Store
from sandbox.witness.testimony import Sent
from tests.agents.gates.exhibits import (
    ACCURACY,
    BEFORE,
    ENTRY,
    STAGE,
    chart,
    digits,
    keep,
    loop,
    restore,
    track,
)

NOTHING = "No run was found in the tracking store: nothing was logged."


@pytest.mark.parametrize(
    ("store", "reason"),
    [
        (keep(track({"a": [1.5]})), ""),
        (keep(track({"a": [1.5]}), track({"b": [1.5]}, id="r2", parent="r1")), ""),
        (keep(track(), track({"b": [1.5]}, id="r2", parent="r1")), ""),
        (keep(track({"a": [1.5]}), track(id="r2", parent="r1")), ""),
        (Store(schema=""), NOTHING),
        (keep(track()), "The run was found, but no metric was logged in it."),
        (
            keep(track({"a": [1.5]}, status="RUNNING", name="x")),
            "The run `x` has the status RUNNING, expected FINISHED.",
        ),
        (
            keep(track({"a": [1.5]}), track({"b": [2.5]}, id="r2")),
            "2 runs were logged; one run is expected. Others may only be nested in it.",
        ),
        (
            keep(track({"a": [1.5]}), track({"a": [1.5]}, id="r2")),
            "2 runs were logged with the same metrics; one run is expected. Others may only be "
            "nested in it.",
        ),
        (
            keep(track({"a": [1.5]}, parent="r1")),
            "Every run is nested in another; one run is expected. Others may only be nested in it.",
        ),
        (
            keep(track({"a": [1.5]}), track({"a": [1.5]}, id="r2", parent="r1")),
            "The same metrics and parameters were logged in two runs. Log each value once.",
        ),
    ],
)
def test_one_finished_run_with_a_metric_is_expected(store: Store, reason: str) -> None:
    assert find_run_problem(store) == reason
    light: Light = "fail" if reason else "pass"
    bare = judge_bare_tracking(STAGE, replace(digits().observed, store=store))
    assert bare == Gate("store", light, reason, count_store(store))


def test_other_parameters_make_other_runs() -> None:
    runs = [
        track({"a": [1.5]}, {"lr": str(number)}, id=f"r{number}", parent="r0" if number else "")
        for number in range(3)
    ]
    assert find_run_problem(keep(*runs)) == ""


def test_a_store_is_counted() -> None:
    store = keep(
        track({"a": [1.5, 2.5], "b": [1.5]}, {"x": "1", "y": "2"}), track({"a": [1.5]}, {"z": "1"})
    )
    assert count_store(store) == {"runs": 2, "metrics": 3, "points": 4, "params": 3}


def judge_points(*points: Point) -> str:
    return find_tracking_problem(restore(digits(), keep(chart({"a": points}))))


@pytest.mark.parametrize(
    ("points", "reason"),
    [
        (
            (Point(0.5, 3, 0), Point(0.25, 2, 1)),
            "The steps of `a` go backwards: 2 was logged after 3.",
        ),
        (
            (Point(0.25, 2, 1), Point(0.5, 3, 0)),
            "The steps of `a` go backwards: 2 was logged after 3.",
        ),
        (
            (Point(0.5, 3, 0), Point(0.25, 3, 1)),
            "`a` was logged more than once at step 3: first 0.5, then 0.25. The later hides the "
            "earlier. Give each value a step of its own.",
        ),
        (
            (Point(0.5, 3, 0), Point(0.5, 3, 1), Point(0.25, 3, 2)),
            "`a` was logged more than once at step 3: first 0.5, then 0.25. The later hides the "
            "earlier. Give each value a step of its own.",
        ),
        (
            (Point(0.5, 3, 0), Point(0.25, 4, 1), Point(0.125, 4, 2)),
            "`a` was logged more than once at step 4: first 0.25, then 0.125. The later hides the "
            "earlier. Give each value a step of its own.",
        ),
    ],
)
def test_a_history_goes_forward_with_a_value_for_each_step(
    points: tuple[Point, ...], reason: str
) -> None:
    assert judge_points(*points) == reason


@pytest.mark.parametrize(
    "points",
    [
        (Point(0.5, 3, 0), Point(0.5, 3, 1)),
        (Point(0.25, 4, 1), Point(0.5, 3, 0)),
        (Point(0.5, -1, 0), Point(0.25, 0, 1)),
    ],
)
def test_the_same_value_twice_at_a_step_and_an_order_of_its_own_are_right(
    points: tuple[Point, ...],
) -> None:
    assert judge_points(*points) == ""


def test_every_metric_of_every_run_is_looked_at() -> None:
    bad = (Point(0.5, 3, 0), Point(0.25, 2, 1))
    good = (Point(0.5, 3, 0),)
    nested = replace(chart({"a": bad}), id="r2", parent="r1")
    for store in (keep(chart({"b": good, "a": bad})), keep(chart({"b": good}), nested)):
        problem = find_tracking_problem(restore(digits(), store))
        assert problem.startswith("The steps of `a`")


def test_moved_values_may_part_at_a_step() -> None:
    store = keep(chart({"a": (Point(0.5, 3, 0), Point(0.25, 3, 1))}))
    moved = replace(restore(digits(), store), proof="nudged")
    assert "more than once" not in find_tracking_problem(moved)


def sent(**more: object) -> Exhibit:
    call = Sent(0, "log_metric", "r1", "test_accuracy", ACCURACY, 0, 0.0)
    exhibit = digits()
    testimony = replace(exhibit.observed.testimony, sent=(replace(call, **more),))  # type: ignore[arg-type]
    return replace(exhibit, observed=replace(exhibit.observed, testimony=testimony))


PAST = (
    "`test_accuracy` = 0.953333 at step 0 was written to the store past MLflow: no logging call "
    "was seen for it."
)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, ""),
        ({"call": "log_metrics"}, ""),
        ({"call": "log_batch", "run": "", "step": None}, ""),
        ({"call": "log_param"}, PAST),
        ({"call": "wandb_log"}, PAST),
        ({"value": None}, PAST),
        ({"value": 0.5}, PAST),
        ({"run": "r2"}, PAST),
        ({"step": 1}, PAST),
        ({"key": "a"}, PAST),
    ],
)
def test_a_point_is_written_by_a_call_of_the_client(
    given: Mapping[str, object], reason: str
) -> None:
    assert find_tracking_problem(sent(**given)) == reason


def test_where_calls_are_not_all_seen_none_is_missed() -> None:
    for more in ({"present": False}, {"truncated": True}):
        exhibit = sent(step=1)
        testimony = replace(exhibit.observed.testimony, **more)  # type: ignore[arg-type]
        observed = replace(exhibit.observed, testimony=testimony)
        assert find_tracking_problem(replace(exhibit, observed=observed)) == ""


@pytest.mark.parametrize(("call", "known"), [("wandb_log", True), ("log_metric", False)])
def test_each_component_has_calls_of_its_own(call: str, known: bool) -> None:
    exhibit = replace(sent(call=call), stage=replace(STAGE, target="wandb"))
    problem = find_tracking_problem(exhibit)
    assert problem == ("" if known else PAST.replace("MLflow", "W&B"))


def test_a_component_without_a_title_goes_by_its_name() -> None:
    exhibit = replace(sent(), stage=replace(STAGE, target="other"))
    assert find_tracking_problem(exhibit) == PAST.replace("MLflow", "other")


OPTIONS = (
    "import argparse\nparser = argparse.ArgumentParser()\n"
    "parser.add_argument('--lr', '--learning-rate')\nparser.add_argument('--depth')\n"
    "parser.add_argument('--token')\nargs = parser.parse_args()\nbuild(levels=args.depth)\n"
)


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"lr": "1", "depth": "2"}, ""),
        ({"learning_rate": "1", "args/levels": "2"}, ""),
        (
            {"lr": "1"},
            "Options of the script are not among the logged parameters: --depth (train.py, line 4)"
            ".",
        ),
        (
            {},
            "Options of the script are not among the logged parameters: --learning-rate (train.py, "
            "line 3), --depth (train.py, line 4).",
        ),
    ],
)
def test_every_option_that_is_no_secret_is_logged(params: Mapping[str, str], reason: str) -> None:
    exhibit = restore(digits(), keep(track({"test_accuracy": [ACCURACY]}, params)))
    exhibit = replace(exhibit, before={ENTRY: OPTIONS + BEFORE, "unused.py": "x.option('--no')\n"})
    assert find_tracking_problem(exhibit) == reason


def test_all_values_of_a_place_are_logged() -> None:
    exhibit = loop({"test_acc": [0.51234]})
    assert find_tracking_problem(exhibit) == (
        "Logged 1 of 5 values of `test_acc` (train.py, line 12) as `test_acc`. Log it where it is "
        "computed, once for each step."
    )
    assert find_tracking_problem(loop()) == ""


def test_the_light_of_a_store_has_its_figures() -> None:
    gate = judge_tracking_store(digits())
    figures = {"runs": 1, "metrics": 1, "points": 1, "params": 1}
    assert gate == Gate("store", "pass", "", figures)
    lost = Store("", unreadable="It is corrupt.")
    figures = dict.fromkeys(figures, 0)
    reason = "The store cannot be read: It is corrupt."
    assert judge_tracking_store(restore(digits(), lost)) == Gate("store", "fail", reason, figures)
    unknown = replace(lost, unknown=True)
    gate = judge_tracking_store(restore(digits(), unknown))
    assert gate == Gate("store", "cannot_tell", reason, figures)
