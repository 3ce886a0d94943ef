"""Runs one command through the keeper: feeds it, reads it, times it, ends it."""

import asyncio
import contextlib
import json
import os
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sandbox.runner import SandboxError
from sandbox.runners.output import Excerpt
from sandbox.runners.watch import Excess, kill_marked, kill_tree, watch_tree
from sandbox.trial import Limits

_KEEPER = Path(__file__).with_name("keeper.py")
_PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""All that the keeper's own interpreter may need of the host's environment."""
_GRACE_SECONDS = 1.5
"""A keeper that was asked to end everything needs milliseconds; after this it is stuck."""

Stop = Literal["", "timeout", "memory", "processes", "flood"]


@dataclass(frozen=True, slots=True)
class Launch:
    """One command, ready to be started."""

    command: tuple[str, ...]
    variables: Mapping[str, str]
    folder: Path
    limits: Limits
    rlimits: Mapping[str, int]
    """By name without `RLIMIT_`."""
    backstage: Path
    """Private folder of this attempt; removed by the keeper if the host dies."""
    cgroups: tuple[Path, ...] = ()
    """The groups it joins; with none its memory and processes are watched from outside."""
    fds: tuple[int, ...] = ()
    cut_network: bool = False
    no_new_privileges: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """How a launch ended."""

    stop: Stop
    """Why it was ended from outside; empty: it ended by itself."""
    failure: str
    """Why the command could not even be started, or an empty string."""
    exit_code: int | None
    """None where it did not end by itself."""
    stdout: str
    stderr: str
    cut: bool
    seconds: float
    cpu_seconds: float
    memory_mib: float


async def launch_command(launch: Launch) -> Ending:
    """Run a command to its end within its limits. Nothing it started survives this call.

    Raises SandboxError where not even the keeper can be started.
    """
    report_read, report_write = os.pipe()
    os.set_blocking(report_read, False)
    try:
        try:
            keeper = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-I", "-S", str(_KEEPER), str(report_write)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                pass_fds=(report_write, *launch.fds),
                env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            raise SandboxError(
                f"No process could be started ({error}), so nothing can run. "
                "Close other programs and try again."
            ) from error
        finally:
            os.close(report_write)
        return await _follow(launch, keeper, report_read)
    finally:
        os.close(report_read)


async def _follow(launch: Launch, keeper: Process, report: int) -> Ending:
    room = launch.limits.output_kib * 1024
    stdout, stderr = Excerpt(room), Excerpt(room)
    flood = asyncio.Event()
    most = launch.limits.flood_mib * 1024 * 1024

    async def read_stream(stream: asyncio.StreamReader, excerpt: Excerpt) -> None:
        while chunk := await stream.read(65536):
            excerpt.add(chunk)
            if stdout.seen_bytes + stderr.seen_bytes > most:
                flood.set()

    lifeline, out, err = keeper.stdin, keeper.stdout, keeper.stderr
    assert lifeline is not None  # noqa: S101 - all three were asked for
    assert out is not None  # noqa: S101
    assert err is not None  # noqa: S101
    readers = (
        asyncio.create_task(read_stream(out, stdout)),
        asyncio.create_task(read_stream(err, stderr)),
    )
    stop: Stop = ""
    answer = b""
    try:
        lifeline.write(_write_job(launch))
        stop = await _wait_for_stop(launch, keeper, flood)
    finally:
        answer = await _see_through(_end(launch, keeper, report, readers))
    told = _Told.read(answer)
    return Ending(
        stop=stop,
        failure=told.failure,
        exit_code=None if stop or told.failure else told.exit_code,
        stdout=stdout.text(),
        stderr=stderr.text(),
        cut=stdout.cut or stderr.cut,
        seconds=told.seconds,
        cpu_seconds=told.cpu_seconds,
        memory_mib=told.memory_mib,
    )


def _write_job(launch: Launch) -> bytes:
    job = {
        "command": launch.command,
        "variables": dict(launch.variables),
        "folder": str(launch.folder),
        "limits": dict(launch.rlimits),
        "backstage": str(launch.backstage),
        "cgroups": [str(folder) for folder in launch.cgroups],
        "fds": launch.fds,
        "cut_network": launch.cut_network,
        "no_new_privileges": launch.no_new_privileges,
    }
    return json.dumps(job).encode() + b"\n"


async def _wait_for_stop(launch: Launch, keeper: Process, flood: asyncio.Event) -> Stop:
    """Wait until it has ended (an empty answer) or must be ended, and why."""
    ended = asyncio.create_task(keeper.wait())
    flooded = asyncio.create_task(flood.wait())
    waiting: set[asyncio.Task[int] | asyncio.Task[Literal[True]] | asyncio.Task[Excess]] = {
        ended,
        flooded,
    }
    watch: asyncio.Task[Excess] | None = None
    if not launch.cgroups:
        watch = asyncio.create_task(watch_tree(keeper.pid, launch.limits))
        waiting.add(watch)
    try:
        done, _ = await asyncio.wait(
            waiting, timeout=launch.limits.seconds, return_when=asyncio.FIRST_COMPLETED
        )
        if flooded in done:
            return "flood"
        if ended in done:
            return ""
        if watch is not None and watch in done:
            return "memory" if watch.result().memory else "processes"
        return "timeout"
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def _end(
    launch: Launch, keeper: Process, report: int, readers: tuple[asyncio.Task[None], ...]
) -> bytes:
    """End everything, whatever state it is in; the keeper's report, empty if it had none."""
    lifeline = keeper.stdin
    assert lifeline is not None  # noqa: S101 - a pipe was asked for
    if keeper.returncode is None:
        lifeline.write(b"k")
        # Not `keeper.wait()`: that waits for the pipes too, and an escaped process holds them.
        if not await _wait_for_exit(keeper):
            await asyncio.to_thread(kill_tree, keeper.pid)
            await _wait_for_exit(keeper)
    answer = b""
    with contextlib.suppress(BlockingIOError):
        answer = os.read(report, 65536)
    # Without its keeper, or where no keeper inherits orphans, some may have got away.
    if not answer or sys.platform != "linux":
        await asyncio.to_thread(kill_marked, launch.backstage)
    _, late = await asyncio.wait(readers, timeout=_GRACE_SECONDS)
    for reader in late:
        reader.cancel()
    await asyncio.gather(*readers, return_exceptions=True)
    lifeline.close()
    with contextlib.suppress(ConnectionError):
        await lifeline.wait_closed()
    return answer


async def _wait_for_exit(keeper: Process) -> bool:
    deadline = time.monotonic() + _GRACE_SECONDS
    while keeper.returncode is None:
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.005)
    return True


async def _see_through(work: Coroutine[None, None, bytes]) -> bytes:
    """Finish the work even when cancelled meanwhile; the cancellation is raised afterwards."""
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        raise asyncio.CancelledError
    return task.result()


@dataclass(frozen=True, slots=True)
class _Told:
    """The keeper's report."""

    failure: str
    exit_code: int | None
    seconds: float
    cpu_seconds: float
    memory_mib: float

    @classmethod
    def read(cls, answer: bytes) -> "_Told":
        try:
            told = json.loads(answer)
            return cls(**told)
        except (ValueError, TypeError):
            return cls("the process that watches over it was killed", None, 0.0, 0.0, 0.0)
