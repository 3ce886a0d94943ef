import contextlib
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.oracles.choice import choose_oracle
from sandbox.oracles.dvc import DvcOracle
from sandbox.oracles.dvc_metafiles import MetafileError, parse_yaml, read_outputs
from sandbox.oracles.store import Store, Versioned
from sandbox.witness.testimony import Testimony as Heard
from tests.sandbox.oracles.repositories import (
    DATA,
    add_with_dvc,
    commit,
    git,
    keep,
    md5,
    point,
    start,
)

BACK = json.dumps({"restored": {"data.csv": True}})


def read(folder: Path, answer: str = BACK) -> Store:
    return DvcOracle().read(folder, Heard(), answer)


def read_one(folder: Path, answer: str = BACK) -> Versioned:
    store = read(folder, answer)
    assert not store.unreadable
    (item,) = store.versioned
    return item


def is_sound(item: Versioned) -> bool:
    return (
        bool(item.path and item.files and item.matches and item.cached and item.ignored)
        and not item.tracked
    )


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    start(folder)
    (folder / ".dvc").mkdir()
    add_with_dvc(folder)
    return folder


def test_the_oracle_of_dvc_is_found_by_its_name() -> None:
    assert isinstance(choose_oracle("dvc"), DvcOracle)


def test_a_file_that_is_kept_and_committed_is_read(work: Path) -> None:
    commit(work)
    item = read_one(work)
    assert is_sound(item)
    assert item.committed
    assert item.restored is True
    assert (item.path, item.metafile, item.digest) == ("data.csv", "data.csv.dvc", md5(DATA))


def test_a_commit_leads_through_its_metafile_to_the_bytes(work: Path) -> None:
    commit(work)
    (repository,) = read(work).repositories
    assert repository.commits[-1].kept == dict(read_one(work).files)


def test_a_metafile_that_changed_after_its_commit_is_not_committed(work: Path) -> None:
    commit(work)
    add_with_dvc(work, data=b"other\n")
    assert is_sound(read_one(work))
    assert not read_one(work).committed


def test_a_folder_is_read_file_by_file(work: Path) -> None:
    (work / "data.csv.dvc").unlink()
    (work / "images").mkdir()
    rows = []
    for name in ("a.txt", "b.txt"):
        (work / "images" / name).write_text(name)
        rows.append({"md5": keep(work, name.encode()), "relpath": name})
    digest = keep(work, json.dumps(rows).encode())
    place = work / ".dvc" / "cache" / "files" / "md5" / digest[:2]
    (place / digest[2:]).rename(place / f"{digest[2:]}.dir")
    (work / "images.dvc").write_text(point(f"{digest}.dir", "images"))
    (work / ".gitignore").write_text("/images\n")
    item = read_one(work, "")
    assert [path for path, _ in item.files] == ["images/a.txt", "images/b.txt"]
    assert item.matches
    (work / "images" / "b.txt").write_text("changed")
    assert not read_one(work, "").matches


def test_made_up_hashes_match_nothing(work: Path) -> None:
    (work / "data.csv.dvc").write_text(point("0" * 32, "data.csv"))
    item = read_one(work)
    assert not item.matches
    assert not item.cached


def test_data_in_git_is_tracked(work: Path) -> None:
    git(work, "add", "-f", "data.csv")
    assert read_one(work).tracked


def test_an_answer_can_be_anything(work: Path) -> None:
    for answer in ("", "x", "[]", "1", '{"restored": []}', '{"restored": {"data.csv": 1}}'):
        assert read_one(work, answer).restored is None
    assert read_one(work, '{"restored": {"data.csv": false}}').restored is False


def test_the_question_names_every_output_with_its_bytes(work: Path) -> None:
    question = DvcOracle().ask(work, Heard())
    assert question is not None
    (wanted,) = json.loads(question.arguments[0])
    assert wanted["files"] == dict(read_one(work).files)


def test_without_a_metafile_nothing_is_asked(tmp_path: Path) -> None:
    assert DvcOracle().ask(tmp_path, Heard()) is None
    assert read(tmp_path) == Store("")


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x", "s3://bucket/x", "."])
def test_an_output_outside_the_folder_is_not_read(work: Path, path: str) -> None:
    (work / "data.csv.dvc").write_text(point(md5(DATA), path))
    item = read_one(work)
    assert not item.path
    assert not item.files
    assert "outside the folder" in item.detail


def test_links_out_of_the_folder_are_not_followed(work: Path) -> None:
    (work.parent / "secret.csv").write_bytes(DATA)
    (work / "data.csv").unlink()
    (work / "data.csv").symlink_to(work.parent / "secret.csv")
    assert not is_sound(read_one(work))


def test_a_cache_outside_the_folder_is_none(work: Path) -> None:
    (work / ".dvc" / "config").write_text("[cache]\n    dir = ../../elsewhere\n")
    assert not read_one(work).cached


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        "outs: " + "[" * 5000 + "]" * 5000,
        "[" * 1_000_000,
        "a: 1\na: 2\n",
        "x: \x00",
        "? [1]\n: 2\n",
        "outs:\n- path: data.csv\n",
        "- 1\n",
    ],
)
def test_yaml_that_is_none_of_dvcs_is_refused_with_a_reason(work: Path, text: str) -> None:
    (work / "data.csv.dvc").write_text(text)
    assert read(work).unreadable
    assert DvcOracle().ask(work, Heard()) is None


def test_metafiles_of_dvc_2_are_not_known_here(work: Path) -> None:
    (work / "data.csv.dvc").write_text(f"outs:\n- md5: {md5(DATA)}\n  path: data.csv\n")
    assert read(work).unknown


def test_tags_of_yaml_make_no_objects() -> None:
    tree = parse_yaml("x", b"a: !!python/object/apply:os.system ['true']\n")
    assert tree == {"a": ("true",)}


def test_a_lock_is_read_stage_by_stage() -> None:
    outs = point(md5(DATA), "x").replace("\n", "\n    ")
    data = f"schema: '2.0'\nstages:\n  make:\n    {outs}"
    (output,) = read_outputs("sub/dvc.lock", data.encode())
    assert output.path == "sub/x"


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(MetafileError):
        read_outputs("x.dvc", data)


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["data", "cache", "digest"]),
    st.integers(min_value=0, max_value=31),
    st.integers(min_value=1, max_value=255),
)
def test_any_byte_changed_in_data_cache_or_hash_is_noticed(
    what: str, place: int, mask: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start(folder)
        (folder / ".dvc").mkdir()
        add_with_dvc(folder)
        (folder / "notes.txt").write_text(f"{place}")  # an edit beside the point
        assert is_sound(read_one(folder))
        digest = md5(DATA)
        if what == "digest":
            other = "0123456789abcdef"[(int(digest[place], 16) + 1 + mask % 15) % 16]
            (folder / "data.csv.dvc").write_text(
                point(digest[:place] + other + digest[place + 1 :], "data.csv")
            )
        else:
            cached = folder / ".dvc/cache/files/md5" / digest[:2] / digest[2:]
            target = folder / "data.csv" if what == "data" else cached
            data = bytearray(DATA)
            data[place % len(data)] ^= mask
            target.write_bytes(data)
        assert not is_sound(read_one(folder))


def remember(work: Path, url: str) -> None:
    (work / ".dvc" / "config").write_text(f"[core]\n['remote \"near\"']\n    url = {url}\n")


def fill(work: Path, remote: str, data: bytes = DATA) -> None:
    digest = md5(DATA)
    place = work / remote / "files" / "md5" / digest[:2] / digest[2:]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)


@pytest.mark.parametrize("url", ["../shelf", "/job/shelf"])
def test_what_a_remote_in_the_work_folder_holds_was_pushed(work: Path, url: str) -> None:
    home = work / ".vcs-home" / "dvc"
    home.mkdir(parents=True)
    (home / "config").write_text("['remote \"storage\"']\n    url = /job/.vcs-home/remote\n")
    remember(work, url)
    assert not read_one(work).pushed
    fill(work, "shelf")
    assert read_one(work).pushed
    fill(work, "shelf", b"other")
    assert not read_one(work).pushed


def test_the_remote_that_is_planted_counts_and_the_cache_is_no_remote(work: Path) -> None:
    remember(work, "cache")
    assert not read_one(work).pushed
    fill(work, ".vcs-home/remote")
    assert read_one(work).pushed


@pytest.mark.parametrize("url", ["../../shelf", "/elsewhere", "s3://bucket/x"])
def test_a_remote_out_of_the_work_folder_is_not_looked_at(work: Path, url: str) -> None:
    remember(work, url)
    fill(work.parent, "shelf")
    assert not read_one(work).pushed
