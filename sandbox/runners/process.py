"""Runs trials as plain processes of the host: limits and a deadline, but no isolation."""

import functools
import os
import subprocess
import sys
from pathlib import Path

from sandbox.runner import SandboxError
from sandbox.runners.equipment import prepare_equipment
from sandbox.runners.interior import build_command, build_variables
from sandbox.runners.mounting import place_links
from sandbox.runners.outcome import judge_ending, refuse_start
from sandbox.runners.spawn import Launch, launch_command
from sandbox.trial import Attempt, Trial

_DEAD_PROXIES = dict.fromkeys(
    ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"),
    "http://127.0.0.1:9",
)
"""Port 9 refuses at once, so that what wants the network fails fast instead of succeeding."""


@functools.cache
def can_cut_network() -> bool:
    """This user may start a process in a network of its own, with nothing in it."""
    keeper = Path(__file__).with_name("keeper.py")
    question = f"import runpy; runpy.run_path({str(keeper)!r})['cut_network']()"
    try:
        answer = subprocess.run(
            [sys.executable, "-I", "-S", "-c", question],
            capture_output=True,
            timeout=20,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.returncode == 0


class ProcessRunner:
    """Runs trusted code as the user's own process.

    It may read and write what the user may. A process that hides on purpose (kills its keeper
    and rewrites its environment) can survive; that takes ill will, hence trusted code only.
    """

    @property
    def name(self) -> str:
        """The word for `--sandbox`."""
        return "process"

    @property
    def isolation(self) -> str:
        """One line for people."""
        network = "no network" if can_cut_network() else "the network is not blocked"
        return f"not isolated: limits and a deadline only, {network}"

    def work_folder(self, folder: Path) -> str:
        """The path under which code inside sees a trial's work folder."""
        return str(folder.resolve())

    async def run(self, trial: Trial) -> Attempt:
        """Run one trial; nothing it started survives the call."""
        if not trial.folder.is_dir():
            raise SandboxError(f"The work folder {trial.folder} does not exist. Make it first.")
        if not os.access(trial.python, os.X_OK):
            return refuse_start(trial, f"There is no Python interpreter at {trial.python}.")
        with (
            prepare_equipment(trial) as equipment,
            place_links(trial.folder, trial.mounts, equipment.backstage),
        ):
            cut = not trial.network and can_cut_network()
            proxies = {} if cut or trial.network else _DEAD_PROXIES
            ending = await launch_command(
                Launch(
                    command=build_command(trial),
                    variables=build_variables(
                        trial,
                        home=str(equipment.backstage / "home"),
                        temporary=str(equipment.backstage / "tmp"),
                        extra={**proxies, **equipment.variables},
                    ),
                    folder=trial.folder.resolve(),
                    limits=trial.limits,
                    rlimits=equipment.rlimits,
                    backstage=equipment.backstage,
                    cgroups=equipment.group_folders,
                    fds=equipment.fds,
                    cut_network=cut,
                    no_new_privileges=True,
                )
            )
            return judge_ending(trial, ending, oom=equipment.saw_oom())
