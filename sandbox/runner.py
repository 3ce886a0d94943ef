"""The door to wherever code runs."""

from pathlib import Path
from typing import Protocol

from sandbox.trial import Attempt, Trial


class SandboxError(Exception):
    """A broken house, not broken code: says what happened, what it means and what to do."""


class Runner(Protocol):
    """Runs trials. Failing code is an Attempt; only a broken house raises SandboxError."""

    @property
    def name(self) -> str:
        """`container`, `bubblewrap` or `process`."""
        ...

    @property
    def isolation(self) -> str:
        """One line for people: what keeps the code in, or that nothing does."""
        ...

    def work_folder(self, folder: Path) -> str:
        """The path under which code inside sees a trial's work folder."""
        ...

    async def run(self, trial: Trial) -> Attempt:
        """Run one trial within its limits; nothing it started survives the call."""
        ...
