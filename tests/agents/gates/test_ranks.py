"""Processes of one script: the first logs, the others do not."""

import pytest

from agents.gates.ranks import find_process_problem
from sandbox.oracles.store import TrackedRun
from sandbox.witness.testimony import Sent
from tests.agents.gates.exhibits import hear, keep, track


def create(run: str, process: int) -> Sent:
    return Sent(0, "create_run", run, "", None, None, 0.0, process)


def log(process: int, *, call: str = "log_metric", key: str = "a", step: int | None = 3) -> Sent:
    return Sent(0, call, "r1", key, 0.5, step, 0.0, process)


def problem(runs: tuple[TrackedRun, ...], *sent: Sent) -> str:
    return find_process_problem(keep(*runs), hear(sent=sent))


ONE = (track(),)
TWO = (track(), track(id="r2"))
NESTED = (track(), track(id="r2", parent="r1"))
EACH = (
    "2 processes of the script logged a run each; one run is expected. Log from the first process "
    "(rank 0) only."
)
SHARED = (
    "`a` was logged by more than one process at step {} of the same run. Log from the first "
    "process (rank 0) only."
)


def test_a_run_from_each_process_is_told() -> None:
    assert problem(TWO, create("r1", 0), create("r2", 1)) == EACH


@pytest.mark.parametrize(
    ("runs", "sent"),
    [
        (TWO, (create("r1", 0), create("r2", 0))),
        (ONE, (create("r1", 0), create("r2", 1))),
        (NESTED, (create("r1", 0), create("r2", 1))),
        (TWO, (log(0, call="other"), create("r2", 1))),
        (ONE, ()),
    ],
)
def test_runs_of_one_process_and_nested_runs_are_not(
    runs: tuple[TrackedRun, ...], sent: tuple[Sent, ...]
) -> None:
    assert problem(runs, *sent) == ""


@pytest.mark.parametrize("call", ["log_metric", "log_metrics", "log_batch"])
@pytest.mark.parametrize("step", [3, None])
def test_a_metric_logged_by_two_processes_is_told(call: str, step: int | None) -> None:
    both = (log(0, call=call, step=step), log(1, call=call, step=step))
    assert problem(ONE, *both) == SHARED.format(step or 0)


@pytest.mark.parametrize(
    "second",
    [
        log(0),
        log(1, key="b"),
        log(1, step=4),
        log(1, call="log_param"),
        Sent(0, "log_metric", "r2", "a", 0.5, 3, 0.0, 1),
        Sent(0, "log_metric", "r1", "a", None, 3, 0.0, 1),
    ],
)
def test_other_metrics_steps_and_runs_may_be_another_process_s(second: Sent) -> None:
    assert problem(ONE, log(0), second) == ""


def test_a_process_that_comes_later_is_seen_behind_others() -> None:
    assert problem(ONE, log(0), log(0, key="b"), log(0), log(2)) == SHARED.format(3)
