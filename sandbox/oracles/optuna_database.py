"""Reads Optuna's sqlite storage with the standard library alone."""

import math
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sandbox.oracles.optuna_trials import (
    STATES,
    Draft,
    UnknownLayoutError,
    UnreadableError,
    read_range,
)
from sandbox.oracles.store import Range, Store, Study

SCHEMA = 12
"""What `version_info` says from Optuna 3.0 to 5.0."""
MAX_ROWS = 2_000_000
MAX_BYTES = 2 * 1024**3
MAX_TEXT = 1_000_000
DEADLINE_SECONDS = 60.0
_TABLES = (
    *("studies", "study_directions", "trials", "trial_params", "trial_values"),
    *("version_info", "alembic_version"),
)
_INFINITIES = {"INF_POS": math.inf, "INF_NEG": -math.inf}


def read_database(
    database: Path, *, max_rows: int = MAX_ROWS, seconds: float = DEADLINE_SECONDS
) -> Store:
    """Read all studies of one database.

    Works on a copy made with its journal and write-ahead log, so that what a killed run had
    begun is rolled back as Optuna itself would see it, and a lock held elsewhere is no matter.
    """
    where = f"The Optuna database {database.name[:80]} cannot be read"
    try:
        with tempfile.TemporaryDirectory(prefix="optuna-store-") as aside:
            copy = _copy_database(database, Path(aside))
            with closing(sqlite3.connect(copy)) as connection:
                _restrict(connection, seconds)
                return _Reader(connection, max_rows).read()
    except UnreadableError as problem:
        return Store(schema="", unreadable=f"{where}: {problem}.", unknown=problem.unknown)
    except sqlite3.Error as problem:
        return Store(schema="", unreadable=f"{where}: {problem}.")
    except (OSError, UnicodeError, OverflowError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "it holds malformed text"
        return Store(schema="", unreadable=f"{where}: {reason}.")


def holds_studies(database: Path) -> bool:
    """Tell whether a sqlite file is meant to be Optuna's; a file that is none is not."""
    try:
        with tempfile.TemporaryDirectory(prefix="optuna-store-") as aside:
            copy = _copy_database(database, Path(aside))
            with closing(sqlite3.connect(copy)) as connection:
                _restrict(connection, DEADLINE_SECONDS)
                query = "SELECT name FROM sqlite_master LIMIT 1000"
                names = {str(row[0]) for row in connection.execute(query)}
                return {"studies", "trials"} <= names
    except (sqlite3.Error, OSError, UnicodeError, UnreadableError):
        return False


def _copy_database(database: Path, aside: Path) -> Path:
    for suffix in ("", "-wal", "-journal"):
        source = database.with_name(database.name + suffix)
        if suffix and not source.exists():
            continue
        handle = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as content:
            if os.fstat(content.fileno()).st_size > MAX_BYTES:
                raise UnreadableError("it is larger than 2 GiB")
            with (aside / f"copy{suffix}").open("wb") as copy:
                shutil.copyfileobj(content, copy)
    return aside / "copy"


def _restrict(connection: sqlite3.Connection, seconds: float) -> None:
    end = time.monotonic() + seconds
    connection.set_progress_handler(lambda: int(time.monotonic() > end), 20_000)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_TEXT)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")


class _Reader:
    """One open database."""

    def __init__(self, connection: sqlite3.Connection, max_rows: int) -> None:
        self._connection = connection
        self._max_rows = max_rows
        self._ranges: dict[str, Range] = {}

    def read(self) -> Store:
        self._check_tables()
        version = self._read_version()
        drafts, owners = self._read_trials()
        self._read_params(drafts)
        self._read_values(drafts)
        directions: dict[object, list[str]] = {}
        query = "SELECT study_id, direction FROM study_directions ORDER BY study_id, objective"
        for study, direction in self._rows(query):
            directions.setdefault(study, []).append(str(direction).lower())
        studies = tuple(
            Study(
                name=str(name),
                directions=tuple(directions.get(study, ())),
                trials=tuple(drafts[trial].finish() for trial in owners.get(study, ())),
                origin="database",
            )
            for study, name in self._rows("SELECT study_id, study_name FROM studies")
        )
        return Store(schema=f"optuna sqlite {SCHEMA} ({version})", studies=studies)

    def _check_tables(self) -> None:
        # A view or a virtual table under the name of a table could show what was never written.
        query = "SELECT name, type, sql FROM sqlite_master"
        found = {
            str(name): f"{kind} {str(text or '').upper()}"
            for name, kind, text in self._connection.execute(query)
        }
        for table in _TABLES:
            if table not in found:
                raise UnknownLayoutError(f"the table {table} is missing")
            if not found[table].startswith("table CREATE TABLE"):
                raise UnreadableError(f"{table} is not a plain table: Optuna did not write it")

    def _read_version(self) -> str:
        rows = list(self._rows("SELECT schema_version, library_version FROM version_info"))
        if len(rows) != 1:
            raise UnreadableError("it does not say which layout it has")
        schema, library = rows[0]
        if schema != SCHEMA:
            raise UnknownLayoutError(f"its layout {str(schema)[:20]} is not known here")
        return str(library)[:40]

    def _read_trials(self) -> tuple[dict[object, Draft], dict[object, list[object]]]:
        drafts: dict[object, Draft] = {}
        owners: dict[object, list[object]] = {}
        query = "SELECT trial_id, number, study_id, state FROM trials ORDER BY study_id, number"
        for trial, number, study, state in self._rows(query):
            if not isinstance(number, int) or state not in STATES:
                raise UnreadableError("a trial has no number or no state")
            drafts[trial] = Draft(number, str(state))
            owners.setdefault(study, []).append(trial)
        return drafts, owners

    def _read_params(self, drafts: dict[object, Draft]) -> None:
        query = (
            "SELECT trial_id, param_name, param_value, distribution_json FROM trial_params "
            "ORDER BY param_id"
        )
        for trial, name, value, distribution in self._rows(query):
            text = str(distribution)
            space = self._ranges.get(text)
            if space is None:
                space = self._ranges[text] = read_range(text)
            if trial in drafts:
                drafts[trial].add_param(str(name), value, space)

    def _read_values(self, drafts: dict[object, Draft]) -> None:
        query = "SELECT trial_id, value, value_type FROM trial_values ORDER BY trial_id, objective"
        for trial, value, kind in self._rows(query):
            number = _INFINITIES.get(str(kind), value)
            if kind not in ("FINITE", *_INFINITIES) or not isinstance(number, int | float):
                raise UnreadableError("a trial's value is not a number")
            if trial in drafts:
                drafts[trial].values += (float(number),)

    def _rows(self, query: str) -> Iterator[tuple[object, ...]]:
        for number, row in enumerate(self._connection.execute(query)):
            if number >= self._max_rows:
                raise UnreadableError(f"it holds more than {self._max_rows} rows of a kind")
            yield row
