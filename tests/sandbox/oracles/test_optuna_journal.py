"""Optuna's journal, line by line: what each operation does, and why some lines are none."""

import json
from pathlib import Path

import pytest

from sandbox.oracles.optuna_journal import MAX_BYTES, MAX_LINE, read_journal
from sandbox.oracles.store import Range, Store, Study, StudyTrial
from tests.sandbox.oracles.studies import CHOICE, FLOAT

C = Range("float", low=0.01, high=10.0, log=True)
STUDY: dict[str, object] = {"op_code": 0, "study_name": "svm", "directions": [1]}
TRIAL: dict[str, object] = {"op_code": 4, "study_id": 0}


def write(folder: Path, *rows: object) -> Path:
    journal = folder / "journal.log"
    journal.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return journal


def read(folder: Path, *rows: object) -> Store:
    return read_journal(write(folder, *rows))


def read_trials(folder: Path, *rows: object) -> tuple[StudyTrial, ...]:
    store = read(folder, STUDY, *rows)
    assert not store.unreadable
    (study,) = store.studies
    return study.trials


def refused(folder: Path, *rows: object, unknown: bool = False) -> str:
    store = read(folder, STUDY, TRIAL, *rows)
    assert (store.schema, store.studies, store.unknown) == ("", (), unknown)
    return store.unreadable.removeprefix("The Optuna journal journal.log cannot be read: ")


def param(value: object, name: str = "C", space: str = FLOAT, trial: int = 0) -> dict[str, object]:
    given = {"param_name": name, "param_value_internal": value, "distribution": space}
    return {"op_code": 5, "trial_id": trial, **given}


def test_studies_are_read_with_their_directions(tmp_path: Path) -> None:
    second = {"op_code": 0, "study_name": "two", "directions": [2, 0]}
    assert read(tmp_path, STUDY, second) == Store(
        schema="optuna journal",
        studies=(
            Study("svm", ("minimize",), (), "journal"),
            Study("two", ("maximize", "not set"), (), "journal"),
        ),
    )


def test_a_trial_goes_from_running_to_its_end(tmp_path: Path) -> None:
    end = {"op_code": 6, "trial_id": 0, "state": 1, "values": [0.5]}
    found = read_trials(tmp_path, TRIAL, param(2), param(1, "kernel", CHOICE), end, TRIAL)
    first, second = found
    assert (first.number, first.state, first.values) == (0, "COMPLETE", (0.5,))
    assert first.params == {"C": 2.0, "kernel": "poly"}
    assert first.ranges == {"C": C, "kernel": Range("choice", choices=("rbf", "poly", "None"))}
    assert second == StudyTrial(1, "RUNNING", {}, ())


@pytest.mark.parametrize("state", [1, 2, 3])
def test_what_ended_changes_no_more(tmp_path: Path, state: int) -> None:
    end = {"op_code": 6, "trial_id": 0, "state": state, "values": [0.5]}
    later = {"op_code": 6, "trial_id": 0, "state": 0, "values": [0.9]}
    (trial,) = read_trials(tmp_path, TRIAL, end, later, param(2))
    assert (trial.values, trial.params) == ((0.5,), {})
    assert trial.state == ("COMPLETE", "PRUNED", "FAIL")[state - 1]


@pytest.mark.parametrize("state", [0, 4])
def test_what_waits_or_runs_may_change(tmp_path: Path, state: int) -> None:
    begun = {"op_code": 6, "trial_id": 0, "state": state}
    (trial,) = read_trials(tmp_path, TRIAL, begun, param(2))
    assert (trial.state, trial.params) == (("RUNNING", "WAITING")[state == 4], {"C": 2.0})


def test_a_trial_may_be_made_whole(tmp_path: Path) -> None:
    whole = {
        **TRIAL,
        "state": 1,
        "params": {"C": 2},
        "distributions": {"C": FLOAT},
        "values": [0.5, 0.75],
    }
    assert read_trials(tmp_path, whole) == (
        StudyTrial(0, "COMPLETE", {"C": 2.0}, (0.5, 0.75), {"C": C}),
    )


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ({"value": 0.5}, (0.5,)),
        ({"value": None}, ()),
        ({"values": None, "value": 0.5}, (0.5,)),
        ({"values": [0.1], "value": 0.5}, (0.1,)),
        ({"params": {"C": 2}}, ()),
        ({"distributions": {"C": FLOAT}}, ()),
    ],
)
def test_a_trial_may_be_made_with_its_value(
    tmp_path: Path, given: dict[str, object], values: tuple[float, ...]
) -> None:
    (trial,) = read_trials(tmp_path, {**TRIAL, **given})
    assert (trial.values, trial.params) == (values, {})


def test_trials_of_several_studies_are_counted_together(tmp_path: Path) -> None:
    second = {"op_code": 0, "study_name": "two", "directions": [1]}
    other = {"op_code": 4, "study_id": 1}
    end = {"op_code": 6, "trial_id": 1, "state": 1, "values": [0.5]}
    store = read(tmp_path, STUDY, second, TRIAL, other, end)
    found = [[(trial.number, trial.state) for trial in study.trials] for study in store.studies]
    assert found == [[(0, "RUNNING")], [(0, "COMPLETE")]]


def test_a_study_that_was_deleted_takes_no_other_s_place(tmp_path: Path) -> None:
    delete = {"op_code": 1, "study_id": 0}
    second = {"op_code": 0, "study_name": "two", "directions": [1]}
    other = {"op_code": 4, "study_id": 1}
    store = read(tmp_path, STUDY, TRIAL, delete, TRIAL, second, other, param(2, trial=1))
    (study,) = store.studies
    assert (study.name, [trial.params for trial in study.trials]) == ("two", [{"C": 2.0}])


@pytest.mark.parametrize("code", [2, 3, 7, 8, 9])
def test_attributes_and_reports_change_nothing(tmp_path: Path, code: int) -> None:
    assert len(read_trials(tmp_path, TRIAL, {"op_code": code, "trial_id": 0})) == 1


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ([], "a line of it is no operation."),
        ({"op_code": 5}, "a line of it is no operation of Optuna's."),
        ({"op_code": -1}, "a line of it is no operation of Optuna's."),
        ({"op": 1}, "a line of it is no operation of Optuna's."),
        (param(2, trial=1), "it changes a trial 1 that was never created."),
        (param(2, trial=-1), "it changes a trial -1 that was never created."),
        ({**TRIAL, "state": 5}, "a state or a direction is none of Optuna's."),
        ({**TRIAL, "state": -1}, "a state or a direction is none of Optuna's."),
        ({**STUDY, "directions": [3]}, "a state or a direction is none of Optuna's."),
        (param("x"), "the parameter 'C' is not a number."),
        (param(2, space="{"), "a parameter's distribution is no JSON."),
    ],
)
def test_what_is_no_operation_has_its_sentence(tmp_path: Path, row: object, reason: str) -> None:
    assert refused(tmp_path, row) == reason


@pytest.mark.parametrize("code", [10, 11])
def test_a_later_operation_is_not_known_here(tmp_path: Path, code: int) -> None:
    reason = f"the operation {code} is not known here."
    assert refused(tmp_path, {"op_code": code}, unknown=True) == reason


def test_a_line_that_is_no_json_has_its_sentence(tmp_path: Path) -> None:
    journal = tmp_path / f"{'j' * 90}.log"
    journal.write_text("{\n")
    where = f"The Optuna journal {'j' * 80} cannot be read"
    assert read_journal(journal).unreadable == f"{where}: a line of it is no JSON."


def test_what_cannot_be_opened_has_its_sentence(tmp_path: Path) -> None:
    (tmp_path / "journal.log").symlink_to("elsewhere")
    reason = "The Optuna journal journal.log cannot be read: Too many levels of symbolic links."
    assert read_journal(tmp_path / "journal.log") == Store(schema="", unreadable=reason)


def test_a_line_of_four_mib_is_too_long(tmp_path: Path) -> None:
    row = {"op_code": 2, "x": ""}
    room = MAX_LINE - len(json.dumps(row)) - 2
    longest, longer = ({**row, "x": "y" * size} for size in (room, room + 1))
    assert len(read_trials(tmp_path, longest)) == 0
    assert refused(tmp_path, longer) == "line 3 is longer than 4 MiB."


def test_a_journal_larger_than_a_gibibyte_is_not_read(tmp_path: Path) -> None:
    journal = write(tmp_path)
    with journal.open("wb") as sparse:
        sparse.truncate(MAX_BYTES + 1)
    assert read_journal(journal).unreadable.endswith("read: it is larger than 1 GiB.")
