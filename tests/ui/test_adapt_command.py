"""Bad input: one or two sentences, the right exit code, and the user's files as they were."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ui.cli import main

INPUTS = Path(__file__).parent.parent / "inputs"
TRACK = "Track this run with MLflow"


@pytest.fixture(autouse=True)
def untouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MLGRAFT_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("MLGRAFT_CACHE", str(tmp_path / "cache"))
    before = {path: path.read_bytes() for path in INPUTS.iterdir() if path.is_file()}
    yield
    assert {path: path.read_bytes() for path in INPUTS.iterdir() if path.is_file()} == before


def _adapt(path: Path | str, text: str = TRACK, *options: str) -> Result:
    return CliRunner().invoke(main, ["adapt", str(path), text, *options])


def _sentence(result: Result, code: int) -> str:
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("mlgraft: ")
    assert lines[0].count(". ") <= 2
    assert "Traceback" not in result.stderr
    return lines[0]


def test_a_missing_path(tmp_path: Path) -> None:
    assert "does not exist" in _sentence(_adapt(tmp_path / "none.py"), 2)


def test_a_folder_without_python(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    assert "no Python script" in _sentence(_adapt(tmp_path), 2)


def test_a_binary_file(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_bytes(bytes(range(256)))
    assert "binary" in _sentence(_adapt(path), 2)


def test_a_file_of_25_mib(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_bytes(b"x = 1\n" * (25 * 2**20 // 6))
    assert "25.0 MiB" in _sentence(_adapt(path), 2)


def test_a_syntax_error() -> None:
    assert "not valid Python" in _sentence(_adapt(INPUTS / "syntax_error.py"), 2)


def test_a_notebook_says_that_notebooks_are_not_supported_yet() -> None:
    assert "not supported yet" in _sentence(_adapt(INPUTS / "notebook.ipynb"), 2)


def test_another_encoding() -> None:
    assert "not UTF-8" in _sentence(_adapt(INPUTS / "latin1.py"), 2)


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_an_empty_request(text: str) -> None:
    assert "request is empty" in _sentence(_adapt(INPUTS / "no_metric.py", text), 2)


def test_an_unusable_journal_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = _adapt(INPUTS / "no_metric.py", TRACK, "--runs", str(tmp_path / "file"))
    assert "journal folder" in _sentence(result, 3)


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--passes", "0"], 2, "--passes"),
        (["--coder", "gpt-4o"], 3, "--coder rules"),
        (["--data", "/no/such/data"], 3, "does not exist"),
        (["--sandbox", "docker"], 3, "container"),
        (["--json", "--events", "jsonl"], 2, "--json and --events"),
        (["--config", "/no/such/file.toml"], 2, "configuration"),
    ],
)
def test_options_that_cannot_be(options: list[str], code: int, said: str) -> None:
    assert said in _sentence(_adapt(INPUTS / "no_metric.py", TRACK, *options), code)


def test_an_unknown_option_is_a_usage_error() -> None:
    assert _adapt(INPUTS / "no_metric.py", TRACK, "--colour").exit_code == 2


def test_a_request_that_names_nothing_known_is_refused() -> None:
    result = _adapt(INPUTS / "no_metric.py", "make me a sandwich", "--json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer["outcome"] == "refused"
    assert answer["plan"] == {"stages": []}
    assert [item["rule"] for item in answer["refusals"]] == ["unknown-functionality"]


def test_a_functionality_without_rules_is_refused_before_anything_runs() -> None:
    result = _adapt(INPUTS / "unseeded.py", "tune it with Optuna", "--json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer["outcome"] == "refused"
    assert answer["plan"]["stages"][0]["functionality"] == "hyperparameter_optimization"
    assert answer["attempts"] == []


def test_a_script_without_a_metric_is_refused_with_line_and_rule() -> None:
    result = _adapt(INPUTS / "no_metric.py", TRACK, "--json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert (answer["outcome"], answer["patch"], answer["passes"]) == ("refused", "", 0)
    assert answer["refusals"]
    assert all(set(item) == {"line", "rule", "reason"} for item in answer["refusals"])


def test_a_script_already_tracked_is_said_to_be() -> None:
    result = _adapt(INPUTS / "already_tracked.py", TRACK)
    assert result.exit_code == 1
    assert "already" in result.stderr
    assert result.stdout == ""


def test_an_error_with_json_is_an_object_too(tmp_path: Path) -> None:
    result = _adapt(tmp_path / "none.py", TRACK, "--json")
    assert result.exit_code == 2
    answer = json.loads(result.stdout)
    assert answer["outcome"] == "error"
    assert "does not exist" in answer["summary"]


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    assert "Traceback" in _adapt(tmp_path / "none.py", TRACK, "--debug").stderr


def test_events_are_one_record_a_line_and_the_report_comes_last() -> None:
    result = _adapt(INPUTS / "no_metric.py", TRACK, "--events", "jsonl")
    kinds = [json.loads(line)["kind"] for line in result.stdout.splitlines()]
    assert kinds[0] == "Request"
    assert kinds[-1] == "Report"
    assert "Refusal" in kinds
