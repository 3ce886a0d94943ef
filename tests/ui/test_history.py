"""Earlier runs: listed, shown, resumed, applied."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agents.journal import take_up
from agents.records import Candidate, Plan, Report, Request, Stage
from agents.settings import Settings
from ui.cli import main

RUN = "20261123-104502-k3fa"
PATCH = "--- a/train.py\n+++ b/train.py\n@@ -1 +1,2 @@\n print(1)\n+print(2)\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "train.py").write_text("print(1)\n")
    return folder


def _record(tmp_path: Path, root: Path, outcome: str) -> None:
    request = Request(
        RUN,
        "track",
        str(root / "train.py"),
        str(root),
        "train.py",
        ("python", "train.py"),
        Settings(),
    )
    with take_up(tmp_path / "runs", request) as journal:
        journal.write(request)
        journal.write(Plan((Stage("inline", "experiment_tracking", "mlflow"),)))
        journal.write(Candidate(1, 0, "rules", "explicit", {"train.py": "print(1)\nprint(2)\n"}))
        if outcome == "accepted":
            journal.finish(Report("accepted", "Passed.", PATCH, 1, ("train.py",), 1, 0, 3))
        elif outcome:
            journal.finish(Report("not_accepted", "Failed.", PATCH, 1, ("train.py",), 1, 0, 0))


def _runs(tmp_path: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["runs", *words, "--runs", str(tmp_path / "runs")])


def test_an_accepted_patch_is_applied_once(tmp_path: Path, root: Path) -> None:
    _record(tmp_path, root, "accepted")
    assert _runs(tmp_path, "apply", RUN).exit_code == 0
    assert (root / "train.py").read_text() == "print(1)\nprint(2)\n"
    again = _runs(tmp_path, "apply", RUN)
    assert again.exit_code == 0
    assert "nothing was changed" in again.stderr


@pytest.mark.parametrize("outcome", ["not_accepted", ""])
def test_what_is_not_accepted_is_not_applied(tmp_path: Path, root: Path, outcome: str) -> None:
    _record(tmp_path, root, outcome)
    result = _runs(tmp_path, "apply", RUN)
    assert result.exit_code == 1
    assert "Nothing was changed" in result.stderr
    assert (root / "train.py").read_text() == "print(1)\n"


def test_a_file_changed_since_is_left_alone(tmp_path: Path, root: Path) -> None:
    _record(tmp_path, root, "accepted")
    (root / "train.py").write_text("print(3)\n")
    result = _runs(tmp_path, "apply", RUN)
    assert result.exit_code == 1
    assert "has changed" in result.stderr
    assert (root / "train.py").read_text() == "print(3)\n"


def test_runs_are_listed_with_their_outcome(tmp_path: Path, root: Path) -> None:
    assert _runs(tmp_path, "list").exit_code == 0
    _record(tmp_path, root, "accepted")
    assert f"{RUN}  accepted" in _runs(tmp_path, "list").stdout
    rows = json.loads(_runs(tmp_path, "list", "--json").stdout)["runs"]
    assert rows == [
        {"run": RUN, "outcome": "accepted", "path": str(root / "train.py"), "request": "track"}
    ]


def test_a_run_is_shown_with_its_patch_or_as_the_object_of_adapt(
    tmp_path: Path, root: Path
) -> None:
    _record(tmp_path, root, "accepted")
    shown = _runs(tmp_path, "show", RUN)
    assert shown.stdout == PATCH
    assert "Passed." in shown.stderr
    answer = json.loads(_runs(tmp_path, "show", RUN, "--json").stdout)
    assert (answer["run"], answer["outcome"], answer["patch"]) == (RUN, "accepted", PATCH)
    assert answer["lines"] == {"added": 1, "removed": 0}


def test_an_unfinished_run_says_how_to_go_on(tmp_path: Path, root: Path) -> None:
    _record(tmp_path, root, "")
    assert f"mlgraft runs resume {RUN}" in _runs(tmp_path, "show", RUN).stderr
    assert json.loads(_runs(tmp_path, "show", RUN, "--json").stdout)["outcome"] == "stopped"


def test_a_run_that_has_ended_is_resumed_to_the_same_end(tmp_path: Path, root: Path) -> None:
    _record(tmp_path, root, "accepted")
    before = (tmp_path / "runs" / RUN / "events.jsonl").read_bytes()
    result = _runs(tmp_path, "resume", RUN)
    assert (result.exit_code, result.stdout) == (0, PATCH)
    assert (tmp_path / "runs" / RUN / "events.jsonl").read_bytes() == before


@pytest.mark.parametrize("verb", ["show", "resume", "apply"])
def test_an_unknown_run_is_a_sentence(tmp_path: Path, verb: str) -> None:
    result = _runs(tmp_path, verb, "nothing")
    assert result.exit_code == 3
    assert "There is no run 'nothing'" in result.stderr
