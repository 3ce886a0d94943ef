"""What bubblewrap keeps in and out, tried by scripts that do not cooperate."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.runner import Runner, SandboxError
from sandbox.runners.bubblewrap import BubblewrapRunner
from sandbox.trial import Limits, Mount
from tests.sandbox.runners.running import make_trial, open_runner

pytestmark = pytest.mark.process

ATTACKS = """
import ctypes, os, socket
libc = ctypes.CDLL(None, use_errno=True)

def refused(name, act):
    try:
        answer = act()
    except (OSError, PermissionError):
        return
    print(name, answer)

def write(path):
    # Never truncates: where this gets through, it must do no harm to the host.
    return lambda: os.open(path, os.O_WRONLY | (0 if os.path.exists(path) else os.O_CREAT))

for place in ("/", "/usr", "/etc", "/dev", "/sys", "/proc", "/home", "/root", OUTSIDE, EXTRA):
    refused(f"wrote in {place}", write(place + "/dropped"))
refused("wrote the mount", write("data.txt"))
refused("wrote passwd", write("/etc/passwd"))
refused("read outside", lambda: open(OUTSIDE + "/secret").read())
refused("read shadow", lambda: open("/etc/shadow").read())
refused("docker", lambda: os.stat("/var/run/docker.sock"))
refused("sysctl", write("/proc/sys/kernel/core_pattern"))
refused("abstract", lambda: socket.socket(socket.AF_UNIX).connect(ABSTRACT))
for flag in (0x10000000, 0x00020000, 0x40000000):
    if libc.unshare(flag) == 0:
        print("unshared", hex(flag))
if libc.mount(b"none", b"/job", b"tmpfs", 0, None) == 0:
    print("mounted")
if libc.umount2(b"/etc/passwd", 2) == 0:
    print("unmounted")
for folder, _, names in os.walk("/proc/sys"):
    for name in names:
        if os.access(os.path.join(folder, name), os.W_OK):
            print("may write", folder, name)
others = [pid for pid in os.listdir("/proc") if pid.isdecimal() and int(pid) > 1]
if others != [str(os.getpid())]:
    print("saw processes", others)
for pid in [1, *map(int, others)]:
    for name in ("environ", "cmdline"):
        text = open(f"/proc/{pid}/{name}").read() if os.access(f"/proc/{pid}/{name}", 4) else ""
        if "MY_SECRET" in text:
            print("secret in", pid, name)
if "CapEff:\\t0000000000000000" not in open("/proc/self/status").read():
    print("has capabilities")
if socket.gethostname() != "sandbox":
    print("host name")
os.symlink(OUTSIDE, "way-out")
refused("followed link", write("way-out/dropped"))
print("done")
"""


@pytest.fixture
def runner() -> Runner:
    return open_runner("bubblewrap")


async def test_nothing_outside_the_work_folder_can_be_touched(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_SECRET", "MY_SECRET")
    outside, extra = tmp_path / "outside", tmp_path / "extra"
    outside.mkdir()
    extra.mkdir()
    (outside / "secret").write_text("host")
    (tmp_path / "data.txt").write_text("rows")
    settings = f"OUTSIDE, EXTRA, ABSTRACT = {str(outside)!r}, {str(extra)!r}, '\\0host'\n"
    trial = make_trial(
        tmp_path,
        settings + ATTACKS,
        import_path=(extra,),
        mounts=(Mount(tmp_path / "data.txt", "data.txt"),),
    )
    attempt = await runner.run(trial)
    assert (attempt.stderr, attempt.stdout) == ("", "done\n")
    assert os.listdir(outside) == ["secret"]
    assert os.listdir(extra) == []
    assert (tmp_path / "data.txt").read_text() == "rows"


async def test_its_own_temporary_folders_have_a_size(runner: Runner, tmp_path: Path) -> None:
    code = """
for place in ("/dev/shm/a", "/tmp/a", "/dev/a"):
    try:
        for number in range(4):
            open(f"{place}{number}", "wb").write(bytes(900_000))
        print("filled", place)
    except OSError as error:
        print(error.errno)
"""
    attempt = await runner.run(make_trial(tmp_path, code, limits=Limits(seconds=20, file_mib=1)))
    assert attempt.stdout.split() == ["28", "28", "30"]


async def test_a_command_that_says_what_bwrap_says_is_still_the_scripts_failure(
    runner: Runner, tmp_path: Path
) -> None:
    code = "import sys; sys.exit('bwrap: execvp python: No such file or directory')"
    attempt = await runner.run(make_trial(tmp_path, code))
    assert (attempt.status, attempt.exit_code) == ("error", 1)


async def test_a_folder_to_be_read_must_exist(runner: Runner, tmp_path: Path) -> None:
    trial = replace(make_trial(tmp_path, ""), readable=(tmp_path / "missing",))
    with pytest.raises(SandboxError, match="does not exist"):
        await runner.run(trial)


async def test_a_work_folder_with_an_odd_name_works(runner: Runner, tmp_path: Path) -> None:
    odd = tmp_path / "--bind \n ü"
    odd.mkdir()
    attempt = await runner.run(make_trial(odd, "print('here')"))
    assert attempt.stdout == "here\n"


def test_the_network_is_there_when_allowed(runner: Runner, tmp_path: Path) -> None:
    async def ask() -> str:
        server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        code = f"import socket; print(socket.create_connection(('127.0.0.1', {port})).recv(1))"
        async with server:
            attempt = await BubblewrapRunner().run(make_trial(tmp_path, code, network=True))
        return attempt.stdout

    assert asyncio.run(ask()) == "b''\n"
