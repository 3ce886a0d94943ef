"""Starts one command within its limits, outlives everything it started, says how it ended.

A program of its own, run as `python -I -S keeper.py REPORT_FD` with the standard library only.
The job is one JSON line on stdin, which stays open as a lifeline: one more byte asks for the end,
end of file means that the host is gone. The report is one JSON object on REPORT_FD.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import resource
import select
import shutil
import signal
import socket
import struct
import sys
import time
from typing import Any

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
PR_SET_NO_NEW_PRIVS = 38
PR_SET_CHILD_SUBREAPER = 36
SIOCSIFFLAGS = 0x8914
IFF_UP_RUNNING = 0x41
LIFELINE = 0


class Tally:
    """What the processes that ended had used, and how the first of them ended."""

    # Not a dataclass: importing those takes a fifth of the time that this program needs to start.
    __slots__ = ("began", "child", "cpu_seconds", "exit_code", "memory_kib", "seconds")

    def __init__(self, child: int, began: float) -> None:
        self.child = child
        self.began = began
        self.seconds = 0.0
        self.cpu_seconds = 0.0
        self.memory_kib = 0
        self.exit_code: int | None = None

    def reap(self) -> bool:
        """Collect every process that has ended; False when none is left, ended or not."""
        while True:
            try:
                pid, status, used = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if pid == 0:
                return True
            self.cpu_seconds += used.ru_utime + used.ru_stime
            self.memory_kib = max(self.memory_kib, used.ru_maxrss)
            if pid == self.child:
                self.seconds = time.monotonic() - self.began
                code = os.waitstatus_to_exitcode(status)
                # As a shell and bubblewrap say it, so that both runners say the same.
                self.exit_code = code if code >= 0 else 128 - code


def cut_network() -> None:
    """Leave the host's network; only an own loopback is left. Raises OSError where refused."""
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.getuid(), os.getgid()
    if uid != 0 or libc.unshare(CLONE_NEWNET) != 0:
        if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{uid} {uid} 1"),
            ("gid_map", f"{gid} {gid} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plug:
        fcntl.ioctl(plug, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP_RUNNING))


def limit_resources(limits: dict[str, int]) -> None:
    """Lower the rlimits, by name without `RLIMIT_`; none is ever raised above what holds."""
    for name, amount in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(kind)[1]
        bound = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(kind, (bound, bound))


def become_command(job: dict[str, Any]) -> None:
    """Turn this fresh child into the command. Raises OSError where that is impossible."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, LIFELINE)
    os.close(nothing)
    for join in job["cgroups"]:
        with open(os.path.join(join, "cgroup.procs"), "w") as file:
            file.write(str(os.getpid()))
    # Where memory runs out on the host, the attempt goes before anything of the user's.
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("900")
    if job["cut_network"]:
        cut_network()
    if job["no_new_privileges"] and sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    limit_resources(job["limits"])
    # Python ignores these two; ignored signals would stay ignored in the command.
    # Python ignores two signals itself; a shell has its background jobs ignore others.
    for number in signal.valid_signals():
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    os.chdir(job["folder"])
    os.execvpe(job["command"][0], job["command"], job["variables"])  # noqa: S606


def start_command(job: dict[str, Any]) -> tuple[int, str]:
    """Fork the command; the process id, and why it did not start or an empty string."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        try:
            become_command(job)
        except OSError as error:
            os.write(write_end, str(error).encode("utf-8", "replace"))
        except (ValueError, AttributeError) as error:
            os.write(write_end, repr(error).encode("utf-8", "replace"))
        finally:
            os._exit(127)
    os.close(write_end)
    with open(read_end, "rb") as file:
        failure = file.read().decode("utf-8", "replace")
    return child, failure


def list_descendants() -> list[int]:
    """Every process below this one, oldest generation first (needs /proc; else empty)."""
    parents: dict[int, list[int]] = {}
    with contextlib.suppress(OSError):
        for name in filter(str.isdecimal, os.listdir("/proc")):
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
                # The command's name may hold anything, brackets and spaces included.
                parent = int(file.read().rpartition(b")")[2].split()[1])
                parents.setdefault(parent, []).append(int(name))
    found: list[int] = []
    waiting = [os.getpid()]
    while waiting:
        below = parents.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def end_all(tally: Tally) -> None:
    """Kill and collect until nothing is left below this process."""
    while True:
        # A group is killed at once, even while it forks; the rest is hunted one by one.
        with contextlib.suppress(OSError):
            os.killpg(tally.child, signal.SIGKILL)
        for pid in list_descendants():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        if not tally.reap():
            return
        time.sleep(0.002)


def wait_for_end(tally: Tally, bell: int) -> bool:
    """Wait for the command or an order; False when the host is gone."""
    while True:
        ready, _, _ = select.select([LIFELINE, bell], [], [])
        if bell in ready:
            os.read(bell, 4096)
            tally.reap()
            if tally.exit_code is not None:
                return True
        if LIFELINE in ready:
            return os.read(LIFELINE, 1) != b""


def read_job() -> dict[str, Any] | None:
    """The job from stdin; None when the host has changed its mind or is gone."""
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(LIFELINE, 65536)
        line += piece
        if not piece or b"\n" in line[:-1]:
            return None
    job: dict[str, Any] = json.loads(line)
    return job


def tidy_up(job: dict[str, Any]) -> None:
    """What the host does after an attempt, done in its place because it is gone."""
    for folder in job["cgroups"]:
        with contextlib.suppress(OSError):
            os.rmdir(folder)
    shutil.rmtree(job["backstage"], ignore_errors=True)


def main() -> None:
    """Read the job, run it, leave nothing alive, report."""
    report = int(sys.argv[1])
    os.set_inheritable(report, False)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    bell, rope = os.pipe()
    os.set_blocking(rope, False)
    signal.set_wakeup_fd(rope, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    job = read_job()
    if job is None:
        return
    began = time.monotonic()
    child, failure = start_command(job)
    for fd in (*job["fds"], 1, 2):
        os.close(fd)
    tally = Tally(child=child, began=began)
    host_lives = wait_for_end(tally, bell)
    end_all(tally)
    if not host_lives:
        tidy_up(job)
    # Python on macOS counts this in bytes.
    memory_mib = tally.memory_kib / (1024 * 1024 if sys.platform == "darwin" else 1024)
    answer = {
        "failure": failure,
        "exit_code": tally.exit_code,
        "seconds": tally.seconds or time.monotonic() - began,
        "cpu_seconds": tally.cpu_seconds,
        "memory_mib": memory_mib,
    }
    with contextlib.suppress(OSError):
        os.write(report, json.dumps(answer).encode())


if __name__ == "__main__":
    main()
