"""All of the patch, or nothing."""

import os
from pathlib import Path

import pytest

from agents.delivery import DeliveryError, deliver


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("original", "root"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_text("a = 1\n")
        (tmp_path / name / "b.py").write_bytes(b"\xef\xbb\xbfb = 1\r\n")
    return tmp_path / "original", tmp_path / "root"


def test_every_file_is_written_and_marks_and_modes_stay(folders: tuple[Path, Path]) -> None:
    original, root = folders
    (root / "a.py").chmod(0o755)
    changed = deliver(original, root, {"a.py": "a = 2\n", "b.py": "b = 2\r\n"})
    assert changed == ("a.py", "b.py")
    assert (root / "a.py").read_text() == "a = 2\n"
    assert (root / "a.py").stat().st_mode & 0o777 == 0o755
    assert (root / "b.py").read_bytes() == b"\xef\xbb\xbfb = 2\r\n"
    assert sorted(os.listdir(root)) == ["a.py", "b.py"]


def test_a_file_changed_since_stops_all_of_it(folders: tuple[Path, Path]) -> None:
    original, root = folders
    (root / "b.py").write_text("b = 7\n")
    with pytest.raises(DeliveryError, match=r"b\.py has changed"):
        deliver(original, root, {"a.py": "a = 2\n", "b.py": "b = 2\n"})
    assert (root / "a.py").read_text() == "a = 1\n"
    assert (root / "b.py").read_text() == "b = 7\n"


def test_applying_twice_changes_nothing_the_second_time(folders: tuple[Path, Path]) -> None:
    original, root = folders
    assert deliver(original, root, {"a.py": "a = 2\n"}) == ("a.py",)
    assert deliver(original, root, {"a.py": "a = 2\n"}) == ()


def test_a_file_that_is_gone_is_a_sentence(folders: tuple[Path, Path]) -> None:
    original, root = folders
    (root / "a.py").unlink()
    with pytest.raises(DeliveryError, match="Nothing was changed"):
        deliver(original, root, {"a.py": "a = 2\n"})


def test_a_link_stays_a_link(folders: tuple[Path, Path], tmp_path: Path) -> None:
    original, root = folders
    (root / "a.py").rename(tmp_path / "real.py")
    (root / "a.py").symlink_to(tmp_path / "real.py")
    deliver(original, root, {"a.py": "a = 2\n"})
    assert (root / "a.py").is_symlink()
    assert (tmp_path / "real.py").read_text() == "a = 2\n"
