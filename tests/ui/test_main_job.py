"""`mlgraft adapt` as a person runs it: a real environment, real runs, kills, and what is left."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
DEMO = ROOT / "evals" / "cases" / "experiment_tracking" / "digits_sklearn" / "before" / "train.py"
INPUTS = ROOT / "tests" / "inputs"
TRACK = "Track this run with MLflow"
GATES = ["build", "runs", "store", "witness", "behaviour", "residue", "diff"]
DEADLINE = 600
SMALL = '''\
"""Perceptron on the AND of two numbers."""
import random

RATE = 0.5
random.seed(3)
points = [(random.random(), random.random()) for _ in range(60)]
targets = [int(x + y > 1.0) for x, y in points]
weights = [0.0, 0.0, 0.0]
for (x, y), target in zip(points * 5, targets * 5):
    step = RATE * (target - int(weights[0] + weights[1] * x + weights[2] * y > 0))
    weights = [weights[0] + step, weights[1] + step * x, weights[2] + step * y]
correct = 0
for (x, y), target in zip(points, targets):
    correct += int(weights[0] + weights[1] * x + weights[2] * y > 0) == target
accuracy = correct / len(points)
print(f"accuracy: {accuracy:.3f}")
'''

pytestmark = pytest.mark.environment


def _command(runs: Path, *words: str | Path) -> list[str]:
    return [sys.executable, "-m", "ui", *map(str, words), "--runs", str(runs)]


def _run(runs: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # our own command
        _command(runs, *words),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE,
    )


@pytest.fixture
def script(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    return Path(shutil.copy(DEMO, folder / "train.py"))


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


def test_the_demo_is_accepted_and_its_patch_does_what_it_says(script: Path, runs: Path) -> None:
    before = script.read_bytes()
    done = _run(runs, "adapt", script, TRACK, "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["schema"], answer["outcome"], answer["passes"]) == (1, "accepted", 3)
    assert [list(item["gates"]) for item in answer["attempts"]] == [GATES] * 3
    assert {item["status"] for item in answer["attempts"]} == {"ok"}
    assert answer["plan"]["stages"][0]["functionality"] == "experiment_tracking"
    assert re.fullmatch(r"3\.\d+\.\d+", answer["plan"]["stages"][0]["version"])
    names = {item["name"]: item for item in answer["evidence"]}
    assert names["mlflow.log_metric"]["file"] == "mlflow/tracking/fluent.py"
    assert names["mlflow.log_metric"]["line"] > 1
    assert answer["cost"]["usd"] == 0.0
    assert script.read_bytes() == before

    subprocess.run(  # git, with the patch just made
        ["git", "apply", "-"],
        cwd=script.parent,
        input=answer["patch"],
        text=True,
        check=True,
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(script.parent.parent)},
    )
    assert script.read_bytes() != before
    _check_by_hand(script, runs, answer["run"])


def _check_by_hand(script: Path, runs: Path, run: str) -> None:
    """Run the adapted script outside mlgraft; its store must hold what it prints."""
    events = (runs / run / "events.jsonl").read_text().splitlines()
    prepared = next(item for item in map(json.loads, events) if item["kind"] == "Prepared")
    uri = f"sqlite:///{script.parent / 'mlflow.db'}"
    said = subprocess.run(  # the environment just built
        [prepared["record"]["python"], script.name],
        cwd=script.parent,
        capture_output=True,
        text=True,
        check=True,
        timeout=DEADLINE,
        env={"MLFLOW_TRACKING_URI": uri, "PATH": os.environ["PATH"]},
    ).stdout
    printed = [float(number) for number in re.findall(r"\d\.\d{4}", said)]
    with closing(sqlite3.connect(script.parent / "mlflow.db")) as store:
        assert store.execute("SELECT status FROM runs").fetchall() == [("FINISHED",)]
        logged = [round(row[0], 4) for row in store.execute("SELECT value FROM metrics")]
    assert printed
    assert sorted(logged) == sorted(printed)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A script that imports next to nothing, for tests of what lies around it."""
    folder = tmp_path / "small"
    folder.mkdir()
    path = folder / "train.py"
    path.write_text(SMALL)
    return path


@pytest.fixture(scope="module")
def whole_patch(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The patch of a run that nobody disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    script = folder / "train.py"
    script.write_text(SMALL)
    done = _run(folder / "runs", "adapt", script, TRACK, "--no-progress")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("kind", ["Request", "Prepared", "Attempted", "Candidate", "Verdict"])
def test_a_killed_run_resumes_to_the_same_patch_and_loses_no_record(
    kind: str, whole_patch: str, small: Path, runs: Path
) -> None:
    with subprocess.Popen(  # our own command
        _command(runs, "adapt", small, TRACK), cwd=ROOT, stdout=subprocess.DEVNULL
    ) as process:
        kept = _wait_for_event(runs, kind)
        process.send_signal(signal.SIGKILL)
    run = next(path.name for path in runs.iterdir() if not path.name.startswith("."))
    assert not (runs / run / "report.json").exists()
    resumed = _run(runs, "runs", "resume", run)
    assert resumed.returncode == 0, resumed.stderr
    assert resumed.stdout == whole_patch
    after = (runs / run / "events.jsonl").read_bytes().splitlines()
    assert after[: len(kept)] == kept
    assert [json.loads(line)["seq"] for line in after] == list(range(1, len(after) + 1))


def _wait_for_event(runs: Path, kind: str) -> list[bytes]:
    """Wait until a record of this kind is on disk; hand back all lines until then."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        for path in runs.glob("*/events.jsonl"):
            whole, _, _ = path.read_bytes().rpartition(b"\n")
            lines = whole.splitlines()
            if any(json.loads(line)["kind"] == kind for line in lines):
                return lines
        time.sleep(0.01)
    raise AssertionError(f"the run never wrote a {kind}")


def test_ctrl_c_changes_nothing(small: Path, runs: Path) -> None:
    before = small.read_bytes()
    with subprocess.Popen(  # our own command
        # A job in the background of a shell has Ctrl-C ignored, and so would what it starts.
        ["env", "--default-signal=INT", *_command(runs, "adapt", small, TRACK)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        _wait_for_event(runs, "Prepared")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=DEADLINE)
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1] == "Stopped. Nothing was changed."
    assert small.read_bytes() == before


def test_two_runs_at_once_on_one_script_both_pass_and_one_is_applied(
    small: Path, runs: Path
) -> None:
    both = [
        subprocess.Popen(  # our own command
            _command(runs, "adapt", small, TRACK, "--apply", "--passes", "1"),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=DEADLINE)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert "mlflow.log_metric" in small.read_text()
    assert small.read_text().count("import mlflow") == 1
    assert len([path for path in runs.iterdir() if not path.name.startswith(".")]) == 2


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("fails_at_start.py", [], "does not run"),
        ("never_ends.py", ["--attempt-seconds", "8"], "--attempt-seconds"),
        ("wants_network.py", [], "--network"),
        ("unseeded.py", [], "seed"),
    ],
)
def test_an_original_that_cannot_be_a_baseline_ends_with_the_reason(
    name: str, options: list[str], said: str, runs: Path
) -> None:
    before = (INPUTS / name).read_bytes()
    done = _run(runs, "adapt", INPUTS / name, TRACK, "--json", *options)
    assert done.returncode == 1, done.stderr
    answer = json.loads(done.stdout)
    assert answer["outcome"] == "not_accepted"
    assert said in answer["summary"]
    assert (INPUTS / name).read_bytes() == before


@pytest.mark.parametrize("name", ["bom.py", "crlf.py", "tabs.py", "secret_options.py"])
def test_odd_files_keep_their_oddity(name: str, runs: Path, tmp_path: Path) -> None:
    script = Path(shutil.copy(INPUTS / name, tmp_path / name))
    done = _run(runs, "adapt", script, TRACK, "--apply", "--passes", "1")
    assert done.returncode == 0, done.stderr
    before, after = (INPUTS / name).read_bytes(), script.read_bytes()
    assert after.startswith(b"\xef\xbb\xbf") == before.startswith(b"\xef\xbb\xbf")
    if b"\r\n" in before:
        assert after.count(b"\n") == after.count(b"\r\n")
    if b"\n\t" in before:
        assert b"\n    " not in after
    assert b"mlflow.log_metric(" in after


def test_a_script_runs_in_an_environment_of_ones_own(
    small: Path, runs: Path, ml_python: Path
) -> None:
    done = _run(runs, "adapt", small, TRACK, "--python", ml_python, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "accepted"
