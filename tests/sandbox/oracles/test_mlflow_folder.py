"""MLflow's store of plain files, read whole: every field of every run."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from sandbox.oracles.mlflow_artifacts import list_artifacts
from sandbox.oracles.mlflow_files import MAX_TEXT, read_files
from sandbox.oracles.mlflow_tracking import read_store, store_variables
from sandbox.oracles.store import Point, Store, TrackedRun


def lay(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / "mlruns" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


FULL = {
    "0/meta.yaml": "name: 'wine'\nlifecycle_stage: active\n",
    "0/aa/meta.yaml": "run_name: plain\nstatus: 3\nlifecycle_stage: active\n",
    "0/aa/params/lr": "0.1",
    "0/aa/params/deep/er": "x'y",
    "0/aa/metrics/loss": "20 0.5 1\n10 0.75 0\n20 nan 1\n",
    "0/aa/metrics/val/acc": "10 0.9\n",
    "0/aa/tags/mlflow.runName": "named",
    "0/aa/tags/mlflow.parentRunId": "bb",
    "0/aa/artifacts/plots/a.png": "",
    "0/bb/meta.yaml": 'run_name: "second"\nstatus: 4\n',
    "0/bb/metrics/loss": "",
    "0/cc/meta.yaml": "status: 3\nlifecycle_stage: deleted\n",
    "0/dd/notes.txt": "no run",
    "1/ee/meta.yaml": "status: 9\n",
    "1/ee/params/e": "\udcff".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    ".trash/2/ff/meta.yaml": "status: 3\n",
    "models/m/meta.yaml": "status: 3\n",
    "models/m/version-1/meta.yaml": "status: 3\n",
}


def test_everything_of_a_run_is_read_and_what_is_deleted_is_not(tmp_path: Path) -> None:
    store = read_files(lay(tmp_path, FULL) / "mlruns", tmp_path)
    first, second, third = store.runs
    assert store.schema == "mlflow files"
    assert repr(first.metrics["loss"]) == repr(
        (Point(0.75, 0, 1), Point(0.5, 1, 0), Point(float("nan"), 1, 2))
    )
    assert first == TrackedRun(
        id="aa",
        name="named",
        experiment="wine",
        status="FINISHED",
        parent="bb",
        params={"lr": "0.1", "deep/er": "x'y"},
        metrics={"loss": first.metrics["loss"], "val/acc": (Point(0.9, 0, 0),)},
        tags={"mlflow.runName": "named", "mlflow.parentRunId": "bb"},
        artifacts=("plots/a.png",),
    )
    assert second == TrackedRun("bb", "second", "wine", "FAILED", "", {}, {"loss": ()}, {}, ())
    assert (third.id, third.name, third.experiment, third.status) == ("ee", "", "1", "9")


def test_a_folder_without_runs_is_no_store(tmp_path: Path) -> None:
    lay(tmp_path, {"0/meta.yaml": "name: wine\n", "0/aa/artifacts/a.png": ""})
    assert read_files(tmp_path / "mlruns", tmp_path) == Store(schema="")
    assert read_files(tmp_path / "nowhere", tmp_path) == Store(schema="")


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (
            {"0/aa/meta.yaml": "status: 3\n", "0/aa/metrics/loss": "10 0.5 1 x y\nnonsense\n"},
            "The metric loss in mlruns has a line MLflow did not write.",
        ),
        (
            {"0/aa/meta.yaml": "status: 3\n", "0/aa/metrics/loss": "10 0.5 one\n"},
            "The metric loss in mlruns has a line MLflow did not write.",
        ),
        (
            {"0/aa/meta.yaml": "status: 3\n", "0/aa/params/big": "x" * (MAX_TEXT + 1)},
            "big in mlruns is too large to be read.",
        ),
    ],
)
def test_what_mlflow_did_not_write_is_said_and_nothing_is_half_read(
    tmp_path: Path, files: Mapping[str, str], reason: str
) -> None:
    store = read_files(lay(tmp_path, files) / "mlruns", tmp_path)
    assert store == Store(schema="", unreadable=reason)


def test_a_text_of_the_largest_size_is_read(tmp_path: Path) -> None:
    lay(tmp_path, {"0/aa/meta.yaml": "status: 3\n", "0/aa/params/big": "x" * MAX_TEXT})
    assert len(read_files(tmp_path / "mlruns", tmp_path).runs[0].params["big"]) == MAX_TEXT


def test_links_are_not_followed_and_bytes_that_are_no_text_are_shown_as_such(
    tmp_path: Path,
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("hunter2")
    lay(tmp_path, {"0/aa/meta.yaml": "status: 3\n", "0/aa/params/own": "1"})
    run = tmp_path / "mlruns/0/aa"
    (run / "params" / "linked").symlink_to(outside / "secret")
    (run / "params" / "folder").symlink_to(outside)
    (run / "tags").symlink_to(outside)
    (run / "artifacts").mkdir()
    (run / "artifacts" / "far").symlink_to(outside)
    (run / "artifacts" / "near").symlink_to(outside / "secret")
    (tmp_path / "mlruns/0/linked").symlink_to(run)
    (run / "params" / "odd").write_bytes(b"\xff")
    (only,) = read_files(tmp_path / "mlruns", tmp_path).runs
    assert only.params == {"own": "1", "odd": "\ufffd"}
    assert (only.tags, only.artifacts) == ({}, ())


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("mlruns/0/r1/artifacts", True),
        ("file:///job/mlruns/0/r1/artifacts", True),
        ("file:///job/ml%72uns/0/r1/artifacts", True),
        ("/job/mlruns/0/r1/artifacts", True),
        ("./mlruns/0/r1/artifacts", True),
        ("r1/artifacts", False),
        ("mlruns/0/other/artifacts", False),
        ("s3://bucket/0/r1/artifacts", False),
        ("file://[/r1/artifacts", False),
        ("mlruns/0/r1/\0artifacts", False),
        ("", False),
    ],
)
def test_an_artifact_folder_is_found_wherever_the_run_believed_it_to_be(
    tmp_path: Path, address: str, found: bool
) -> None:
    place = tmp_path / "mlruns/0/r1/artifacts"
    (place / "b").mkdir(parents=True)
    (place / "b" / "two.txt").touch()
    (place / "one.txt").touch()
    expected = ("b/two.txt", "one.txt") if found else ()
    assert list_artifacts(tmp_path, address, "r1") == expected


def test_both_kinds_of_store_are_read_together_or_neither_is(tmp_path: Path) -> None:
    lay(tmp_path, {"0/aa/meta.yaml": "status: 3\n"})
    (tmp_path / "mlflow.db").write_bytes(b"no database at all, but long enough to be looked at")
    store = read_store(tmp_path)
    assert store.runs == ()
    assert store.schema == ""
    assert store.unreadable.startswith("The MLflow database cannot be read")


def test_the_store_is_kept_below_the_work_folder_and_mlflow_stays_quiet() -> None:
    variables = store_variables("/job/")
    expected = {
        "MLFLOW_TRACKING_URI": "sqlite:////job/mlflow.db",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "MLFLOW_DISABLE_AGENT_HINT": "true",
        "GIT_PYTHON_REFRESH": "quiet",
    }
    assert {name: variables[name] for name in expected} == expected
    assert store_variables("/job") == variables
