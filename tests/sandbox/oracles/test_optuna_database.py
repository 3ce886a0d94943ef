"""Optuna's database, table by table: what is read of it, and the sentence for each that is none."""

import math
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sandbox.oracles.optuna_database import MAX_BYTES, holds_studies, read_database
from sandbox.oracles.store import Range, Store, Study, StudyTrial
from tests.sandbox.oracles.studies import Row, make_database

ROW = Row(0.9, c=1.0)
C = Range("float", low=0.01, high=10.0, log=True)
KERNEL = Range("choice", choices=("rbf", "poly", "None"))
TABLES = (
    *("studies", "study_directions", "trials", "trial_params", "trial_values"),
    *("version_info", "alembic_version"),
)


def refused(folder: Path, *statements: str, unknown: bool = False) -> str:
    store = read_database(make_database(folder, (ROW,), *statements))
    assert (store.schema, store.studies, store.unknown) == ("", (), unknown)
    return store.unreadable.removeprefix("The Optuna database study.db cannot be read: ")


def test_a_database_is_read_whole(tmp_path: Path) -> None:
    statements = (
        "INSERT INTO studies VALUES (2, 'empty')",
        "INSERT INTO study_directions VALUES (3, 'MINIMIZE', 2, 1)",
        "INSERT INTO study_directions VALUES (2, 'MAXIMIZE', 2, 0)",
        "INSERT INTO trial_values VALUES (9, 2, 1, 0.25, 'FINITE')",
    )
    rows = (ROW, Row(-math.inf, c=0.5, kernel=2), Row(None, state="RUNNING"))
    spaces = {"C": C, "kernel": KERNEL}
    assert read_database(make_database(tmp_path, rows, *statements)) == Store(
        schema="optuna sqlite 12 (5.0.0)",
        studies=(
            Study(
                "svm",
                ("maximize",),
                (
                    StudyTrial(0, "COMPLETE", {"C": 1.0, "kernel": "rbf"}, (0.9,), spaces),
                    StudyTrial(
                        1, "COMPLETE", {"C": 0.5, "kernel": "None"}, (-math.inf, 0.25), spaces
                    ),
                    StudyTrial(2, "RUNNING", {"C": 1.0, "kernel": "rbf"}, (), spaces),
                ),
                "database",
            ),
            Study("empty", ("maximize", "minimize"), (), "database"),
        ),
    )


@pytest.mark.parametrize("table", TABLES)
def test_a_table_that_is_missing_makes_another_layout(tmp_path: Path, table: str) -> None:
    reason = f"the table {table} is missing."
    assert refused(tmp_path, f"DROP TABLE {table}", unknown=True) == reason


@pytest.mark.parametrize("table", ["studies", "trial_values"])
def test_what_is_no_plain_table_was_not_written_by_optuna(tmp_path: Path, table: str) -> None:
    reason = f"{table} is not a plain table: Optuna did not write it."
    view = (f"DROP TABLE {table}", f"CREATE VIEW {table} AS SELECT 1")
    assert refused(tmp_path, *view) == reason
    virtual = (f"DROP TABLE {table}", f"CREATE VIRTUAL TABLE {table} USING fts5(x)")
    assert refused(tmp_path, *virtual) == reason


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("DELETE FROM version_info", "it does not say which layout it has."),
        (
            "INSERT INTO version_info VALUES (2, 12, '5')",
            "it does not say which layout it has.",
        ),
        ("UPDATE trials SET number = NULL", "a trial has no number or no state."),
        ("UPDATE trials SET state = 'DONE'", "a trial has no number or no state."),
        ("UPDATE trial_values SET value = NULL", "a trial's value is not a number."),
        ("UPDATE trial_values SET value_type = 'BIG'", "a trial's value is not a number."),
        ("UPDATE trial_params SET param_value = 'x'", "the parameter 'C' is not a number."),
        (
            "UPDATE trial_params SET distribution_json = ''",
            "a parameter's distribution is no JSON.",
        ),
        ("ALTER TABLE trials DROP COLUMN state", "no such column: state."),
    ],
)
def test_what_optuna_would_not_write_has_its_sentence(
    tmp_path: Path, statement: str, reason: str
) -> None:
    assert refused(tmp_path, statement) == reason


def test_another_layout_says_which(tmp_path: Path) -> None:
    statement = "UPDATE version_info SET schema_version = 'abcdefghijklmnopqrstuvwxyz'"
    reason = "its layout abcdefghijklmnopqrst is not known here."
    assert refused(tmp_path, statement, unknown=True) == reason


def test_a_version_is_shown_in_forty_letters(tmp_path: Path) -> None:
    statement = f"UPDATE version_info SET library_version = '{'v' * 50}'"  # noqa: S608
    path = make_database(tmp_path, (ROW,), statement)
    assert read_database(path).schema == f"optuna sqlite 12 ({'v' * 40})"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trials SET study_id = 7",
        "UPDATE trial_params SET trial_id = 7",
        "UPDATE trial_values SET trial_id = 7",
    ],
)
def test_what_belongs_to_nothing_is_left_out(tmp_path: Path, statement: str) -> None:
    (study,) = read_database(make_database(tmp_path, (ROW,), statement)).studies
    left = [(dict(trial.params), trial.values) for trial in study.trials]
    whole = {"C": 1.0, "kernel": "rbf"}
    assert left in ([], [({}, (0.9,))], [(whole, ())])


def test_rows_are_read_in_their_order_and_not_in_that_of_the_file(tmp_path: Path) -> None:
    statements = (
        "UPDATE trials SET number = 5 - number",
        "INSERT INTO trial_values VALUES (9, 1, -1, 0.1, 'FINITE')",
        "UPDATE trial_params SET param_id = 9 WHERE param_name = 'C'",
    )
    (study,) = read_database(make_database(tmp_path, (ROW, ROW), *statements)).studies
    assert [trial.number for trial in study.trials] == [4, 5]
    assert study.trials[1].values == (0.1, 0.9)
    assert list(study.trials[0].params) == ["kernel", "C"]


@pytest.mark.parametrize(("most", "reason"), [(2, ""), (1, "it holds more than 1 rows of a kind.")])
def test_rows_are_counted(tmp_path: Path, most: int, reason: str) -> None:
    path = make_database(tmp_path, (ROW,))
    where = "The Optuna database study.db cannot be read: "
    unreadable = read_database(path, max_rows=most).unreadable
    assert unreadable.removeprefix(where) == reason


def test_what_is_no_database_has_its_sentence(tmp_path: Path) -> None:
    path = tmp_path / ("d" * 90)
    path.write_bytes(b"SQLite format 3\0" + bytes(4000))
    where = f"The Optuna database {'d' * 80} cannot be read"
    assert read_database(path) == Store(schema="", unreadable=f"{where}: file is not a database.")
    assert not holds_studies(path)
    link = tmp_path / "link.db"
    link.symlink_to("elsewhere")
    where = "The Optuna database link.db cannot be read"
    reason = f"{where}: Too many levels of symbolic links."
    assert read_database(link) == Store(schema="", unreadable=reason)
    assert not holds_studies(link)


def test_a_database_larger_than_two_gibibytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "big.db"
    with path.open("wb") as sparse:
        sparse.truncate(MAX_BYTES + 1)
    where = "The Optuna database big.db cannot be read"
    assert read_database(path).unreadable == f"{where}: it is larger than 2 GiB."
    assert not holds_studies(path)


def test_text_that_is_none_is_said(tmp_path: Path) -> None:
    statement = "UPDATE studies SET study_name = CAST(x'ff' AS TEXT)"
    reason = refused(tmp_path, statement)
    assert reason == "Could not decode to UTF-8 column 'study_name' with text '\ufffd'."


@pytest.mark.parametrize(
    ("tables", "held"),
    [(("studies", "trials"), True), (("studies",), False), (("trials", "runs"), False)],
)
def test_a_database_is_optunas_by_its_tables(
    tmp_path: Path, tables: tuple[str, ...], held: bool
) -> None:
    path = tmp_path / "any.db"
    with closing(sqlite3.connect(path)) as connection:
        for table in tables:
            connection.execute(f"CREATE TABLE {table} (x)")
    assert holds_studies(path) is held


def test_what_a_killed_run_had_begun_is_seen_as_optuna_would(tmp_path: Path) -> None:
    path = make_database(tmp_path, (ROW,))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("UPDATE studies SET study_name = 'later'")
        assert (tmp_path / "study.db-wal").stat().st_size
        assert read_database(path).studies[0].name == "later"
    assert path.exists()


def test_reading_changes_nothing(tmp_path: Path) -> None:
    path = make_database(tmp_path, (ROW,))
    before = path.read_bytes()
    read_database(path)
    assert holds_studies(path)
    assert {item.name for item in tmp_path.iterdir()} == {"study.db"}
    assert path.read_bytes() == before
