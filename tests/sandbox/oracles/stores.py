"""Makes MLflow databases with the standard library, laid out as MLflow lays them out."""

import sqlite3
from contextlib import closing
from pathlib import Path

LAYOUT = """
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);
CREATE TABLE experiments (experiment_id INTEGER NOT NULL, name VARCHAR(256) NOT NULL,
    artifact_location VARCHAR(256), lifecycle_stage VARCHAR(32));
CREATE TABLE runs (run_uuid VARCHAR(32) NOT NULL, name VARCHAR(250), status VARCHAR(9),
    start_time BIGINT, end_time BIGINT, lifecycle_stage VARCHAR(20), artifact_uri VARCHAR(200),
    experiment_id INTEGER);
CREATE TABLE metrics (key VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT NOT NULL,
    run_uuid VARCHAR(32) NOT NULL, step BIGINT DEFAULT '0' NOT NULL,
    is_nan BOOLEAN DEFAULT '0' NOT NULL);
CREATE TABLE params (key VARCHAR(250) NOT NULL, value VARCHAR(8000), run_uuid VARCHAR(32) NOT NULL);
CREATE TABLE tags (key VARCHAR(250) NOT NULL, value VARCHAR(8000), run_uuid VARCHAR(32) NOT NULL);
INSERT INTO alembic_version VALUES ('dc11669786a5');
INSERT INTO experiments VALUES (0, 'Default', '/elsewhere/mlruns/0', 'active');
"""


def make_database(folder: Path, *statements: str) -> Path:
    """An empty store in `folder`, then these statements."""
    path = folder / "mlflow.db"
    # Made in memory: a test needs no disk that has been flushed.
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(LAYOUT)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        path.write_bytes(connection.serialize())
    return path


def insert_run(
    run: str = "r1", status: str = "FINISHED", stage: str = "active", place: str = "/job"
) -> str:
    """SQL for one run of the Default experiment."""
    return (
        f"INSERT INTO runs VALUES ('{run}', 'train', '{status}', 1, 2, '{stage}', "  # noqa: S608
        f"'{place}/mlruns/0/{run}/artifacts', 0)"
    )


def insert_point(
    value: float | str, step: int = 0, timestamp: int = 5, key: str = "loss", nan: int = 0
) -> str:
    """SQL for one point of run `r1`."""
    return f"INSERT INTO metrics VALUES ('{key}', {value!r}, {timestamp}, 'r1', {step}, {nan})"  # noqa: S608
