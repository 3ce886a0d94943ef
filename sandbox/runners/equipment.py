"""What every attempt gets from any runner: backstage, groups, rlimits, the witness's channel."""

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from sandbox.runner import SandboxError
from sandbox.runners.cgroup import Groups, find_seats, make_groups
from sandbox.runners.mounting import open_backstage
from sandbox.trial import Limits, Trial
from sandbox.witness.channel import Channel

_SLACK_MIB = 1024
"""Importing torch, scikit-learn and mlflow maps 60 MiB of data more than it ever touches, each
further thread 8 MiB and more. The exact limit is kept by watching what is really in memory;
this one only stops the single huge allocation that would be faster than the watch. A limit on
addresses (RLIMIT_AS) is of no use: the same imports reserve 1.2 GiB and use 0.4."""

_SLACK_PROCESSES = 1024
"""What else the user may start while an attempt runs."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """What was prepared for one attempt, and is put away after it."""

    backstage: Path
    """Private folder with `home` and `tmp` in it."""
    groups: Groups | None
    rlimits: Mapping[str, int]
    fds: tuple[int, ...]
    variables: Mapping[str, str]
    """What the witness's channel wants the run to know."""

    @property
    def group_folders(self) -> tuple[Path, ...]:
        """The control groups to join; empty where there are none."""
        return self.groups.folders if self.groups else ()

    def saw_oom(self) -> bool:
        """The kernel killed a process of the attempt for want of memory."""
        return self.groups is not None and self.groups.saw_oom()


@contextlib.contextmanager
def prepare_equipment(trial: Trial) -> Iterator[Equipment]:
    """Prepare one attempt. Raises SandboxError where the host refuses."""
    with contextlib.ExitStack() as stack:
        try:
            backstage = stack.enter_context(open_backstage())
            groups = None
            if seats := find_seats():
                groups = stack.enter_context(
                    make_groups(seats, trial.limits.memory_mib, trial.limits.processes)
                )
            channel = None
            if trial.testimony is not None:
                channel = stack.enter_context(Channel(trial.testimony))
        except OSError as error:
            raise SandboxError(
                f"The sandbox could not be prepared ({error}), so nothing was run. "
                "Look for a full disk or missing rights."
            ) from error
        yield Equipment(
            backstage=backstage,
            groups=groups,
            rlimits=list_rlimits(trial.limits, grouped=groups is not None),
            fds=tuple(channel.fds) if channel else (),
            variables=dict(channel.variables) if channel else {},
        )


def list_rlimits(limits: Limits, *, grouped: bool) -> Mapping[str, int]:
    """The rlimits of one attempt, by name; `grouped`: cgroups hold memory and processes."""
    bounds = {
        "NOFILE": limits.open_files,
        "FSIZE": limits.file_mib * 1024 * 1024,
        "CORE": 0,
    }
    if grouped:
        return bounds
    if sys.platform == "linux":
        bounds["DATA"] = (limits.memory_mib + _SLACK_MIB) * 1024 * 1024
    if os.geteuid() != 0:
        # Counted over everything the user runs, now and meanwhile: exact it would be wrong. The
        # exact limit is kept by the watch; this one bounds what forks faster than it looks.
        bounds["NPROC"] = limits.processes + _count_own_threads() + _SLACK_PROCESSES
    return bounds


def _count_own_threads() -> int:
    own = os.getuid()
    count = 0
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.uids().real == own:
                count += process.num_threads()
    return count
