"""Where environments lie, and which are removed."""

import os
import time
from pathlib import Path

from sandbox.environments.shelf import KEPT, MARK, SPARED_SECONDS, open_shelf


def put(folder: Path, name: str, days: float, *, whole: bool = True) -> None:
    """Lay a folder on the shelf as if it had been used that long ago."""
    place = folder / name
    place.mkdir()
    if whole:
        (place / MARK).write_text("{}")
    stamp = time.time() - days * SPARED_SECONDS
    for path in (place / MARK, place):
        if path.exists():
            os.utime(path, (stamp, stamp))


def test_the_least_lately_used_go_first_and_none_used_today(tmp_path: Path) -> None:
    shelf = open_shelf(tmp_path)
    for number in range(KEPT + 3):
        put(tmp_path, f"old{number:02}", days=100 - number)
    put(tmp_path, "today", days=0.1)
    put(tmp_path, ".building-x-1", days=2, whole=False)
    put(tmp_path, ".building-y-2", days=0.1, whole=False)
    shelf.prune()
    left = sorted(path.name for path in tmp_path.iterdir() if path.name not in ("index", "locks"))
    kept = [f"old{number:02}" for number in range(4, KEPT + 3)]
    assert left == [".building-y-2", *kept, "today"]


def test_a_shelf_full_of_todays_loses_nothing(tmp_path: Path) -> None:
    shelf = open_shelf(tmp_path)
    for number in range(KEPT + 5):
        put(tmp_path, f"new{number}", days=0.5)
    shelf.prune()
    assert len(list(tmp_path.iterdir())) == KEPT + 5 + 1


def test_what_was_noted_is_found_as_long_as_it_is_whole(tmp_path: Path) -> None:
    shelf = open_shelf(tmp_path)
    put(tmp_path, "abc", days=3)
    shelf.note("key", "abc", ("one", "two"))
    assert shelf.find("key") == ("abc", ("one", "two"))
    assert shelf.find("other") is None
    (tmp_path / "abc" / MARK).unlink()
    assert shelf.find("key") is None
    (tmp_path / "index" / "key.json").write_text("{broken")
    assert shelf.find("key") is None


def test_reading_counts_as_use(tmp_path: Path) -> None:
    shelf = open_shelf(tmp_path)
    put(tmp_path, "abc", days=30)
    shelf.read_mark("abc")
    assert time.time() - (tmp_path / "abc" / MARK).stat().st_mtime < SPARED_SECONDS / 2
