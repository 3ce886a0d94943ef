"""Runs trials in bubblewrap: own namespaces, a read-only system, no network."""

import contextlib
import functools
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BufferedWriter
from pathlib import Path

from sandbox.runner import SandboxError
from sandbox.runners.cgroup import find_seats
from sandbox.runners.equipment import prepare_equipment
from sandbox.runners.interior import build_command, build_variables
from sandbox.runners.mounting import place_points
from sandbox.runners.outcome import judge_ending, refuse_start
from sandbox.runners.spawn import Ending, Launch, launch_command
from sandbox.runners.walls import HOME, JOB, WALLS, bind_system, build_walls
from sandbox.trial import Attempt, Trial


@dataclass(frozen=True, slots=True)
class Working:
    """Whether bubblewrap works on this machine."""

    ok: bool
    detail: str
    """The version where it works, else the reason why not."""
    program: str = ""
    """Where bwrap is; empty where it does not work."""

    @property
    def refusal(self) -> str:
        """What is said to who asked for it in vain."""
        return (
            f"The bubblewrap sandbox cannot be used: {self.detail}. Install bubblewrap 0.8 or "
            "newer, or use --sandbox process for code that you trust."
        )


@functools.cache
def probe_bubblewrap() -> Working:
    """Start an empty sandbox once, with every wall that is relied on."""
    program = shutil.which("bwrap")
    if program is None:
        return Working(ok=False, detail="bwrap is not installed")
    try:
        answer = subprocess.run(
            [program, *WALLS, *bind_system(), "--remount-ro", "/", "--", "/bin/true"],
            capture_output=True,
            timeout=20,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        version = subprocess.run([program, "--version"], capture_output=True, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        return Working(ok=False, detail=f"bwrap does not start: {error}")
    if answer.returncode != 0:
        said = answer.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = said[-1].removeprefix("bwrap: ") if said else f"exit code {answer.returncode}"
        if "disable-userns" in reason:
            reason = "it is older than 0.8 and cannot forbid nested namespaces"
        return Working(ok=False, detail=f"bwrap does not work: {reason}")
    said_version = version.stdout.decode("utf-8", "replace").strip()
    return Working(ok=True, detail=said_version, program=program)


class BubblewrapRunner:
    """Runs any code: it sees the system and its interpreter read-only, and its own folder."""

    @property
    def name(self) -> str:
        """The word for `--sandbox`."""
        return "bubblewrap"

    @property
    def isolation(self) -> str:
        """One line for people."""
        memory = "by the kernel" if find_seats() else "by watching it"
        return (
            "isolated: own namespaces, read-only system, no network unless allowed, "
            f"memory limited {memory}"
        )

    def work_folder(self, folder: Path) -> str:
        """The path under which code inside sees a trial's work folder."""
        return JOB

    async def run(self, trial: Trial) -> Attempt:
        """Run one trial; nothing it started survives the call."""
        working = probe_bubblewrap()
        if not working.ok:
            raise SandboxError(working.refusal)
        if not trial.folder.is_dir():
            raise SandboxError(f"The work folder {trial.folder} does not exist. Make it first.")
        if not os.access(trial.python, os.X_OK):
            return refuse_start(trial, f"There is no Python interpreter at {trial.python}.")
        with (
            prepare_equipment(trial) as equipment,
            place_points(trial.folder, trial.mounts) as points,
            _open_status(equipment.backstage) as status,
        ):
            variables = build_variables(trial, HOME, "/tmp", equipment.variables)  # noqa: S108
            command = (
                working.program,
                *build_walls(trial, equipment.backstage, points, variables),
                *("--json-status-fd", str(status.fileno())),
                *("--", *build_command(trial)),
            )
            ending = await launch_command(
                Launch(
                    command=command,
                    # bwrap itself gets none of them: a trial's LD_PRELOAD must not load outside.
                    variables={},
                    folder=Path("/"),
                    limits=trial.limits,
                    rlimits=equipment.rlimits,
                    backstage=equipment.backstage,
                    cgroups=equipment.group_folders,
                    fds=(*equipment.fds, status.fileno()),
                )
            )
            oom = equipment.saw_oom()
            return judge_ending(trial, _check_started(ending, Path(status.name), oom=oom), oom=oom)


@contextlib.contextmanager
def _open_status(backstage: Path) -> Iterator[BufferedWriter]:
    """Where bwrap says whether the command was started at all; not passed on to the command."""
    with open(backstage / "status", "wb") as file:
        yield file


def _check_started(ending: Ending, status: Path, *, oom: bool) -> Ending:
    """bwrap's own failures and the command's are told apart by what bwrap noted."""
    if ending.stop or ending.failure or oom or _noted_exit(status):
        return ending
    lines = [line for line in ending.stderr.splitlines() if line.startswith("bwrap: ")]
    reason = lines[-1].removeprefix("bwrap: ") if lines else "bubblewrap ended without a word"
    return replace(ending, failure=reason, exit_code=None)


def _noted_exit(status: Path) -> bool:
    for line in status.read_text().splitlines():
        with contextlib.suppress(ValueError):
            if "exit-code" in json.loads(line):
                return True
    return False
