"""Edits of a real MLflow database and of the witness's records, made at random, and the verdict."""

import hmac
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agents.gates.judgement import judge
from agents.gates.numbers import is_close
from agents.gates.witness import find_testimony_problem
from sandbox.oracles.mlflow_tracking import read_store
from sandbox.witness import testimony
from sandbox.witness.channel import KEY_BYTES, key_path
from sandbox.witness.reading import read_testimony
from tests.agents.gates.exhibits import LOOP_ACC, failing, loop
from tests.sandbox.oracles.stores import insert_point, insert_run, make_database

KEY = b"k" * KEY_BYTES
WORDS = st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), max_size=12)


@contextmanager
def _store(*edits: tuple[str, Sequence[object]]) -> Iterator[Path]:
    points = [insert_point(value, step, key="test_acc") for step, value in enumerate(LOOP_ACC)]
    with TemporaryDirectory() as folder:
        path = make_database(Path(folder), insert_run(), *points)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("INSERT INTO params VALUES ('epochs', '5', 'r1')")
            connection.execute("INSERT INTO tags VALUES ('note', 'first', 'r1')")
            for statement, values in edits:
                assert connection.execute(statement, values).rowcount
        yield Path(folder)


def _judge(*edits: tuple[str, Sequence[object]]) -> tuple[str, ...]:
    """Gates that are not green for the loop's honest run, after edits of what it left."""
    honest = loop()
    with _store(*edits) as folder:
        store = read_store(folder)
    return failing(judge(replace(honest, observed=replace(honest.observed, store=store))))


def test_the_store_as_it_was_left_is_accepted() -> None:
    assert _judge() == ()


@settings(max_examples=40, deadline=None)
@given(step=st.integers(0, 4), value=st.floats(-1e6, 1e6))
def test_any_other_number_in_the_database_flips_the_verdict(step: int, value: float) -> None:
    assume(not is_close(value, LOOP_ACC[step]))
    edit = ("UPDATE metrics SET value = ? WHERE step = ?", (value, step))
    assert {"store", "witness"} & set(_judge(edit))


@settings(max_examples=15, deadline=None)
@given(step=st.integers(0, 4))
def test_a_point_that_is_missing_or_was_added_flips_the_verdict(step: int) -> None:
    assert "store" in _judge(("DELETE FROM metrics WHERE step = ?", (step,)))
    copy = "INSERT INTO metrics SELECT key, value, timestamp, run_uuid, 5, is_nan FROM metrics"
    assert "store" in _judge((f"{copy} WHERE step = ?", (step,)))


@settings(max_examples=30, deadline=None)
@given(moment=st.integers(0, 2**40), name=WORDS, note=WORDS)
def test_times_names_and_notes_change_nothing(moment: int, name: str, note: str) -> None:
    edits = (
        ("UPDATE metrics SET timestamp = ?", (moment,)),
        ("UPDATE runs SET start_time = ?, end_time = ?, name = ?", (moment, moment + 1, name)),
        ("UPDATE experiments SET name = ?", (note,)),
        ("UPDATE tags SET value = ? WHERE key = 'note'", (note,)),
    )
    assert _judge(*edits) == ()


ROWS = (
    ["start", 0],
    ["site", 0, "library", "f.g", "acc", False, False, "train.py", 3],
    [1, 0, 0.5],
    [2, 0, 0.75],
    ["end", 3],
)


def _write_records(folder: Path, place: int = 0, other: int = 0) -> testimony.Testimony:
    """The records of a whole run, one line each, read back with one byte another one."""
    lines = []
    for number, row in enumerate(ROWS):
        rest = f"7:{number}:{json.dumps([row])}".encode()
        lines.append(hmac.digest(KEY, rest, "sha256").hex()[:32].encode() + b" " + rest + b"\n")
    content = bytearray(b"".join(lines))
    content[place % len(content)] ^= other
    path = folder / "testimony.jsonl"
    path.write_bytes(content)
    key_path(path).write_bytes(KEY)
    return read_testimony(path)


def test_the_records_as_they_were_written_are_believed(tmp_path: Path) -> None:
    heard = _write_records(tmp_path)
    assert [seen.values for seen in heard.sightings] == [(0.5,), (0.75,)]
    assert find_testimony_problem(heard) == ""


@settings(max_examples=200, deadline=None)
@given(place=st.integers(0, 10_000), other=st.integers(1, 255))
def test_any_byte_of_the_records_that_is_another_one_is_noticed(place: int, other: int) -> None:
    with TemporaryDirectory() as folder:
        heard = _write_records(Path(folder), place, other)
    assert find_testimony_problem(heard) != ""
