"""Optuna's storages are read without Optuna, and whatever is wrong with one is said."""

import json
import math
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.oracles.optuna import OptunaOracle
from sandbox.oracles.optuna_database import read_database
from sandbox.oracles.optuna_journal import MAX_LINE, read_journal
from sandbox.oracles.store import Store
from sandbox.witness.testimony import Testimony as Heard
from sandbox.witness.testimony import Tried
from tests.sandbox.oracles.studies import FLOAT, Row, list_operations, make_database, make_journal

ROWS = (
    Row(0.9, c=1.0),
    Row(0.8, c=0.25, kernel=1),
    Row(None, c=2.0, kernel=2, state="FAIL"),
    Row(math.inf, c=3.0),
    Row(0.1, c=4.0, state="PRUNED"),
)
MAKERS = pytest.mark.parametrize("make", [make_database, make_journal])


def read(folder: Path, testimony: Heard | None = None) -> Store:
    return OptunaOracle().read(folder, testimony or Heard(), "")


@MAKERS
def test_a_study_is_read_with_its_trials_and_ranges(make: object, tmp_path: Path) -> None:
    make(tmp_path, ROWS)  # type: ignore[operator]
    (study,) = read(tmp_path).studies
    assert (study.name, study.directions) == ("svm", ("maximize",))
    assert [trial.state for trial in study.trials] == [row.state for row in ROWS]
    assert [trial.values for trial in study.trials] == [(0.9,), (0.8,), (), (math.inf,), (0.1,)]
    assert study.trials[1].params == {"C": 0.25, "kernel": "poly"}
    assert study.trials[2].params["kernel"] == "None"
    space = study.ranges["C"]
    assert (space.kind, space.low, space.high, space.log) == ("float", 0.01, 10.0, True)
    assert study.ranges["kernel"].choices == ("rbf", "poly", "None")
    assert len(study.complete) == 3


def test_the_schema_says_which_layout_was_read(tmp_path: Path) -> None:
    make_database(tmp_path, ROWS)
    make_journal(tmp_path, ROWS)
    assert read(tmp_path).schema == "optuna journal, optuna sqlite 12 (5.0.0)"


def test_a_folder_without_a_storage_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_bytes(b"not a database")
    with closing(sqlite3.connect(tmp_path / "mine.db")) as connection:
        connection.execute("CREATE TABLE results (score FLOAT)")
    assert read(tmp_path) == Store(schema="")


def test_another_layout_is_unknown_and_not_wrong(tmp_path: Path) -> None:
    make_database(tmp_path, ROWS, schema=13)
    store = read(tmp_path)
    assert store.unknown
    assert "layout 13" in store.unreadable


def test_an_unknown_operation_or_distribution_is_unknown(tmp_path: Path) -> None:
    journal = make_journal(tmp_path, ROWS, {"op_code": 10, "trial_id": 0})
    assert read_journal(journal).unknown
    space = '{"name": "BetaDistribution", "attributes": {}}'
    statement = f"UPDATE trial_params SET distribution_json = '{space}'"  # noqa: S608
    assert read_database(make_database(tmp_path, ROWS, statement)).unknown


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trial_params SET param_value = 'x'",
        "UPDATE trial_params SET param_value = 99 WHERE param_name = 'kernel'",
        "UPDATE trial_params SET distribution_json = '{'",
        "UPDATE trial_params SET distribution_json = '[1]'",
        "UPDATE trial_values SET value = 'high'",
        "UPDATE trial_values SET value_type = 'LARGE'",
        "UPDATE trials SET state = 'DONE'",
        "UPDATE trials SET number = NULL",
        "DELETE FROM version_info",
    ],
)
def test_what_optuna_would_not_write_is_said(statement: str, tmp_path: Path) -> None:
    store = read_database(make_database(tmp_path, ROWS, statement))
    assert store.unreadable
    assert not store.unknown
    assert store.studies == ()


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "7",
        '{"op_code": 5}',
        '{"op_code": 6, "trial_id": 99, "state": 1}',
        '{"op_code": 4, "study_id": 0, "state": 9}',
        '{"op_code": 4, "study_id": 0, "params": {"C": 1}, "distributions": {}}',
        '{"op_code": 0, "study_name": "x", "directions": ["up"]}',
        "[" * 100_000,
    ],
)
def test_a_line_that_is_no_operation_is_said(line: str, tmp_path: Path) -> None:
    journal = make_journal(tmp_path, ROWS)
    journal.write_text(journal.read_text() + line + "\n")
    store = read(tmp_path)
    assert store.unreadable.startswith("The Optuna journal journal.log cannot be read")
    assert not store.unknown


def test_a_last_line_that_breaks_off_is_left_out(tmp_path: Path) -> None:
    journal = make_journal(tmp_path, ROWS)
    journal.write_text(journal.read_text() + '{"op_code": 4, "stu')
    assert len(read(tmp_path).studies[0].trials) == len(ROWS)


def test_a_deleted_study_and_its_trials_are_gone(tmp_path: Path) -> None:
    make_journal(tmp_path, ROWS, {"op_code": 1, "study_id": 0}, {"op_code": 4, "study_id": 0})
    assert read(tmp_path).studies == ()


def test_a_trial_that_ended_stays_as_it_is(tmp_path: Path) -> None:
    make_journal(tmp_path, ROWS, {"op_code": 6, "trial_id": 0, "state": 1, "values": [1.0]})
    assert read(tmp_path).studies[0].trials[0].values == (0.9,)


def test_a_view_in_place_of_a_table_is_refused(tmp_path: Path) -> None:
    statements = (
        "ALTER TABLE trial_values RENAME TO real_values",
        "CREATE VIEW trial_values AS SELECT trial_value_id, trial_id, objective, 1.0 AS value, "
        "value_type FROM real_values",
    )
    store = read_database(make_database(tmp_path, ROWS, *statements))
    assert "not a plain table" in store.unreadable


def test_sql_in_a_name_is_a_name(tmp_path: Path) -> None:
    name = "x'); DROP TABLE trials; --"
    statement = f"UPDATE studies SET study_name = '{name.replace(chr(39), chr(39) * 2)}'"  # noqa: S608
    store = read_database(make_database(tmp_path, ROWS, statement))
    assert store.studies[0].name == name
    assert len(store.studies[0].trials) == len(ROWS)


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside, work = tmp_path / "outside", tmp_path / "work"
    outside.mkdir()
    work.mkdir()
    make_database(outside, ROWS)
    (work / "study.db").symlink_to(outside / "study.db")
    (work / "below").symlink_to(outside)
    os.mkfifo(work / "pipe.log")
    assert read(work) == Store(schema="")


def test_a_locked_database_is_read_all_the_same(tmp_path: Path) -> None:
    path = make_database(tmp_path, ROWS)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        assert len(read(tmp_path).studies[0].trials) == len(ROWS)


def test_a_truncated_database_is_said_or_is_none(tmp_path: Path) -> None:
    path = make_database(tmp_path, ROWS * 200)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    store = read_database(path)
    assert store.unreadable
    assert store.studies == ()


def test_too_many_rows_and_too_long_lines_are_said(tmp_path: Path) -> None:
    path = make_database(tmp_path, ROWS * 4)
    assert "more than 10 rows" in read_database(path, max_rows=10).unreadable
    journal = tmp_path / "long.log"
    journal.write_text('{"op_code": 2, "x": "' + "y" * MAX_LINE + '"}\n')
    assert "longer than 4 MiB" in read_journal(journal).unreadable


def test_a_reading_that_takes_too_long_ends(tmp_path: Path) -> None:
    path = make_database(tmp_path, ROWS * 4_000)
    assert "interrupted" in read_database(path, seconds=0.0).unreadable


def test_a_storage_that_cannot_be_read_hides_nothing(tmp_path: Path) -> None:
    make_journal(tmp_path, ROWS)
    make_database(tmp_path, ROWS, "DELETE FROM version_info")
    store = read(tmp_path)
    assert store.unreadable
    assert store.studies == ()


def tried(call: str, number: int, order: int, **fields: object) -> Tried:
    return Tried(order, call, "optuna", "svm", number, json.dumps(fields))  # type: ignore[arg-type]


def test_what_the_witness_saw_is_a_study_like_any_other(tmp_path: Path) -> None:
    space = {"C": json.loads(FLOAT)}
    done = {"state": "COMPLETE", "distributions": space}
    testimony = Heard(
        tried=(
            tried("ask", 0, 3, directions=["MAXIMIZE"]),
            tried("tell", 0, 9, params={"C": 2}, values=[0.5], **done),
            tried("tell", 0, 10, params={"C": 3}, values=[0.7], **done),
            tried("ask", 1, 11, directions=["MAXIMIZE"]),
            tried("add", 2, 12, state="COMPLETE", params={}, values=[1.0], distributions={}),
            tried("tell", 1, 13, params={"C": 3}, values=["x"], **done),
        )
    )
    (study,) = read(tmp_path, testimony).studies
    assert (study.origin, study.directions) == ("witness", ("maximize",))
    first, second, third = study.trials
    assert (first.params, first.values, first.began, first.ended) == ({"C": 2.0}, (0.5,), 3, 9)
    assert second.values == ()
    assert third.state == "ADDED"


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("atd"), st.integers(0, 3), st.text(max_size=30))))
def test_no_record_makes_the_reader_fail(rows: list[tuple[str, int, str]]) -> None:
    words = {"a": "ask", "t": "tell", "d": "add"}
    steps = tuple(
        Tried(order, words[call], "optuna", "s", number, detail)  # type: ignore[arg-type]
        for order, (call, number, detail) in enumerate(rows)
    )
    OptunaOracle().read(Path("/nowhere"), Heard(tried=steps), "")


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cut=st.integers(0, 4000), byte=st.integers(0, 255))
def test_no_damaged_journal_makes_the_reader_fail(cut: int, byte: int, tmp_path: Path) -> None:
    lines = "".join(json.dumps(row) + "\n" for row in list_operations(ROWS)).encode()
    place = cut % len(lines)
    (tmp_path / "journal.log").write_bytes(lines[:place] + bytes([byte]) + lines[place + 1 :])
    store = read(tmp_path)
    assert store.unreadable or len(store.studies) <= 1


@pytest.mark.parametrize(
    ("path", "owned"),
    [
        ("study.db", True),
        ("out/optuna_study.db", True),
        ("optuna.db-journal", True),
        ("journal.log", True),
        ("results.db", False),
        ("training.log", False),
        ("model.pkl", False),
    ],
)
def test_only_files_named_like_storages_are_its_own(path: str, owned: bool) -> None:
    assert OptunaOracle().owns(path) is owned
