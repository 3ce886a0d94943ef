"""Control groups for one attempt: memory and processes of its whole tree, where writable."""

import contextlib
import functools
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PREFIX = "mlgraft-"


@dataclass(frozen=True, slots=True)
class Seat:
    """Where groups may be made, for one controller."""

    folder: Path
    controllers: frozenset[str]
    version: int


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups made for one attempt; a process joins by being written to `cgroup.procs`."""

    folders: tuple[Path, ...]

    def saw_oom(self) -> bool:
        """The kernel killed a process of the attempt for want of memory."""
        for folder in self.folders:
            for name in ("memory.events", "memory.oom_control"):
                if _read_field(folder / name, "oom_kill") > 0:
                    return True
        return False


@functools.lru_cache(maxsize=8)
def find_seats(
    root: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")
) -> tuple[Seat, ...]:
    """Writable places that together bound memory and processes; empty where there are none."""
    try:
        lines = own.read_text().splitlines()
    except OSError:
        return ()
    seats: list[Seat] = []
    for line in lines:
        _, names, path = line.split(":", 2)
        controllers = frozenset(names.split(",")) & {"memory", "pids"}
        if controllers:
            folder = _find_own(root / names, path) or _find_own(root / min(controllers), path)
            if folder is not None and _can_make(folder):
                seats.append(Seat(folder, controllers, 1))
        elif not names:
            seat = _find_unified(root, path)
            if seat is not None:
                seats.append(seat)
    held = frozenset().union(*(seat.controllers for seat in seats))
    return tuple(seats) if held == {"memory", "pids"} else ()


def _find_own(mount: Path, path: str) -> Path | None:
    """The own group; inside a container its path is the host's and only the mount is there."""
    for folder in (mount / path.lstrip("/"), mount):
        if (folder / "cgroup.procs").exists():
            return folder
    return None


def _find_unified(root: Path, path: str) -> Seat | None:
    """The nearest ancestor whose children get both controllers (version 2).

    A group that holds processes cannot hand controllers to children, so the own group itself
    is of use only where it is the root.
    """
    own = root / path.lstrip("/")
    for folder in (own, *own.parents):
        if not folder.is_relative_to(root):
            break
        with contextlib.suppress(OSError):
            given = (folder / "cgroup.subtree_control").read_text().split()
            if {"memory", "pids"} <= set(given) and _can_make(folder):
                return Seat(folder, frozenset({"memory", "pids"}), 2)
    return None


def _can_make(folder: Path) -> bool:
    trial = folder / f"{_PREFIX}{secrets.token_hex(6)}"
    try:
        trial.mkdir()
        trial.rmdir()
    except OSError:
        return False
    return True


@contextlib.contextmanager
def make_groups(seats: tuple[Seat, ...], memory_mib: int, processes: int) -> Iterator[Groups]:
    """Make the groups of one attempt and remove them afterwards. Raises OSError."""
    made: list[Path] = []
    try:
        for seat in seats:
            folder = seat.folder / f"{_PREFIX}{secrets.token_hex(6)}"
            folder.mkdir()
            made.append(folder)
            for name, amount in _name_limits(seat, memory_mib * 1024 * 1024, processes):
                file = folder / name
                # Swap accounting is a choice of the kernel's; without it the file is missing.
                if file.exists() or "sw" not in name:
                    file.write_text(str(amount))
        yield Groups(tuple(made))
    finally:
        for folder in made:
            _remove(folder)


def _name_limits(seat: Seat, memory: int, processes: int) -> tuple[tuple[str, int], ...]:
    limits: list[tuple[str, int]] = []
    if "pids" in seat.controllers:
        limits.append(("pids.max", processes))
    if "memory" in seat.controllers and seat.version == 2:
        limits += [("memory.max", memory), ("memory.swap.max", 0)]
    elif "memory" in seat.controllers:
        limits += [("memory.limit_in_bytes", memory), ("memory.memsw.limit_in_bytes", memory)]
    return tuple(limits)


def _remove(folder: Path) -> None:
    for _ in range(50):
        try:
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            # A process that was just collected may be counted for a moment longer.
            time.sleep(0.01)
        else:
            return


def _read_field(file: Path, field: str) -> int:
    with contextlib.suppress(OSError, ValueError):
        for line in file.read_text().splitlines():
            name, _, amount = line.partition(" ")
            if name == field:
                return int(amount)
    return 0
