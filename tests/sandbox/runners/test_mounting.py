"""What a trial may read is placed and taken away without a trace."""

import os
import tempfile
from pathlib import Path

import pytest

from sandbox.runner import SandboxError
from sandbox.runners.mounting import (
    locate_target,
    open_backstage,
    place_links,
    place_points,
    remove_folder,
)
from sandbox.trial import Mount


@pytest.mark.parametrize("target", ["", ".", "..", "../out", "/etc/x", "a/../../b", "link/x"])
def test_a_mount_may_not_lead_out_of_the_folder(tmp_path: Path, target: str) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "link").symlink_to(tmp_path)
    (tmp_path / "data").touch()
    with pytest.raises(SandboxError, match="--data"):
        locate_target(tmp_path / "work", Mount(tmp_path / "data", target))


def test_a_mount_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="does not exist"):
        locate_target(tmp_path, Mount(tmp_path / "missing", "data"))


def test_links_leave_nothing_behind_but_what_the_run_made(tmp_path: Path) -> None:
    work, data = tmp_path / "work", tmp_path / "data"
    work.mkdir()
    data.mkdir()
    mounts = (Mount(data, "a/b/c"), Mount(data, "a/d"))
    with open_backstage() as backstage, place_links(work, mounts, backstage):
        (work / "a" / "new").touch()
        assert (work / "a" / "b" / "c").resolve() == data
    assert [str(path.relative_to(work)) for path in work.rglob("*")] == ["a", "a/new"]
    assert data.is_dir()


def test_a_link_that_the_run_replaced_does_not_reach_the_data(tmp_path: Path) -> None:
    work, data = tmp_path / "work", tmp_path / "data"
    work.mkdir()
    data.write_text("precious")
    with open_backstage() as backstage, place_links(work, (Mount(data, "d"),), backstage):
        (work / "d").unlink()
        (work / "d").mkdir()
        (work / "d" / "file").touch()
    assert os.listdir(work) == []
    assert data.read_text() == "precious"


def test_points_are_not_made_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "d").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "data").touch()
    mounts = (Mount(tmp_path / "data", "d"),)
    with pytest.raises(SandboxError, match="symbolic link"), place_points(tmp_path, mounts):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_the_backstage_goes_even_when_write_protected(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o500)
    with open_backstage() as backstage:
        deep = backstage / "tmp" / "deep"
        deep.mkdir()
        (deep / "file").touch()
        (deep / "link").symlink_to(outside)
        deep.chmod(0)
    assert not backstage.exists()
    assert outside.stat().st_mode & 0o777 == 0o500


def test_a_folder_goes_however_deep_it_is(tmp_path: Path) -> None:
    here = os.getcwd()
    # A thousand folders are removed at once in memory; on some disks it takes seconds.
    memory = Path("/dev/shm")
    place = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else tmp_path))
    try:
        os.chdir(place)
        for _ in range(1000):
            os.mkdir("deeper")
            os.chdir("deeper")
    finally:
        os.chdir(here)
    remove_folder(place)
    assert not place.exists()
