"""Makes Optuna's storages with the standard library, laid out as Optuna lays them out."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

LAYOUT = """
CREATE TABLE studies (study_id INTEGER NOT NULL, study_name VARCHAR(512) NOT NULL);
CREATE TABLE version_info (version_info_id INTEGER NOT NULL, schema_version INTEGER,
    library_version VARCHAR(256));
CREATE TABLE study_directions (study_direction_id INTEGER NOT NULL, direction VARCHAR(8) NOT NULL,
    study_id INTEGER NOT NULL, objective INTEGER NOT NULL);
CREATE TABLE trials (trial_id INTEGER NOT NULL, number INTEGER, study_id INTEGER,
    state VARCHAR(8) NOT NULL, datetime_start DATETIME, datetime_complete DATETIME);
CREATE TABLE trial_params (param_id INTEGER NOT NULL, trial_id INTEGER, param_name VARCHAR(512),
    param_value FLOAT, distribution_json TEXT);
CREATE TABLE trial_values (trial_value_id INTEGER NOT NULL, trial_id INTEGER NOT NULL,
    objective INTEGER NOT NULL, value FLOAT, value_type VARCHAR(7) NOT NULL);
CREATE TABLE trial_user_attributes (trial_id INTEGER, "key" VARCHAR(512), value_json TEXT);
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);
INSERT INTO alembic_version VALUES ('v3.2.0.a');
"""

FLOAT = '{"name": "FloatDistribution", "attributes": {"low": 0.01, "high": 10.0, "log": true, "step": null}}'  # noqa: E501
CHOICE = '{"name": "CategoricalDistribution", "attributes": {"choices": ["rbf", "poly", null]}}'


@dataclass(frozen=True, slots=True)
class Row:
    """One trial as a storage keeps it."""

    value: float | None
    c: float = 1.0
    kernel: int = 0
    state: str = "COMPLETE"
    attributes: Mapping[str, object] = field(default_factory=dict)
    moment: str = "2026-01-01 00:00:00"


def make_database(
    folder: Path, rows: Sequence[Row], *statements: str, name: str = "study.db", schema: int = 12
) -> Path:
    """A storage with one study of these trials, then these statements."""
    path = folder / name
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(LAYOUT)
        connection.execute("INSERT INTO version_info VALUES (1, ?, '5.0.0')", (schema,))
        connection.execute("INSERT INTO studies VALUES (1, 'svm')")
        connection.execute("INSERT INTO study_directions VALUES (1, 'MAXIMIZE', 1, 0)")
        for number, row in enumerate(rows):
            _insert_trial(connection, number, row)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        path.write_bytes(connection.serialize())
    return path


def _insert_trial(connection: sqlite3.Connection, number: int, row: Row) -> None:
    trial = number + 1
    connection.execute(
        "INSERT INTO trials VALUES (?, ?, 1, ?, ?, ?)",
        (trial, number, row.state, row.moment, row.moment),
    )
    params = (("C", row.c, FLOAT), ("kernel", row.kernel, CHOICE))
    for name, value, space in params:
        connection.execute(
            "INSERT INTO trial_params VALUES (?, ?, ?, ?, ?)", (trial, trial, name, value, space)
        )
    if row.value is not None:
        infinite = {float("inf"): "INF_POS", float("-inf"): "INF_NEG"}.get(row.value)
        connection.execute(
            "INSERT INTO trial_values VALUES (?, ?, 0, ?, ?)",
            (trial, trial, None if infinite else row.value, infinite or "FINITE"),
        )
    for key, attribute in row.attributes.items():
        connection.execute(
            "INSERT INTO trial_user_attributes VALUES (?, ?, ?)",
            (trial, key, json.dumps(attribute)),
        )


STATES = ("RUNNING", "COMPLETE", "PRUNED", "FAIL", "WAITING")


def list_operations(rows: Sequence[Row]) -> list[dict[str, object]]:
    """The operations that make one study of these trials."""
    found: list[dict[str, object]] = [
        {"op_code": 0, "worker_id": "w", "study_name": "svm", "directions": [2]}
    ]
    for trial, row in enumerate(rows):
        here = {"worker_id": "w", "trial_id": trial}
        found.append({"op_code": 4, "worker_id": "w", "study_id": 0, "datetime_start": row.moment})
        for name, value, space in (("C", row.c, FLOAT), ("kernel", row.kernel, CHOICE)):
            given = {"param_name": name, "param_value_internal": value, "distribution": space}
            found.append({"op_code": 5, **here, **given})
        for key, attribute in row.attributes.items():
            found.append({"op_code": 8, **here, "user_attr": {key: attribute}})
        values = None if row.value is None else [row.value]
        ended = {"state": STATES.index(row.state), "values": values}
        found.append({"op_code": 6, **here, **ended, "datetime_complete": row.moment})
    return found


def make_journal(
    folder: Path, rows: Sequence[Row], *more: dict[str, object], name: str = "journal.log"
) -> Path:
    """A journal with one study of these trials, then these operations."""
    path = folder / name
    lines = [json.dumps(row) + "\n" for row in (*list_operations(rows), *more)]
    path.write_text("".join(lines), encoding="utf-8")
    return path
