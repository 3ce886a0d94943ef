"""Runs uv: its output as sentences, its failures as EnvironmentProblem, nothing left running."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path

from uv import find_uv_bin

from sandbox.environments.needs import EnvironmentProblem
from sandbox.environments.pip_settings import PipSettings, describe_for_uv, list_uv_options
from sandbox.environments.uv_output import Downloads, explain_failure, has_no_solution

HEARTBEAT_SECONDS = 4.0
KEPT_LINES = 1000
# Of a person's own uv settings these would lead uv to another environment than the one meant.
MISLEADING = frozenset({"VIRTUAL_ENV", "CONDA_PREFIX", "UV_PROJECT_ENVIRONMENT", "UV_PYTHON"})


class Unsolvable(EnvironmentProblem):
    """The versions asked for cannot all be had; with fewer of them they might."""


@dataclass(frozen=True, slots=True)
class Installer:
    """uv, set up as pip's configuration says."""

    settings: PipSettings
    environ: Mapping[str, str]
    folder: Path
    """Where uv is started: a folder without a project of its own."""
    deadline: float
    """On the clock of `time.monotonic`."""

    async def run(
        self,
        *arguments: str,
        program: Path | None = None,
        watched: Path | None = None,
        record: list[str] | None = None,
    ) -> AsyncGenerator[str, None]:
        """Run one uv command and yield what a person may want to know meanwhile.

        `program` is run instead of uv; its exit code is of no interest.

        `watched` is the folder that grows, `record` is given uv's last lines. Raises
        EnvironmentProblem when uv fails or the deadline passes; however this ends, uv and its
        children are gone.
        """
        variables = {key: value for key, value in self.environ.items() if key not in MISLEADING}
        variables |= describe_for_uv(self.settings)
        variables |= {"NO_COLOR": "1", "UV_NO_PROGRESS": "1", "UV_PYTHON_DOWNLOADS": "never"}
        process = await asyncio.create_subprocess_exec(
            program or find_uv_bin(),
            *arguments,
            *(list_uv_options(self.settings) if arguments[0] == "pip" else ()),
            cwd=self.folder,
            env=variables,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            lines = [] if record is None else record
            async with aclosing(self.listen(process, lines, watched)) as sentences:
                async for sentence in sentences:
                    yield sentence
            if await process.wait() != 0 and program is None:
                problem = Unsolvable if has_no_solution(lines) else EnvironmentProblem
                raise problem(explain_failure(lines))
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    async def listen(
        self, process: asyncio.subprocess.Process, lines: list[str], watched: Path | None
    ) -> AsyncGenerator[str, None]:
        """Yield sentences until uv closes its output, and a sign of life where it is silent."""
        if process.stderr is None:
            return
        progress = Downloads()
        reading = asyncio.create_task(process.stderr.readline())
        try:
            while True:
                left = self.deadline - time.monotonic()
                if left <= 0:
                    raise EnvironmentProblem(
                        "Building the environment took longer than it may. Try again: what is "
                        "already downloaded is kept. Or name a ready one with `--python PATH`."
                    )
                done, _ = await asyncio.wait({reading}, timeout=min(HEARTBEAT_SECONDS, left))
                if not done:
                    yield progress.describe(measure_mib(watched) if watched else 0.0)
                    continue
                line = reading.result().decode(errors="replace").rstrip()
                if not reading.result():
                    return
                lines.append(line)
                del lines[:-KEPT_LINES]
                sentence = progress.read(line)
                if sentence:
                    yield sentence
                reading = asyncio.create_task(process.stderr.readline())
        finally:
            reading.cancel()


def measure_mib(folder: Path) -> float:
    """Add up the sizes of a folder's files, in MiB; files that vanish meanwhile do not count."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_size
    return total / 2**20
