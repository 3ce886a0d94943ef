"""An edited number of a storage flips the verdict; what says nothing of a trial does not."""
# ruff: noqa: S608 - the statements are what a forger would write into a file of their own.

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.gates.kept import find_kept_problem, leave_out_copies
from sandbox.oracles.optuna import OptunaOracle
from sandbox.oracles.store import Store, Study
from sandbox.witness.testimony import Testimony as Heard
from sandbox.witness.testimony import Tried
from tests.sandbox.oracles.studies import CHOICE, FLOAT, Row, list_operations, make_database

ROWS = tuple(Row(0.8 + number / 100, c=1.0 + number, kernel=number % 3) for number in range(5))
TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF), max_size=20)
NUMBERS = st.floats(0.001, 5.0)


def _tell(call: str, number: int, order: int, **fields: object) -> Tried:
    return Tried(order, call, "optuna", "svm", number, json.dumps(fields))  # type: ignore[arg-type]


def _run() -> Heard:
    """What the witness saw of a study that was run honestly."""
    spaces = {"C": json.loads(FLOAT), "kernel": json.loads(CHOICE)}
    steps: list[Tried] = []
    for number, row in enumerate(ROWS):
        steps.append(_tell("ask", number, 2 * number, directions=["MAXIMIZE"]))
        told = {"params": {"C": row.c, "kernel": row.kernel}, "values": [row.value]}
        told |= {"state": "COMPLETE", "distributions": spaces}
        steps.append(_tell("tell", number, 2 * number + 1, **told))
    return Heard(tried=tuple(steps), present=True, complete=True)


def _judge_database(*statements: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        make_database(Path(folder), ROWS, *statements)
        store = OptunaOracle().read(Path(folder), _run(), "")
    return store.unreadable or find_kept_problem(store)


def _judge_journal(operations: list[dict[str, object]]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        lines = "".join(json.dumps(row) + "\n" for row in operations)
        (Path(folder) / "journal.log").write_text(lines, encoding="utf-8")
        store = OptunaOracle().read(Path(folder), _run(), "")
    return store.unreadable or find_kept_problem(store)


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def test_both_storages_agree_with_what_was_run() -> None:
    assert _judge_database() == ""
    assert _judge_journal(list_operations(ROWS)) == ""


@settings(deadline=None, max_examples=40)
@given(
    trial=st.integers(1, 5), text=TEXTS, number=st.floats(allow_nan=False), what=st.integers(0, 6)
)
def test_notes_and_times_in_a_database_change_nothing(
    trial: int, text: str, number: float, what: int
) -> None:
    note = _quote(json.dumps([text, number]))
    statement = (
        f"INSERT INTO trial_user_attributes VALUES ({trial}, {_quote(text)}, {note})",
        f"UPDATE trials SET datetime_start = {_quote(text)} WHERE trial_id = {trial}",
        f"UPDATE trials SET datetime_complete = NULL WHERE trial_id = {trial}",
        f"CREATE TABLE study_user_attributes AS SELECT 1 AS study_id, {note} AS value_json",
        f"CREATE TABLE study_system_attributes AS SELECT 1 AS study_id, {note} AS value_json",
        f"CREATE TABLE trial_system_attributes AS SELECT {trial} AS trial_id, {note} AS value",
        f"CREATE TABLE trial_intermediate_values AS SELECT {trial} AS trial, {number!r} AS value",
    )[what]
    if "inf" in statement:
        return
    assert _judge_database(statement) == ""


@settings(deadline=None, max_examples=40)
@given(trial=st.integers(0, 4), text=TEXTS, number=NUMBERS, what=st.integers(0, 4), place=st.data())
def test_notes_and_reports_in_a_journal_change_nothing(
    trial: int, text: str, number: float, what: int, place: st.DataObject
) -> None:
    operations = list_operations(ROWS)
    notes: tuple[dict[str, object], ...] = (
        {"op_code": 2, "study_id": 0, "user_attr": {text: number}},
        {"op_code": 3, "study_id": 0, "system_attr": {text: number}},
        {"op_code": 7, "trial_id": trial, "step": 1, "intermediate_value": number},
        {"op_code": 8, "trial_id": trial, "user_attr": {text: number}},
        {"op_code": 9, "trial_id": trial, "system_attr": {text: number}},
    )
    note = notes[what]
    operations.insert(place.draw(st.integers(1, len(operations))), {**note, "worker_id": text})
    for operation in operations:
        if "datetime_start" in operation:
            operation["datetime_start"] = text
    assert _judge_journal(operations) == ""


@settings(deadline=None, max_examples=40)
@given(trial=st.integers(1, 5), shift=NUMBERS, what=st.integers(0, 6))
def test_whatever_number_of_a_database_is_edited_is_told(
    trial: int, shift: float, what: int
) -> None:
    here = f"WHERE trial_id = {trial}"
    wider = _quote(FLOAT.replace("10.0", str(10.0 + shift)))
    statement = (
        f"UPDATE trial_values SET value = value + {shift!r} {here}",
        f"UPDATE trial_params SET param_value = param_value + {shift!r} {here} "
        "AND param_name = 'C'",
        f"UPDATE trial_params SET param_value = (param_value + 1) % 3 {here} "
        "AND param_name = 'kernel'",
        f"UPDATE trial_params SET distribution_json = {wider} {here} AND param_name = 'C'",
        f"UPDATE trials SET state = 'PRUNED' {here}",
        f"DELETE FROM trials {here}",
        "UPDATE study_directions SET direction = 'MINIMIZE'",
    )[what]
    assert _judge_database(statement) != ""


@settings(deadline=None, max_examples=40)
@given(trial=st.integers(0, 4), shift=NUMBERS, what=st.integers(0, 4))
def test_whatever_number_of_a_journal_is_edited_is_told(
    trial: int, shift: float, what: int
) -> None:
    operations = list_operations(ROWS)
    mine = [row for row in operations if row.get("trial_id") == trial]
    given_c = next(row for row in mine if row.get("param_name") == "C")
    ended = next(row for row in mine if row["op_code"] == 6)
    if what == 0:
        ended["values"] = [(ROWS[trial].value or 0.0) + shift]
    elif what == 1:
        given_c["param_value_internal"] = ROWS[trial].c + shift
    elif what == 2:
        given_c["distribution"] = FLOAT.replace("10.0", str(10.0 + shift))
    elif what == 3:
        operations.remove(ended)
    else:
        operations[0]["directions"] = [1]
    assert _judge_journal(operations) != ""


def test_a_trial_that_a_storage_lacks_is_named() -> None:
    assert _judge_database("DELETE FROM trials WHERE trial_id = 5") == (
        "Trial 4 of the study `svm` was run, and is not in the storage."
    )


def test_another_direction_is_named() -> None:
    assert _judge_database("UPDATE study_directions SET direction = 'MINIMIZE'") == (
        "The study `svm` is to minimize in the storage, and was run to maximize: it was written "
        "past Optuna."
    )


def _witnessed() -> Study:
    return OptunaOracle().read(Path("/nowhere"), _run(), "").studies[0]


def _copy(study: Study) -> Study:
    added = tuple(replace(trial, state="ADDED", began=-1) for trial in study.trials)
    return replace(study, name="copy", trials=added)


def test_a_study_kept_after_it_was_run_is_no_second_one() -> None:
    study = _witnessed()
    copy = _copy(study)
    kept = replace(study, name="copy", origin="database")
    assert find_kept_problem(Store(schema="", studies=(study, copy, kept))) == ""
    assert leave_out_copies((study, copy)) == (study,)


@pytest.mark.parametrize("number", range(5))
def test_a_copy_that_is_better_than_what_was_run_is_none(number: int) -> None:
    study = _witnessed()
    trials = list(_copy(study).trials)
    trials[number] = replace(trials[number], values=(0.99,))
    forged = replace(study, name="copy", trials=tuple(trials))
    assert leave_out_copies((study, forged)) == (study, forged)
    shorter = replace(forged, trials=_copy(study).trials[:3])
    assert leave_out_copies((study, shorter)) == (study, shorter)
