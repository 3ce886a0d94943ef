"""Whole folders as git and DVC leave them, judged: any other byte of what is kept is noticed."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.gates.panels.choice import choose_panel
from agents.records import Light, Stage
from sandbox.oracle import Oracle
from sandbox.oracles.dvc import DvcOracle
from sandbox.oracles.git import GitOracle
from sandbox.oracles.store import Store
from sandbox.witness.testimony import Testimony as Heard
from tests.agents.gates.exhibits import ENTRY, digits
from tests.sandbox.oracles.repositories import add_with_dvc, commit, git, start

BYTES = b"weights" * 40
BACK = json.dumps({"restored": {"model.pt": True}})
GIT = Stage("inline", "version_control", "gitpython", asked={"models": "model", "tagged": "tag"})
DVC = Stage("inline", "version_control", "dvc", asked={"models": "model"})
_KEPT: dict[str, Path] = {}


def make(how: str) -> Path:
    """A folder whose model is kept by git or by DVC; made once."""
    if how not in _KEPT:
        folder = Path(tempfile.mkdtemp(prefix="mlgraft-kept-"))
        start(folder)
        if how == "git":
            (folder / "model.pt").write_bytes(BYTES)
            git(folder, "add", "model.pt")
            git(folder, "commit", "-q", "-m", "Model")
            git(folder, "tag", "v1")
        else:
            (folder / ".dvc").mkdir()
            add_with_dvc(folder, "model.pt", BYTES)
            commit(folder)
        (folder / "notes.txt").write_bytes(b"unrelated")
        _KEPT[how] = folder
    return _KEPT[how]


@contextmanager
def copy(how: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(make(how), name, dirs_exist_ok=True)
        yield Path(name)


def judge(stage: Stage, oracle: Oracle, folder: Path) -> Light:
    exhibit = digits()
    original = replace(
        exhibit.baselines[0], store=Store("", data={"model.pt": ""}), products={"model.pt": ""}
    )
    # Its bytes differ between two runs of the original: only the folder can tell.
    again = replace(original, products={"model.pt": "other"})
    panel = choose_panel(stage)
    assert panel is not None
    store = oracle.read(folder, Heard(), BACK)
    shown = replace(
        exhibit,
        stage=stage,
        after={ENTRY: f"import git\n{exhibit.after[ENTRY]}"},
        baselines=(original, again),
        observed=replace(exhibit.observed, store=store, products={"model.pt": ""}),
    )
    return panel.store(shown).light


def spoil(path: Path, place: int, mask: int) -> None:
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= mask
    path.chmod(0o644)
    path.write_bytes(data)


PLACES, MASKS = st.integers(0, 2**16), st.integers(1, 255)
SLOWLY = settings(max_examples=15, deadline=None)


@SLOWLY
@given(PLACES, MASKS)
def test_any_other_byte_of_a_committed_model_is_noticed(place: int, mask: int) -> None:
    with copy("git") as folder:
        spoil(folder / "notes.txt", place, mask)
        assert judge(GIT, GitOracle(), folder) == "pass"
        spoil(folder / "model.pt", place, mask)
        assert judge(GIT, GitOracle(), folder) == "fail"


@SLOWLY
@given(PLACES, MASKS)
def test_any_other_byte_of_the_object_that_git_keeps_is_noticed(place: int, mask: int) -> None:
    with copy("git") as folder:
        name = git(folder, "rev-parse", "HEAD:model.pt")
        kept = folder / ".git" / "objects" / name[:2] / name[2:]
        before = kept.read_bytes()
        spoil(kept, place, mask)
        light = judge(GIT, GitOracle(), folder)
        # The last bytes are a sum that zlib checks itself; a flag of its header may say the same.
        same = GitOracle().read(folder, Heard(), "").unreadable == ""
        kept.write_bytes(before)
        assert light == ("pass" if same else "fail")
        assert judge(GIT, GitOracle(), folder) == "pass"


@SLOWLY
@given(st.sampled_from(["model.pt", "cache"]), PLACES, MASKS)
def test_any_other_byte_of_what_dvc_keeps_is_noticed(which: str, place: int, mask: int) -> None:
    with copy("dvc") as folder:
        spoil(folder / "notes.txt", place, mask)
        assert judge(DVC, DvcOracle(), folder) == "pass"
        (cached,) = (path for path in (folder / ".dvc" / "cache").rglob("*") if path.is_file())
        spoil(folder / "model.pt" if which == "model.pt" else cached, place, mask)
        assert judge(DVC, DvcOracle(), folder) == "fail"


@SLOWLY
@given(st.integers(0, 31), st.sampled_from("0123456789abcdef"))
def test_any_other_digit_of_the_hash_is_noticed(place: int, digit: str) -> None:
    with copy("dvc") as folder:
        metafile = folder / "model.pt.dvc"
        text = metafile.read_text()
        at = text.index("md5: ") + 5 + place
        metafile.write_text(f"{text[:at]}{digit}{text[at + 1 :]}")
        same = text[at] == digit
        assert judge(DVC, DvcOracle(), folder) == ("pass" if same else "fail")
