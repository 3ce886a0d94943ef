"""One launched command without control groups, as an ordinary user has it."""

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.runners.mounting import open_backstage
from sandbox.runners.spawn import Ending, Launch, launch_command
from sandbox.trial import Limits

pytestmark = pytest.mark.process

LIMITS = Limits(seconds=15, memory_mib=120, processes=8, output_kib=4)


async def launch(folder: Path, code: str, **changes: object) -> Ending:
    with open_backstage() as backstage:
        plain = Launch(
            command=(sys.executable, "-c", code),
            variables={"HOME": str(backstage / "home")},
            folder=folder,
            limits=LIMITS,
            rlimits={"CORE": 0},
            backstage=backstage,
        )
        return await launch_command(replace(plain, **changes))  # type: ignore[arg-type]


async def test_a_tree_that_is_too_large_is_stopped(tmp_path: Path) -> None:
    code = """
import os, time
for _ in range(3):
    if os.fork() == 0:
        kept = b"x" * 60_000_000
        time.sleep(20)
time.sleep(20)
"""
    ending = await launch(tmp_path, code)
    assert (ending.stop, ending.exit_code) == ("memory", None)


async def test_memory_that_forks_share_is_counted_once(tmp_path: Path) -> None:
    code = """
import os, time
kept = b"x" * 70_000_000
children = []
for _ in range(4):
    child = os.fork()
    if child == 0:
        time.sleep(0.4)
        os._exit(0)
    children.append(child)
for child in children:
    os.waitpid(child, 0)
"""
    ending = await launch(tmp_path, code)
    assert (ending.stop, ending.exit_code) == ("", 0)


async def test_more_processes_than_allowed_are_stopped(tmp_path: Path) -> None:
    code = """
import os, time
for _ in range(12):
    if os.fork() == 0:
        time.sleep(20)
time.sleep(20)
"""
    assert (await launch(tmp_path, code)).stop == "processes"


async def test_one_huge_allocation_is_refused(tmp_path: Path) -> None:
    rlimits = {"DATA": 200 * 1024 * 1024}
    ending = await launch(tmp_path, "bytearray(10**9)", rlimits=rlimits)
    assert (ending.stop, ending.exit_code) == ("", 1)
    assert "MemoryError" in ending.stderr


async def test_a_limit_is_never_raised(tmp_path: Path) -> None:
    code = "import resource; print(resource.getrlimit(resource.RLIMIT_NOFILE))"
    ending = await launch(tmp_path, code, rlimits={"NOFILE": 2**40})
    assert ending.stderr == ""
    assert str(2**40) not in ending.stdout


async def test_why_a_command_did_not_start_is_told(tmp_path: Path) -> None:
    script = tmp_path / "not-executable"
    script.touch()
    ending = await launch(tmp_path, "", command=(str(script),))
    assert "Permission denied" in ending.failure
    assert ending.exit_code is None


async def test_a_group_that_cannot_be_joined_stops_the_start(tmp_path: Path) -> None:
    ending = await launch(tmp_path, "print('ran')", cgroups=(tmp_path / "missing",))
    assert ending.failure
    assert ending.stdout == ""


async def test_privileges_cannot_be_gained(tmp_path: Path) -> None:
    code = "print([line for line in open('/proc/self/status') if 'NoNewPrivs' in line])"
    ending = await launch(tmp_path, code, no_new_privileges=True)
    assert "NoNewPrivs:\\t1" in ending.stdout


async def test_ignored_signals_are_not_inherited(tmp_path: Path) -> None:
    command = ("/bin/sh", "-c", "grep SigIgn /proc/$$/status")
    ending = await launch(tmp_path, "", command=command)
    # Signals 32 and 33 belong to the C library: no program can set or reset them.
    assert int(ending.stdout.split()[1], 16) & ~(0b11 << 31) == 0


async def test_both_streams_are_read_at_once(tmp_path: Path) -> None:
    code = """
import sys
for number in range(3000):
    print("x" * 60)
    print("y" * 60, file=sys.stderr)
"""
    ending = await launch(tmp_path, code)
    assert (ending.exit_code, ending.cut) == (0, True)
    assert ending.stderr.startswith("yyy")


async def test_closing_the_streams_is_not_the_end(tmp_path: Path) -> None:
    code = "import os, time; os.close(1); os.close(2); time.sleep(0.3); open('late', 'w')"
    ending = await launch(tmp_path, code)
    assert ending.exit_code == 0
    assert (tmp_path / "late").exists()


async def test_a_stopped_keeper_is_not_waited_for(tmp_path: Path) -> None:
    code = "import os, signal, time; os.kill(os.getppid(), signal.SIGSTOP); time.sleep(60)"
    began = time.monotonic()
    limits = replace(LIMITS, seconds=0.3)
    ending = await launch(tmp_path, code, limits=limits)
    assert ending.stop == "timeout"
    assert time.monotonic() - began < 20


async def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    await launch(tmp_path, "")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        await launch(tmp_path, "")
    assert len(os.listdir("/proc/self/fd")) == before


async def test_a_variable_that_no_system_takes_is_told(tmp_path: Path) -> None:
    ending = await launch(tmp_path, "", variables={"A": "b\0c"})
    assert "null byte" in ending.failure


@pytest.mark.parametrize("seconds", [0.001, 0.02, 0.06])
async def test_a_deadline_during_the_start_is_a_timeout(tmp_path: Path, seconds: float) -> None:
    limits = replace(LIMITS, seconds=seconds)
    ending = await launch(tmp_path, "import time; time.sleep(60)", limits=limits)
    assert (ending.stop, ending.exit_code) == ("timeout", None)
