"""Control groups of both versions, on copies of their folders."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.runners.cgroup import Groups, find_seats, make_groups


def make_unified(root: Path, given: str = "cpu memory pids") -> Path:
    own = root / "user.slice" / "session.scope"
    own.mkdir(parents=True)
    (own / "cgroup.subtree_control").write_text("")
    (root / "user.slice" / "cgroup.subtree_control").write_text("pids")
    (root / "cgroup.subtree_control").write_text(given)
    listing = root / "own"
    listing.write_text("0::/user.slice/session.scope\n")
    return listing


def make_split(root: Path) -> Path:
    for name in ("memory/job", "pids"):
        (root / name).mkdir(parents=True)
        (root / name / "cgroup.procs").touch()
    listing = root / "own"
    listing.write_text("8:pids:/docker/1\n5:cpu,cpuacct:/\n4:memory:/job\n0::/\n")
    return listing


def test_version_2_takes_the_nearest_ancestor_that_hands_both_down(tmp_path: Path) -> None:
    (seat,) = find_seats(tmp_path, make_unified(tmp_path))
    assert (seat.folder, seat.version) == (tmp_path, 2)
    assert sorted(seat.controllers) == ["memory", "pids"]


def test_version_1_takes_the_own_group_or_what_of_it_is_mounted(tmp_path: Path) -> None:
    seats = find_seats(tmp_path, make_split(tmp_path))
    assert {seat.folder for seat in seats} == {tmp_path / "memory/job", tmp_path / "pids"}


def test_half_of_the_controllers_is_none(tmp_path: Path) -> None:
    assert find_seats(tmp_path, make_unified(tmp_path, given="memory")) == ()
    assert find_seats(tmp_path, tmp_path / "missing") == ()


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (make_unified, {"memory.max": "2097152", "memory.swap.max": None, "pids.max": "7"}),
        (make_split, {"memory.limit_in_bytes": "2097152", "pids.max": "7"}),
    ],
)
def test_the_limits_are_written_before_anything_joins(
    tmp_path: Path, make: Callable[[Path], Path], expected: dict[str, str | None]
) -> None:
    seats = find_seats(tmp_path, make(tmp_path))
    with make_groups(seats, memory_mib=2, processes=7) as groups:
        written = {
            path.name: path.read_text() for folder in groups.folders for path in folder.iterdir()
        }
        for folder in groups.folders:
            for path in folder.iterdir():
                path.unlink()
    assert written == {name: text for name, text in expected.items() if text is not None}
    assert not any(folder.exists() for folder in groups.folders)


@pytest.mark.parametrize(
    ("name", "text", "seen"),
    [
        ("memory.events", "low 0\noom 1\noom_kill 1\n", True),
        ("memory.events", "low 0\noom 3\noom_kill 0\n", False),
        ("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n", True),
        ("memory.oom_control", "garbage\noom_kill x\n", False),
    ],
)
def test_a_kill_for_want_of_memory_is_seen(
    tmp_path: Path, name: str, text: str, seen: bool
) -> None:
    (tmp_path / name).write_text(text)
    assert Groups((tmp_path,)).saw_oom() is seen
