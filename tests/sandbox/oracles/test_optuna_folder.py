"""Which files of a folder are Optuna's storages, and in which order they are read."""

import json
import math
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sandbox.oracles.optuna import OptunaOracle
from sandbox.oracles.store import Store
from sandbox.witness.testimony import Testimony as Heard
from sandbox.witness.testimony import Tried
from tests.sandbox.oracles.studies import Row, make_database, make_journal

ROWS = (Row(0.9, c=1.0), Row(math.inf, c=3.0))


def read(folder: Path, testimony: Heard | None = None) -> Store:
    return OptunaOracle().read(folder, testimony or Heard(), "")


def tried(call: str, number: int, order: int) -> Tried:
    return Tried(order, call, "optuna", "svm", number, json.dumps({}))  # type: ignore[arg-type]


def test_studies_of_the_witness_come_first_and_layouts_are_named_once(tmp_path: Path) -> None:
    for name in ("a.db", "b.db"):
        make_database(tmp_path, ROWS, name=name)
    below = tmp_path / "below"
    below.mkdir()
    make_journal(below, ROWS)
    store = read(tmp_path, Heard(tried=(tried("ask", 0, 3),)))
    assert store.schema == "optuna sqlite 12 (5.0.0), optuna journal, optuna witnessed"
    origins = ["witness", "database", "database", "journal"]
    assert [study.origin for study in store.studies] == origins


def test_storages_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for folder, name in (("b", "y.db"), ("b", "x.db"), ("a", "z.db")):
        (tmp_path / folder).mkdir(exist_ok=True)
        statement = f"UPDATE studies SET study_name = '{folder}/{name}'"  # noqa: S608
        make_database(tmp_path / folder, ROWS, statement, name=name)
    assert [study.name for study in read(tmp_path).studies] == ["a/z.db", "b/x.db", "b/y.db"]


def test_other_files_hide_no_storage(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("nothing")
    (tmp_path / "b.log").symlink_to("elsewhere")
    make_journal(tmp_path, ROWS, name="c.log")
    with closing(sqlite3.connect(tmp_path / "d.db")) as connection:
        connection.execute("CREATE TABLE results (score FLOAT)")
    make_journal(tmp_path, ROWS, name="e.log")
    assert len(read(tmp_path).studies) == 2


def test_twenty_storages_are_read_and_no_more(tmp_path: Path) -> None:
    for number in range(21):
        make_journal(tmp_path, ROWS[:1], name=f"{number:02}.log")
    assert len(read(tmp_path).studies) == 20


@pytest.mark.parametrize("start", ['{"op_code":', ' {  "op_code" : ', '{"op_code": 0'])
def test_a_journal_is_known_by_its_first_operation(tmp_path: Path, start: str) -> None:
    (tmp_path / "any.name").write_text(start + " [\n")
    assert read(tmp_path).unreadable


@pytest.mark.parametrize("start", ["", "{}\n", 'x{"op_code": 0}\n', '{"op": 0}\n'])
def test_other_json_is_no_journal(tmp_path: Path, start: str) -> None:
    (tmp_path / "study.log").write_text(start)
    assert read(tmp_path) == Store(schema="")


def test_nothing_is_set_planted_or_asked(tmp_path: Path) -> None:
    oracle = OptunaOracle()
    oracle.plant(None, tmp_path, "/job")
    assert (oracle.variables("/job"), oracle.template_script()) == ({}, "")
    assert (oracle.ask(tmp_path, Heard()), list(tmp_path.iterdir())) == (None, [])
