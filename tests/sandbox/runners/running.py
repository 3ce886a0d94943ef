"""What the runners' tests share: runners that work here, and trials made of a few lines."""

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest

from sandbox.runner import Runner
from sandbox.runners.bubblewrap import BubblewrapRunner, probe_bubblewrap
from sandbox.runners.process import ProcessRunner
from sandbox.trial import Limits, Mount, Trial

RUNNERS = ("process", "bubblewrap")


def open_runner(name: str) -> Runner:
    """The runner of that name; skips where bubblewrap does not work, unless it is required."""
    if name == "process":
        return ProcessRunner()
    working = probe_bubblewrap()
    if not working.ok:
        required = "bubblewrap" in os.environ.get("MLGRAFT_REQUIRE", "").split(",")
        (pytest.fail if required else pytest.skip)(working.detail)
    return BubblewrapRunner()


def make_trial(
    folder: Path,
    code: str,
    *,
    command: tuple[str, ...] = ("python", "script.py"),
    python: Path = Path(sys.executable),
    limits: Limits | None = None,
    variables: Mapping[str, str] | None = None,
    mounts: tuple[Mount, ...] = (),
    import_path: tuple[Path, ...] = (),
    network: bool = False,
    testimony: Path | None = None,
) -> Trial:
    """A trial of one script in a fresh folder below `folder`."""
    work = folder / "work"
    work.mkdir(exist_ok=True)
    (work / "script.py").write_text(code)
    return Trial(
        command=command,
        folder=work,
        python=python,
        limits=limits or Limits(seconds=20),
        variables=variables or {},
        mounts=mounts,
        import_path=import_path,
        network=network,
        testimony=testimony,
        trusted=True,
    )


def find_marked(mark: str) -> list[int]:
    """Processes with the mark among their arguments, whatever namespace they are in."""
    return [
        process.info["pid"]
        for process in psutil.process_iter(["pid", "cmdline"])
        if mark in (process.info["cmdline"] or [])
    ]


def wait_until_gone(mark: str, seconds: float = 3.0) -> bool:
    """No process with the mark is left, at the latest after `seconds`."""
    deadline = time.monotonic() + seconds
    while find_marked(mark):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
