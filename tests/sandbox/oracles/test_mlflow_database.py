"""MLflow's database, table by table: what is read of it, and why it cannot be."""

import math
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sandbox.oracles.mlflow_database import MAX_BYTES, read_database
from sandbox.oracles.mlflow_tracking import plant_template, read_store, template_script
from sandbox.oracles.store import ModelVersion, Point, Store, TrackedRun
from tests.sandbox.oracles.stores import insert_point, insert_run, make_database

REGISTRY = (
    "CREATE TABLE registered_models (name TEXT)",
    "CREATE TABLE model_versions (name TEXT, version INTEGER, run_id TEXT, source TEXT, "
    "storage_location TEXT, status TEXT, current_stage TEXT)",
    "CREATE TABLE registered_model_aliases (alias TEXT, version INTEGER, name TEXT)",
)
LOGGED = "CREATE TABLE logged_models (model_id TEXT, source_run_id TEXT, artifact_location TEXT)"


def read(folder: Path, *statements: str) -> Store:
    return read_database(make_database(folder, *statements), folder)


def refused(folder: Path, *statements: str) -> str:
    store = read(folder, *statements)
    assert (store.schema, store.runs, store.registered) == ("", (), ())
    assert not store.unknown
    return store.unreadable


def test_every_field_of_a_run_is_read(tmp_path: Path) -> None:
    statements = (
        insert_run(),
        insert_run("r2", status="FAILED"),
        "UPDATE runs SET name = NULL, experiment_id = 7, artifact_uri = NULL WHERE run_uuid = 'r2'",
        "INSERT INTO tags VALUES ('mlflow.runName', 'named', 'r2')",
        "INSERT INTO tags VALUES ('mlflow.parentRunId', 'r1', 'r2')",
        "INSERT INTO tags VALUES ('mlflow.runName', 'other', 'r1')",
        "INSERT INTO params VALUES ('lr', '0.1', 'r1')",
        "INSERT INTO params VALUES ('none', NULL, 'r1')",
        insert_point(0.5, step=1, timestamp=9),
        insert_point(0.25, step=1, timestamp=3),
        insert_point(2, key="rows"),
    )
    first = TrackedRun(
        id="r1",
        name="train",
        experiment="Default",
        status="FINISHED",
        parent="",
        params={"lr": "0.1", "none": ""},
        metrics={
            "loss": (Point(0.25, 1, 1), Point(0.5, 1, 0)),
            "rows": (Point(2.0, 0, 0),),
        },
        tags={"mlflow.runName": "other"},
        artifacts=(),
    )
    tags = {"mlflow.runName": "named", "mlflow.parentRunId": "r1"}
    second = TrackedRun("r2", "named", "", "FAILED", "r1", {}, {}, tags, ())
    schema = "mlflow sqlite dc11669786a5 (MLflow 3.11 to 3.17)"
    assert read(tmp_path, *statements) == Store(schema=schema, runs=(first, second))


def test_runs_are_in_the_order_they_began_and_those_deleted_are_none(tmp_path: Path) -> None:
    statements = (
        insert_run("late"),
        insert_run("early"),
        insert_run("gone", stage="deleted"),
        insert_run("same"),
        "UPDATE runs SET start_time = 0 WHERE run_uuid = 'early'",
    )
    assert [run.id for run in read(tmp_path, *statements).runs] == ["early", "late", "same"]


def test_a_moment_that_is_no_number_is_the_first(tmp_path: Path) -> None:
    odd = insert_point(0.5, timestamp=5).replace(", 5,", ", 'now',")
    (run,) = read(tmp_path, insert_run(), insert_point(0.25, timestamp=-1), odd).runs
    assert [point.value for point in run.metrics["loss"]] == [0.25, 0.5]
    (run,) = read(tmp_path, insert_run(), insert_point(0.25, timestamp=1), odd).runs
    assert [point.value for point in run.metrics["loss"]] == [0.5, 0.25]


@pytest.mark.parametrize(
    ("value", "nan", "restored"),
    [
        (1.7976931348623157e308, 0, math.inf),
        (-1.7976931348623157e308, 0, -math.inf),
        (1.7976931348623155e308, 0, 1.7976931348623155e308),
        (3, 0, 3.0),
    ],
)
def test_an_infinity_is_kept_as_the_largest_number(
    tmp_path: Path, value: float, nan: int, restored: float
) -> None:
    (run,) = read(tmp_path, insert_run(), insert_point(value, nan=nan)).runs
    assert run.metrics["loss"] == (Point(restored, 0, 0),)


WHERE = "The MLflow database"


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("DROP TABLE tags", "tags is missing: this is not an MLflow database."),
        (
            "DROP TABLE alembic_version",
            "alembic_version is missing: this is not an MLflow database.",
        ),
        ("DELETE FROM alembic_version", f"{WHERE} does not say which layout it has."),
        (
            "INSERT INTO alembic_version VALUES ('dc11669786a5')",
            f"{WHERE} does not say which layout it has.",
        ),
        ("ALTER TABLE runs DROP COLUMN status", f"{WHERE} cannot be read: no such column: status."),
        (
            insert_point("x", key="k" * 90),
            f"The metric {'k' * 80} holds something not a number.",
        ),
        (
            "INSERT INTO metrics VALUES ('k', 0.5, 5, 'r1', 'x', 0)",
            "The metric k holds something not a number.",
        ),
        (
            "UPDATE experiments SET name = CAST(x'ff' AS TEXT)",
            f"{WHERE} cannot be read: Could not decode to UTF-8 column 'name' with text '\ufffd'.",
        ),
    ],
)
def test_what_mlflow_would_not_write_has_its_sentence(
    tmp_path: Path, statement: str, reason: str
) -> None:
    assert refused(tmp_path, statement) == reason


@pytest.mark.parametrize("table", ["metrics", "model_versions", "logged_models"])
def test_a_table_must_be_a_plain_one(tmp_path: Path, table: str) -> None:
    reason = f"{table} is not a plain table: MLflow did not write it."
    gone = f"DROP TABLE IF EXISTS {table}"
    assert refused(tmp_path, gone, f"CREATE VIEW {table} AS SELECT 1") == reason
    virtual = f"CREATE VIRTUAL TABLE {table} USING fts5(x)"
    assert refused(tmp_path, gone, virtual) == reason


def test_another_layout_is_named_in_part(tmp_path: Path) -> None:
    store = read(tmp_path, f"UPDATE alembic_version SET version_num = '{'v' * 50}'")  # noqa: S608
    reason = f"{WHERE} has the layout {'v' * 40}, which is not known here."
    assert store == Store(schema="", unreadable=reason, unknown=True)


def test_points_are_counted(tmp_path: Path) -> None:
    path = make_database(tmp_path, insert_run(), insert_point(0.5), insert_point(0.25, step=1))
    assert len(read_database(path, tmp_path, max_points=2).runs) == 1
    reason = f"{WHERE} holds more than 1 rows of a kind."
    assert read_database(path, tmp_path, max_points=1) == Store(schema="", unreadable=reason)


def test_what_is_no_file_has_its_sentence(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    path.write_bytes(b"x" * 5000)
    reason = f"{WHERE} cannot be read: file is not a database."
    assert read_database(path, tmp_path) == Store(schema="", unreadable=reason)
    path.unlink()
    path.symlink_to("elsewhere")
    reason = f"{WHERE} cannot be read: Too many levels of symbolic links."
    assert read_database(path, tmp_path) == Store(schema="", unreadable=reason)
    assert read_store(tmp_path) == Store("", unreadable="mlflow.db is not an ordinary file.")


def test_a_database_larger_than_two_gibibytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    with path.open("wb") as sparse:
        sparse.truncate(MAX_BYTES + 1)
    reason = f"{WHERE} is larger than 2 GiB."
    assert read_database(path, tmp_path) == Store(schema="", unreadable=reason)


def test_what_a_killed_run_had_begun_is_seen_as_mlflow_would(tmp_path: Path) -> None:
    path = make_database(tmp_path, insert_run())
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("UPDATE runs SET name = 'later'")
        assert read_database(path, tmp_path).runs[0].name == "later"


VERSION = "INSERT INTO model_versions VALUES ('{}', {}, {}, {}, {}, 'READY', 'None')"


def test_every_field_of_a_version_is_read(tmp_path: Path) -> None:
    statements = (
        *REGISTRY,
        LOGGED,
        insert_run(),
        VERSION.format("wine", 2, "'r1'", "'runs:/r1/model'", "'/job/a'"),
        VERSION.format("wine", 1, "NULL", "'models:/m-1f'", "'/job/b'"),
        VERSION.format("beer", 1, "NULL", "'models:/m-2f'", "NULL"),
        VERSION.format("cola", 1, "NULL", "NULL", "NULL"),
        "UPDATE model_versions SET status = NULL WHERE name = 'cola'",
        "INSERT INTO registered_model_aliases VALUES ('best', 2, 'wine')",
        "INSERT INTO registered_model_aliases VALUES ('a', 2, 'wine')",
        "INSERT INTO registered_model_aliases VALUES ('best', 1, 'beer')",
        "INSERT INTO logged_models VALUES ('m-1f', 'r1', '/job/mlruns/0/models/m-1f')",
        "INSERT INTO logged_models VALUES ('m-2f', NULL, NULL)",
    )
    assert read(tmp_path, *statements).registered == (
        ModelVersion("beer", "1", "", source="models:/m-2f", aliases=("best",), status="READY"),
        ModelVersion("cola", "1", "", source="", aliases=(), status=""),
        ModelVersion(
            "wine", "1", "r1", source="/job/mlruns/0/models/m-1f", aliases=(), status="READY"
        ),
        ModelVersion("wine", "2", "r1", source="/job/a", aliases=("a", "best"), status="READY"),
    )


def test_a_deleted_version_hides_no_other(tmp_path: Path) -> None:
    gone = VERSION.format("wine", 1, "'r1'", "'x'", "NULL").replace("'None'", "'Deleted_Internal'")
    statements = (*REGISTRY, insert_run(), gone, VERSION.format("wine", 2, "'r1'", "'x'", "NULL"))
    (version,) = read(tmp_path, *statements).registered
    assert (version.version, version.source) == ("2", "x")


def test_half_a_registry_is_none(tmp_path: Path) -> None:
    assert read(tmp_path, *REGISTRY[:2], insert_run()).registered == ()


def test_a_store_of_both_kinds_is_read_whole(tmp_path: Path) -> None:
    make_database(tmp_path, insert_run())
    run = tmp_path / "mlruns/0/aa"
    run.mkdir(parents=True)
    (run / "meta.yaml").write_text("status: 3\n")
    version = tmp_path / "mlruns/models/wine/version-1"
    version.mkdir(parents=True)
    (version / "meta.yaml").write_text("version: '1'\nrun_id: aa\n")
    store = read_store(tmp_path)
    assert store.schema == "mlflow sqlite dc11669786a5 (MLflow 3.11 to 3.17), mlflow files"
    assert [run.id for run in store.runs] == ["r1", "aa"]
    assert [one.name for one in store.registered] == ["wine"]
    (run / "metrics").mkdir()
    (run / "metrics" / "loss").write_text("nonsense\n")
    reason = "The metric loss in mlruns has a line MLflow did not write."
    assert read_store(tmp_path) == Store(schema="", unreadable=reason)


def test_an_empty_template_becomes_the_store_of_a_work_folder(tmp_path: Path) -> None:
    assert "sys.argv[1]" in template_script()
    work = tmp_path / "work"
    work.mkdir()
    other = "INSERT INTO experiments VALUES (1, 'other', '/elsewhere/1', 'active')"
    plant_template(make_database(tmp_path, other), work, "/job/")
    with closing(sqlite3.connect(work / "mlflow.db")) as connection:
        rows = connection.execute("SELECT artifact_location FROM experiments").fetchall()
    assert rows == [("/job/mlruns/0",), ("/elsewhere/1",)]
