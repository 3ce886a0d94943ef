"""Tries each limit by exceeding it a little: what a sandbox accepts it does not always keep."""

import asyncio
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sandbox.runner import Runner, SandboxError
from sandbox.runners.bubblewrap import BubblewrapRunner, probe_bubblewrap
from sandbox.runners.cgroup import find_seats
from sandbox.runners.process import ProcessRunner, can_cut_network
from sandbox.trial import Attempt, Limits, Trial

_LIMITS = Limits(seconds=4.0, memory_mib=96, processes=16, output_kib=4)
_HOG = "kept = []\nfor _ in range(80): kept.append(bytearray(4_000_000))\nprint('held')"
_BROOD = """
import os, time
for _ in range(24):
    if os.fork() == 0:
        time.sleep(3)
        os._exit(0)
time.sleep(1)
print("held")
"""
_NEST = """
import ctypes
print("refused" if ctypes.CDLL(None).unshare(0x10000000) else "nested")
"""
_CALL = """
import socket
with socket.socket() as line:
    line.settimeout(0.2)
    print("errno", line.connect_ex(("192.0.2.1", 9)))
"""
_INSTALL = (
    "Install bubblewrap 0.8 or newer (Debian and Ubuntu: apt install bubblewrap). Where it is "
    "there and namespaces are forbidden, allow them to users or run as root."
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that the machine should have."""

    name: str
    ok: bool
    detail: str
    mend: str
    """What to do where it is not ok; empty where it is."""


@dataclass(frozen=True, slots=True)
class _Probe:
    """A script that must not come through."""

    name: str
    runner: Runner
    code: str
    held: Callable[[Attempt], bool]
    mend: str


def probe_sandbox() -> tuple[Check, ...]:
    """Everything that running code needs, tried for real; about a second."""
    working = probe_bubblewrap()
    probes = _list_probes(ProcessRunner(), "process")
    if working.ok:
        probes = (*_list_probes(BubblewrapRunner(), "bubblewrap"), *probes)
    return (
        Check("bubblewrap", working.ok, working.detail, "" if working.ok else _INSTALL),
        Check("how memory is limited", True, _say_how(), ""),
        *asyncio.run(_try_all(probes)),
    )


def _say_how() -> str:
    if find_seats():
        return "by control groups: the kernel counts a run and all that it started"
    return "by watching a run and all that it started ten times a second"


def _list_probes(runner: Runner, name: str) -> tuple[_Probe, ...]:
    report = "Please report this: a limit of the sandbox does not hold on this machine."
    probes = [
        _Probe(f"{name}: memory limit", runner, _HOG, lambda seen: seen.status == "oom", report),
        _Probe(
            f"{name}: process limit",
            runner,
            _BROOD,
            lambda seen: seen.status == "error" and "processes" in seen.detail,
            report,
        ),
    ]
    unreachable = "errno 101"
    if name == "bubblewrap":
        probes += [
            _Probe(
                f"{name}: no nested namespaces",
                runner,
                _NEST,
                lambda seen: seen.stdout == "refused\n",
                report,
            ),
            _Probe(
                f"{name}: no network",
                runner,
                _CALL,
                lambda seen: seen.stdout.startswith(unreachable),
                report,
            ),
        ]
    elif can_cut_network():
        probes.append(
            _Probe(
                f"{name}: no network",
                runner,
                _CALL,
                lambda seen: seen.stdout.startswith(unreachable),
                report,
            )
        )
    return tuple(probes)


async def _try_all(probes: tuple[_Probe, ...]) -> tuple[Check, ...]:
    return tuple(await asyncio.gather(*(_try_probe(probe) for probe in probes)))


async def _try_probe(probe: _Probe) -> Check:
    with tempfile.TemporaryDirectory(prefix="mlgraft-probe-") as folder:
        trial = Trial(
            command=("python", "-c", probe.code),
            folder=Path(folder),
            python=Path(sys.executable),
            trusted=True,
            limits=_LIMITS,
        )
        try:
            seen = await probe.runner.run(trial)
        except SandboxError as error:
            return Check(probe.name, False, str(error), probe.mend)
    if probe.held(seen):
        return Check(probe.name, True, "holds", "")
    said = (seen.detail or seen.stderr or seen.stdout).strip()[-200:]
    return Check(probe.name, False, f"does not hold: {seen.status} {said}".strip(), probe.mend)
