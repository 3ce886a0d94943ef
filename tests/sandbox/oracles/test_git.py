import hashlib
import os
import shutil
import struct
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.oracles.choice import choose_oracle
from sandbox.oracles.git import GitOracle
from sandbox.oracles.planting import PLANTED, makes_dvc_itself, plant_repository
from sandbox.oracles.store import Repository, Store
from sandbox.witness.testimony import Testimony as Heard
from tests.sandbox.oracles.repositories import git, start


def read(folder: Path) -> Store:
    return GitOracle().read(folder, Heard(), "")


def read_one(folder: Path) -> Repository:
    store = read(folder)
    assert not store.unreadable
    (repository,) = store.repositories
    return repository


def grow(folder: Path, versions: int = 3) -> None:
    start(folder)
    for number in range(versions):
        text = "".join(f"{row},{row * row}\n" for row in range(400)) + f"{number}\n"
        (folder / "data.csv").write_text(text)
        git(folder, "add", "data.csv")
        git(folder, "commit", "-q", "-m", f"Version {number}")


def test_the_oracle_of_gitpython_is_found_by_its_name() -> None:
    assert isinstance(choose_oracle("gitpython"), GitOracle)


def test_a_folder_without_a_repository_holds_nothing(tmp_path: Path) -> None:
    assert read(tmp_path) == Store("")


@pytest.mark.parametrize("packed", [False, True])
def test_commits_branches_tags_and_bytes_are_read(tmp_path: Path, packed: bool) -> None:
    grow(tmp_path)
    git(tmp_path, "tag", "v1")
    git(tmp_path, "tag", "-a", "v2", "-m", "annotated", "HEAD~1")
    git(tmp_path, "branch", "side", "HEAD~2")
    if packed:
        git(tmp_path, "gc", "-q", "--aggressive", "--prune=now")
        assert list((tmp_path / ".git" / "objects" / "pack").glob("*.pack"))
    found = read_one(tmp_path)
    assert found.head == git(tmp_path, "rev-parse", "HEAD")
    assert found.branch == "main"
    assert [one.message for one in found.commits] == [
        "State before the run",
        "Version 0",
        "Version 1",
        "Version 2",
    ]
    assert found.tags == {
        "v1": git(tmp_path, "rev-parse", "v1"),
        "v2": git(tmp_path, "rev-parse", "HEAD~1"),
    }
    assert found.branches["side"] == git(tmp_path, "rev-parse", "HEAD~2")
    now = hashlib.sha256((tmp_path / "data.csv").read_bytes()).hexdigest()
    assert found.commits[-1].files["data.csv"] == now == found.disk["data.csv"]
    assert found.index == {"train.py", "data.csv"}


def test_bytes_of_an_object_that_were_changed_are_noticed(tmp_path: Path) -> None:
    grow(tmp_path)
    first, second = (git(tmp_path, "rev-parse", f"HEAD{tail}:data.csv") for tail in ("", "~1"))
    objects = tmp_path / ".git" / "objects"
    target = objects / first[:2] / first[2:]
    target.unlink()
    shutil.copy(objects / second[:2] / second[2:], target)
    assert "another hash" in read(tmp_path).unreadable


@settings(max_examples=30, deadline=None)
@given(st.integers(min_value=0, max_value=2**20), st.integers(min_value=1, max_value=255))
def test_a_pack_with_any_byte_flipped_is_read_alike_or_refused(place: int, mask: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(_packed(), folder, dirs_exist_ok=True)
        honest = read(folder)
        (pack,) = (folder / ".git" / "objects" / "pack").glob("*.pack")
        data = bytearray(pack.read_bytes())
        data[place % len(data)] ^= mask
        pack.chmod(0o644)
        pack.write_bytes(data)
        found = read(folder)
        assert found.unreadable or found == honest


_PACKED: list[Path] = []


def _packed() -> Path:
    if not _PACKED:
        folder = Path(tempfile.mkdtemp(prefix="mlgraft-packed-"))
        grow(folder, 2)
        git(folder, "gc", "-q", "--prune=now")
        _PACKED.append(folder)
    return _PACKED[0]


def test_nothing_that_the_settings_name_is_run(tmp_path: Path) -> None:
    grow(tmp_path)
    trap, sprung = tmp_path / "trap.sh", tmp_path / "sprung"
    trap.write_text(f"#!/bin/sh\ntouch {sprung}\n")
    trap.chmod(0o755)
    with (tmp_path / ".git" / "config").open("a") as file:
        file.write(f"[core]\nfsmonitor = {trap}\nhooksPath = {tmp_path}\n")
        file.write(f'[filter "x"]\nclean = {trap}\nsmudge = {trap}\n[diff]\nexternal = {trap}\n')
    (tmp_path / ".gitattributes").write_text("* filter=x\n")
    assert len(read_one(tmp_path).commits) == 4
    assert not sprung.exists()


def test_links_are_not_followed(tmp_path: Path) -> None:
    secret, work = tmp_path / "secret", tmp_path / "work"
    work.mkdir()
    start(work)
    secret.write_text("ref: refs/heads/main\n")
    (work / ".git" / "HEAD").unlink()
    (work / ".git" / "HEAD").symlink_to(secret)
    assert "is a link" in read(work).unreadable


@pytest.mark.parametrize("name", ["commondir", "objects/info/alternates"])
def test_what_points_elsewhere_is_a_layout_that_is_not_known(tmp_path: Path, name: str) -> None:
    start(tmp_path)
    place = tmp_path / ".git" / name
    place.parent.mkdir(exist_ok=True)
    place.write_text("/somewhere\n")
    store = read(tmp_path)
    assert store.unknown
    assert name in store.unreadable


def test_a_huge_index_is_refused_without_being_read(tmp_path: Path) -> None:
    start(tmp_path)
    (tmp_path / ".git" / "index").write_bytes(struct.pack(">4sII", b"DIRC", 2, 2**31))
    assert "more than" in read(tmp_path).unreadable


def test_a_work_folder_is_planted_with_code_and_without_data(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("from dvc.repo import Repo\n")
    (tmp_path / "data.csv").write_bytes(b"1\n")
    plant_repository(tmp_path, str(tmp_path), dvc=True)
    plant_repository(tmp_path, str(tmp_path), dvc=True)
    found = read_one(tmp_path)
    assert [one.message for one in found.commits] == [PLANTED]
    assert set(found.commits[0].files) == {
        "train.py",
        ".dvc/config",
        ".dvc/.gitignore",
        ".dvcignore",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from dvc.repo import Repo\nRepo.init()\n", True),
        ("import dvc.repo as r\nr.Repo.init('.')\n", True),
        ("import subprocess\nsubprocess.run(['dvc', 'init'])\n", True),
        ("import os\nos.system('dvc init -q')\n", True),
        ("from git import Repo\nRepo.init()\n", False),
        ("from dvc.repo import Repo\nRepo().add('data')\n", False),
        ("def (", False),
    ],
)
def test_a_script_that_makes_dvc_itself_is_known(text: str, expected: bool) -> None:
    assert makes_dvc_itself(text) is expected


def test_a_script_that_makes_dvc_itself_finds_none(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("from dvc.repo import Repo\nRepo.init()\n")
    plant_repository(tmp_path, str(tmp_path), dvc=True)
    assert not (tmp_path / ".dvc").exists()
    assert (tmp_path / ".git").is_dir()
    assert os.listdir(tmp_path / ".vcs-home")
