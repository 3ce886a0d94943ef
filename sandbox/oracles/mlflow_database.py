"""Reads MLflow's sqlite database with the standard library alone."""

import math
import os
import shutil
import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sandbox.oracles.mlflow_artifacts import list_artifacts
from sandbox.oracles.mlflow_registry import TABLES, read_versions
from sandbox.oracles.mlflow_schemas import name_schema
from sandbox.oracles.store import Point, Store, TrackedRun

MAX_POINTS = 2_000_000
MAX_ROWS = 200_000
"""For runs, parameters and tags together, each."""
MAX_BYTES = 2 * 1024**3
MAX_TEXT = 1_000_000
DEADLINE_SECONDS = 60.0

# MLflow keeps an infinity as the largest float, because not every database can hold one.
_LARGEST = 1.7976931348623157e308
_TABLES = ("alembic_version", "experiments", "runs", "metrics", "params", "tags")


class _UnreadableError(Exception):
    """The database is not what MLflow writes; the text says why."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """The rows of the tables that belong to runs, by run."""

    params: Mapping[str, Mapping[str, str]]
    tags: Mapping[str, Mapping[str, str]]
    metrics: Mapping[str, Mapping[str, tuple[Point, ...]]]


def read_database(
    database: Path,
    folder: Path,
    *,
    max_points: int = MAX_POINTS,
    seconds: float = DEADLINE_SECONDS,
) -> Store:
    """Read all runs that were not deleted; artefacts are looked for below `folder`.

    Works on a copy made with its journal and write-ahead log, so that what a killed run had
    begun is rolled back as MLflow itself would see it, and a lock held elsewhere is no matter.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="mlflow-store-") as aside:
            copy = _copy_database(database, Path(aside))
            with closing(sqlite3.connect(copy)) as connection:
                _restrict(connection, seconds)
                return _read(connection, folder, max_points)
    except _UnreadableError as problem:
        return Store(schema="", unreadable=str(problem))
    except sqlite3.Error as problem:
        return Store(schema="", unreadable=f"The MLflow database cannot be read: {problem}.")
    except (OSError, UnicodeError, OverflowError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "it holds malformed text"
        return Store(schema="", unreadable=f"The MLflow database cannot be read: {reason}.")


def _copy_database(database: Path, aside: Path) -> Path:
    for suffix in ("", "-wal", "-journal"):
        source = database.with_name(database.name + suffix)
        if suffix and not source.exists():
            continue
        handle = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as content:
            if os.fstat(content.fileno()).st_size > MAX_BYTES:
                raise _UnreadableError("The MLflow database is larger than 2 GiB.")
            with (aside / source.name).open("wb") as copy:
                shutil.copyfileobj(content, copy)
    return aside / database.name


def _restrict(connection: sqlite3.Connection, seconds: float) -> None:
    end = time.monotonic() + seconds
    connection.set_progress_handler(lambda: int(time.monotonic() > end), 20_000)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_TEXT)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")


def _read(connection: sqlite3.Connection, folder: Path, max_points: int) -> Store:
    plain = _check_tables(connection)
    version = [str(row[0]) for row in connection.execute("SELECT version_num FROM alembic_version")]
    if len(version) != 1:
        raise _UnreadableError("The MLflow database does not say which layout it has.")
    schema = name_schema(version[0])
    if not schema:
        reason = f"The MLflow database has the layout {version[0][:40]}, which is not known here."
        return Store(schema="", unreadable=reason, unknown=True)
    facts = _Facts(
        params=_pairs(connection, "SELECT run_uuid, key, value FROM params"),
        tags=_pairs(connection, "SELECT run_uuid, key, value FROM tags"),
        metrics=_metrics(connection, max_points),
    )
    experiments = {
        row[0]: str(row[1])
        for row in _rows(connection, "SELECT experiment_id, name FROM experiments", MAX_ROWS)
    }
    query = (
        "SELECT run_uuid, name, status, experiment_id, artifact_uri, lifecycle_stage "
        "FROM runs ORDER BY start_time, rowid"
    )
    runs = []
    for run, name, status, experiment, artifacts, stage in _rows(connection, query, MAX_ROWS):
        if stage == "deleted":
            continue
        tags = facts.tags.get(str(run), {})
        runs.append(
            TrackedRun(
                id=str(run),
                name=str(name or tags.get("mlflow.runName", "")),
                experiment=experiments.get(experiment, ""),
                status=str(status),
                parent=tags.get("mlflow.parentRunId", ""),
                params=facts.params.get(str(run), {}),
                metrics=facts.metrics.get(str(run), {}),
                tags=tags,
                artifacts=list_artifacts(folder, str(artifacts or ""), str(run)),
            )
        )
    return Store(schema=schema, runs=tuple(runs), registered=read_versions(connection, plain))


def _check_tables(connection: sqlite3.Connection) -> frozenset[str]:
    """Names of all plain tables. Raises _UnreadableError where one that is needed is not."""
    # A view or a virtual table under the name of a table could show what was never written.
    found = {
        str(name): str(kind) + " " + str(text or "").upper()
        for name, kind, text in connection.execute("SELECT name, type, sql FROM sqlite_master")
    }
    plain = {name for name, text in found.items() if text.startswith("table CREATE TABLE")}
    for table in (*_TABLES, *TABLES, "logged_models"):
        if table in _TABLES and table not in found:
            raise _UnreadableError(f"{table} is missing: this is not an MLflow database.")
        if table in found and table not in plain:
            raise _UnreadableError(f"{table} is not a plain table: MLflow did not write it.")
    return frozenset(plain)


def _rows(connection: sqlite3.Connection, query: str, limit: int) -> Iterator[tuple[object, ...]]:
    for number, row in enumerate(connection.execute(query)):
        if number >= limit:
            raise _UnreadableError(f"The MLflow database holds more than {limit} rows of a kind.")
        yield row


def _pairs(connection: sqlite3.Connection, query: str) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for run, key, value in _rows(connection, query, MAX_ROWS):
        found[str(run)][str(key)] = "" if value is None else str(value)
    return found


def _metrics(
    connection: sqlite3.Connection, max_points: int
) -> Mapping[str, Mapping[str, tuple[Point, ...]]]:
    # rowid is the order of writing; timestamps are the client's word and may be anything.
    query = "SELECT run_uuid, key, value, step, timestamp, is_nan FROM metrics ORDER BY rowid"
    found: dict[str, dict[str, list[tuple[int, int, Point]]]] = defaultdict(dict)
    for run, key, value, step, timestamp, is_nan in _rows(connection, query, max_points):
        if not isinstance(value, int | float) or not isinstance(step, int):
            raise _UnreadableError(f"The metric {str(key)[:80]} holds something not a number.")
        history = found[str(run)].setdefault(str(key), [])
        moment = timestamp if isinstance(timestamp, int) else 0
        point = Point(value=_restore(value, bool(is_nan)), step=step, order=len(history))
        history.append((step, moment, point))
    return {
        run: {
            key: tuple(point for _, _, point in sorted(history, key=lambda entry: entry[:2]))
            for key, history in metrics.items()
        }
        for run, metrics in found.items()
    }


def _restore(value: float, is_nan: bool) -> float:
    if is_nan:
        return math.nan
    if abs(value) >= _LARGEST:
        return math.copysign(math.inf, value)
    return float(value)
