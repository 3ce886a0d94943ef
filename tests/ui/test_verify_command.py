"""`mlgraft verify`: what cannot be judged is said in one sentence, with the right exit code."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ui.cli import main

CASE = Path(__file__).parents[2] / "evals/cases/experiment_tracking/digits_sklearn"


def verify(before: Path, after: Path, *options: str) -> Result:
    claim = ("--functionality", "experiment_tracking", "--target", "mlflow")
    return CliRunner().invoke(main, ["verify", str(before), str(after), *claim, *options])


def test_a_missing_program_is_said_in_one_sentence(tmp_path: Path) -> None:
    result = verify(CASE / "before/train.py", tmp_path / "none.py")
    assert result.exit_code == 2
    assert result.stderr == f"mlgraft: {tmp_path / 'none.py'} does not exist.\n"
    assert result.stdout == ""


def test_an_unknown_functionality_lists_those_that_are_known() -> None:
    script = str(CASE / "before/train.py")
    words = ["verify", script, script, "--functionality", "pruning", "--target", "nncf"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert "model_optimization" in result.stderr


def test_with_json_an_error_is_an_object_too(tmp_path: Path) -> None:
    result = verify(CASE / "before/train.py", tmp_path / "none.py", "--json")
    answer = json.loads(result.stdout)
    assert answer["accepted"] is False
    assert answer["outcome"] == "error"
    assert "does not exist" in answer["reason"]


def test_two_ways_to_use_stdout_contradict_each_other() -> None:
    script = CASE / "before/train.py"
    assert verify(script, script, "--json", "--events", "jsonl").exit_code == 2


@pytest.mark.environment
@pytest.mark.parametrize(
    ("program", "code", "gate", "light"),
    [
        ("reference/train.py", 0, "witness", "pass"),
        ("before/train.py", 1, "diff", "fail"),
    ],
)
def test_a_pair_of_scripts_gets_a_verdict(  # one argument a thing that differs
    program: str, code: int, gate: str, light: str, ml_python: Path, tmp_path: Path
) -> None:
    result = verify(
        CASE / "before/train.py",
        CASE / program,
        *("--json", "--no-progress", "--python", str(ml_python), "--runs", str(tmp_path)),
    )
    assert result.exit_code == code, result.stderr
    answer = json.loads(result.stdout)
    assert answer["accepted"] is (code == 0)
    assert answer["gates"][gate] == light
    assert (answer["reason"] is None) is (code == 0)
    assert all(row["stopped_by"] for row in answer["sabotage"])
    assert len(answer["sabotage"]) == (3 if code == 0 else 0)
