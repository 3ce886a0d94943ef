import math
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.oracles.mlflow_database import read_database
from sandbox.oracles.mlflow_tracking import (
    is_store_file,
    plant_template,
    read_store,
    store_variables,
)
from tests.sandbox.oracles.stores import insert_point, insert_run, make_database


def test_a_folder_without_a_store_has_none(tmp_path: Path) -> None:
    store = read_store(tmp_path)
    assert (store.schema, store.runs, store.unreadable) == ("", (), "")


def test_a_run_is_read_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    make_database(
        tmp_path,
        insert_run(),
        insert_point(0.5),
        "INSERT INTO params VALUES ('lr', '0.1', 'r1')",
        "INSERT INTO tags VALUES ('mlflow.parentRunId', 'r0', 'r1')",
    )
    store = read_store(tmp_path)
    assert store.schema == "mlflow sqlite dc11669786a5 (MLflow 3.11 to 3.17)"
    (run,) = store.runs
    assert (run.id, run.name, run.experiment, run.status) == ("r1", "train", "Default", "FINISHED")
    assert (run.parent, run.params) == ("r0", {"lr": "0.1"})
    assert [(point.value, point.step) for point in run.metrics["loss"]] == [(0.5, 0)]


def test_a_history_is_sorted_by_step_and_keeps_the_order_of_writing(tmp_path: Path) -> None:
    make_database(tmp_path, insert_run(), insert_point(0.2, step=1), insert_point(0.9, step=0))
    (run,) = read_store(tmp_path).runs
    assert [(point.step, point.order) for point in run.metrics["loss"]] == [(0, 1), (1, 0)]


def test_nan_and_infinities_come_back_as_they_were_logged(tmp_path: Path) -> None:
    points = [insert_point(0.0, nan=1), insert_point(1.7976931348623157e308, step=1)]
    make_database(tmp_path, insert_run(), *points, insert_point(-1.7976931348623157e308, step=2))
    (run,) = read_store(tmp_path).runs
    nan, above, below = (point.value for point in run.metrics["loss"])
    assert math.isnan(nan)
    assert (above, below) == (math.inf, -math.inf)


def test_a_deleted_run_is_left_out(tmp_path: Path) -> None:
    make_database(tmp_path, insert_run(stage="deleted"), insert_point(0.5))
    assert read_store(tmp_path).runs == ()


@pytest.mark.parametrize("place", ["/job", "file:///job", ".", "/job/somewhere"])
def test_artifacts_are_found_wherever_the_run_saw_its_folder(tmp_path: Path, place: str) -> None:
    make_database(tmp_path, insert_run(place=place))
    below = "somewhere" if "somewhere" in place else "."
    folder = tmp_path / below / "mlruns/0/r1/artifacts"
    (folder / "plots").mkdir(parents=True)
    (folder / "plots/roc.png").write_bytes(b"")
    (folder / "model.txt").write_bytes(b"")
    (run,) = read_store(tmp_path).runs
    assert run.artifacts == ("model.txt", "plots/roc.png")


def test_links_out_of_the_work_folder_are_not_followed(tmp_path: Path) -> None:
    work, outside = tmp_path / "work", tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("x")
    (work / "mlruns/0/r1").mkdir(parents=True)
    (work / "mlruns/0/r1/artifacts").symlink_to(outside)
    make_database(work, insert_run())
    (run,) = read_store(work).runs
    assert run.artifacts == ()


def test_artifacts_above_the_work_folder_are_not_listed(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (tmp_path / "r1/artifacts").mkdir(parents=True)
    (tmp_path / "r1/artifacts/secret.txt").write_text("x")
    make_database(work, insert_run().replace("/job/mlruns/0", "/job/.."))
    (run,) = read_store(work).runs
    assert run.artifacts == ()


def test_a_transaction_that_was_killed_is_rolled_back(tmp_path: Path) -> None:
    path = make_database(tmp_path, insert_run(), insert_point(0.5))
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute(insert_point(0.7, step=1))
        writer.commit()
        writer.execute(insert_point(0.9, step=2))
        (run,) = read_store(tmp_path).runs
        assert [point.value for point in run.metrics["loss"]] == [0.5, 0.7]


def test_a_database_locked_by_another_process_is_read_all_the_same(tmp_path: Path) -> None:
    path = make_database(tmp_path, insert_run())
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        assert len(read_store(tmp_path).runs) == 1


def test_garbage_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_bytes(b"SQLite format 3\0" + os.urandom(5000))
    store = read_store(tmp_path)
    assert store.runs == ()
    assert "cannot be read" in store.unreadable


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_damaged_database_never_raises(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    path = make_database(folder, insert_run(), insert_point(0.5))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 40))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content[: data.draw(st.integers(0, len(content)))]))
    store = read_store(folder)
    assert store.unreadable or store.schema


@pytest.mark.parametrize(
    ("statements", "word"),
    [
        (("DROP TABLE metrics",), "metrics"),
        (
            (
                "ALTER TABLE metrics RENAME TO m",
                "CREATE VIEW metrics AS SELECT 'loss' key, 0.1 value, 1 timestamp, "
                "'r1' run_uuid, 0 step, 0 is_nan",
            ),
            "plain table",
        ),
        (("DELETE FROM alembic_version",), "layout"),
        (("ALTER TABLE runs DROP COLUMN status",), "status"),
        ((insert_run(), insert_point("much")), "not a number"),
    ],
)
def test_what_mlflow_did_not_write_is_unreadable(
    tmp_path: Path, statements: tuple[str, ...], word: str
) -> None:
    make_database(tmp_path, *statements)
    store = read_store(tmp_path)
    assert store.runs == ()
    assert word in store.unreadable


def test_too_many_points_are_unreadable(tmp_path: Path) -> None:
    path = make_database(tmp_path, insert_run(), *(insert_point(0.5, step) for step in range(9)))
    assert read_database(path, tmp_path, max_points=9).unreadable == ""
    assert "more than 8" in read_database(path, tmp_path, max_points=8).unreadable


def test_a_database_that_takes_for_ever_is_given_up(tmp_path: Path) -> None:
    many = (
        "INSERT INTO params WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
        "WHERE i < 20000) SELECT i, i, 'r1' FROM n"
    )
    path = make_database(tmp_path, insert_run(), many)
    assert "interrupted" in read_database(path, tmp_path, seconds=-1).unreadable


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_a_store_that_is_no_ordinary_file_is_unreadable(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "mlflow.db"
    if kind == "link":
        path.symlink_to("/etc/hostname")
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    assert "ordinary file" in read_store(tmp_path).unreadable


def test_a_store_of_plain_files_is_read(tmp_path: Path) -> None:
    run = tmp_path / "mlruns/0/r1"
    for folder in ("metrics/val", "params", "tags", "artifacts"):
        (run / folder).mkdir(parents=True)
    (tmp_path / "mlruns/0/meta.yaml").write_text("name: Default\nexperiment_id: '0'\n")
    (run / "meta.yaml").write_text("lifecycle_stage: active\nstatus: 3\nrun_name: train\n")
    (run / "metrics/val/loss").write_text("5 0.5 1\n6 nan 2\n")
    (run / "params/lr").write_text("0.1")
    (run / "artifacts/a.txt").write_text("x")
    store = read_store(tmp_path)
    (found,) = store.runs
    assert store.schema == "mlflow files"
    assert (found.status, found.experiment, found.name) == ("FINISHED", "Default", "train")
    assert [point.step for point in found.metrics["val/loss"]] == [1, 2]
    assert (found.params, found.artifacts) == ({"lr": "0.1"}, ("a.txt",))
    (run / "metrics/val/loss").write_text("5 high 1\n")
    assert "did not write" in read_store(tmp_path).unreadable


def test_a_folder_that_only_keeps_artifacts_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "mlruns/0/r1/artifacts").mkdir(parents=True)
    assert read_store(tmp_path).schema == ""


@pytest.mark.parametrize(
    ("path", "belongs"),
    [
        ("mlflow.db", True),
        ("mlflow.db-wal", True),
        ("mlruns/0/r1/artifacts/a", True),
        ("mlartifacts/x", True),
        ("data/mlflow.db", False),
        ("model.pt", False),
        ("", False),
    ],
)
def test_files_of_the_store_are_told_apart(path: str, belongs: bool) -> None:
    assert is_store_file(path) is belongs


def test_the_address_stays_when_a_script_changes_its_folder() -> None:
    assert store_variables("/job/")["MLFLOW_TRACKING_URI"] == "sqlite:////job/mlflow.db"


def test_a_planted_template_keeps_its_artifacts_in_the_work_folder(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    plant_template(make_database(tmp_path), work, "/job")
    with closing(sqlite3.connect(work / "mlflow.db")) as connection:
        rows = connection.execute("SELECT artifact_location FROM experiments").fetchall()
    assert rows == [("/job/mlruns/0",)]
    assert read_store(work).runs == ()
