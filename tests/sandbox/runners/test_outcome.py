"""Which status an ending is, and what is said about it."""

from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.runners.outcome import judge_ending
from sandbox.runners.spawn import Ending
from sandbox.trial import Limits, Trial

TRIAL = Trial(
    command=("python", "a.py"),
    folder=Path("/work"),
    python=Path("/python"),
    limits=Limits(seconds=120, memory_mib=300),
)
ENDED = Ending(
    stop="",
    failure="",
    exit_code=0,
    stdout="",
    stderr="",
    cut=False,
    seconds=1.0,
    cpu_seconds=1.0,
    memory_mib=10.0,
)


def test_a_killed_child_does_not_make_a_success_a_failure_but_is_reported() -> None:
    attempt = judge_ending(TRIAL, ENDED, oom=True)
    assert (attempt.status, attempt.exit_code, attempt.oom) == ("ok", 0, True)
    assert "memory" in attempt.detail


@pytest.mark.parametrize(
    "said",
    [
        "MemoryError\n",
        "numpy._core._exceptions._ArrayMemoryError: Unable to allocate 7 GiB for an array\n",
        "RuntimeError: [enforce fail at alloc] . DefaultCPUAllocator: can't allocate memory\n",
        "terminate called after throwing an instance of 'std::bad_alloc'\n",
    ],
)
def test_a_refused_allocation_is_a_lack_of_memory(said: str) -> None:
    attempt = judge_ending(TRIAL, replace(ENDED, exit_code=1, stderr=said), oom=False)
    assert (attempt.status, attempt.oom) == ("oom", True)
    assert "--memory-mib" in attempt.detail


@pytest.mark.parametrize(
    "said",
    [
        "urllib.error.URLError: <urlopen error [Errno -3] Temporary failure in name resolution>",
        "requests.exceptions.ConnectionError: HTTPSConnectionPool: Max retries exceeded with url: "
        "/ (Caused by NewConnectionError('Failed to establish a new connection'))",
        "OSError: We couldn't connect to 'https://huggingface.co' to load this file",
        "fatal: unable to access 'https://x/': Could not resolve host: x",
    ],
)
def test_the_wish_for_the_network_is_recognised(said: str) -> None:
    failed = replace(ENDED, exit_code=1, stderr=f"Traceback\n{said}\n")
    detail = judge_ending(TRIAL, failed, oom=False).detail
    assert "wants the network" in detail
    assert "Traceback" not in detail
    allowed = judge_ending(replace(TRIAL, network=True), failed, oom=False)
    assert (allowed.status, allowed.detail) == ("error", "")


@pytest.mark.parametrize("said", ["", "ValueError: memory of networks", "connection layer: 3"])
def test_an_ordinary_error_gets_no_explanation(said: str) -> None:
    attempt = judge_ending(TRIAL, replace(ENDED, exit_code=1, stderr=said), oom=False)
    assert (attempt.status, attempt.detail, attempt.oom) == ("error", "", False)


def test_words_of_a_run_that_succeeded_mean_nothing() -> None:
    attempt = judge_ending(TRIAL, replace(ENDED, stderr="MemoryError\nProxyError"), oom=False)
    assert (attempt.status, attempt.detail, attempt.oom) == ("ok", "", False)
