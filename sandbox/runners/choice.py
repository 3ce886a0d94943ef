"""Which runner a run gets, and the one line that says why."""

from dataclasses import dataclass
from typing import Literal

from sandbox.runner import Runner, SandboxError
from sandbox.runners.bubblewrap import BubblewrapRunner, probe_bubblewrap
from sandbox.runners.container import find_engine
from sandbox.runners.process import ProcessRunner

Wanted = Literal["auto", "docker", "bubblewrap", "process"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A runner and the line printed about it."""

    runner: Runner
    reason: str


def choose_runner(wanted: Wanted, *, trusted: bool) -> Chosen:
    """The runner named, or the best that this machine has.

    `trusted`: only the user's own code, at most edited by rules, will run. Raises SandboxError
    where the named one does not work, or none is safe enough.
    """
    if wanted == "docker":
        raise SandboxError(
            "The container runner is not part of this version; use --sandbox bubblewrap."
        )
    if wanted == "process":
        process = ProcessRunner()
        return Chosen(process, f"Sandbox: process, as asked ({process.isolation}).")
    working = probe_bubblewrap()
    if working.ok:
        runner = BubblewrapRunner()
        why = "as asked" if wanted == "bubblewrap" else _say_why_not_container()
        return Chosen(runner, f"Sandbox: bubblewrap, {why} ({runner.isolation}).")
    if wanted == "bubblewrap":
        raise SandboxError(working.refusal)
    if not trusted:
        raise SandboxError(
            f"There is no sandbox for code that somebody else wrote: {working.detail}. Install "
            "bubblewrap 0.8 or newer, or accept the risk with --sandbox process."
        )
    process = ProcessRunner()
    return Chosen(process, f"Sandbox: process, because {working.detail} ({process.isolation}).")


def _say_why_not_container() -> str:
    if find_engine() is None:
        return "because no container engine answers"
    return "because containers are not part of this version"
