"""A package that is installed looks as if it were not, to whoever asks in whichever way."""

import sys
from pathlib import Path

import pytest

from sandbox.witness.setup import witness_variables
from tests.sandbox.witness.witnessed import run_witnessed

pytestmark = pytest.mark.process

ASKING = """
import importlib.metadata
import importlib.util
import subprocess
import sys

def ask(name):
    try:
        __import__(name)
        return True
    except ModuleNotFoundError:
        return False

def version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None

named = {found.metadata["Name"] for found in importlib.metadata.distributions()}
print(ask("tracker"), ask("tracker.deep"), ask("trackers"))
print(importlib.util.find_spec("tracker") is not None)
print(version("tracker"), version("tracker-skinny"), version("trackers"))
print(sorted(name for name in named if name.startswith("tracker")))
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Two packages and a smaller build of one, installed."""
    folder = tmp_path / "library"
    for name in ("tracker", "trackers"):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").touch()
        (folder / name / "deep.py").touch()
    for name in ("tracker", "tracker_skinny", "trackers"):
        about = folder / f"{name}-1.0.dist-info"
        about.mkdir()
        shown = name.replace("_", "-")
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {shown}\nVersion: 1.0\n")
    return folder


def ask(tmp_path: Path, library: Path, *hidden: str) -> list[str]:
    variables = witness_variables(seed=0, hidden=hidden)
    ran = run_witnessed(tmp_path, ASKING, library=library, variables=variables)
    assert ran.code == 0, ran.stderr
    return ran.stdout.splitlines()


def test_nothing_is_hidden_unless_it_is_named(tmp_path: Path, library: Path) -> None:
    assert ask(tmp_path, library) == [
        "True True True",
        "True",
        "1.0 1.0 1.0",
        "['tracker', 'tracker-skinny', 'trackers']",
    ]


def test_what_is_hidden_is_not_found_in_any_way_and_its_neighbour_is(
    tmp_path: Path, library: Path
) -> None:
    assert ask(tmp_path, library, "tracker") == [
        "False False True",
        "False",
        "None None 1.0",
        "['trackers']",
    ]


def test_a_process_that_it_starts_does_not_find_it_either(tmp_path: Path, library: Path) -> None:
    text = "import subprocess, sys\nsubprocess.run([sys.executable, 'inner.py'], check=True)\n"
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "inner.py").write_text(ASKING)
    variables = witness_variables(seed=0, hidden=("tracker", "trackers"))
    ran = run_witnessed(
        tmp_path, text, library=library, variables=variables, python=Path(sys.executable)
    )
    assert ran.code == 0, ran.stderr
    assert ran.stdout.splitlines()[0] == "False False False"
