"""On disk before it is shown; resumed without losing a record."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from agents.journal import (
    EVENTS,
    Journal,
    JournalError,
    hold,
    list_runs,
    mend,
    open_journal,
    take_up,
)
from agents.records import (
    Action,
    Attempted,
    Baseline,
    Candidate,
    Evidence,
    Gate,
    Plan,
    Prepared,
    Progress,
    Reason,
    Record,
    Refusal,
    Report,
    Request,
    Spent,
    Stage,
    Verdict,
)
from agents.settings import Settings

ALL: tuple[Record, ...] = (
    Plan((Stage("inline", "experiment_tracking", "mlflow", steps=("one", "two")),)),
    Progress("environment", "building"),
    Prepared(
        python="/e/bin/python",
        packages={"mlflow": "3.17.2"},
        asked=("mlflow",),
        site_packages=("/e/lib",),
        import_path=(),
        readable=(),
        fingerprint="f",
        runner="process",
        isolation="none",
        seconds=1.5,
        cached=True,
        notes=("a note",),
    ),
    Evidence("mlflow.log_metric", "mlflow", "3.17.2", "mlflow/tracking/fluent.py", 901),
    Candidate(1, 0, "rules", "explicit", {"train.py": "x = 1\n"}, (Action("t", 1, "a", "b", "c"),)),
    Refusal(0, "rules", (Reason(3, "no-metric", "nothing is measured"),)),
    Attempted("1", 1, "cold", 0, "ok", 0, 1.0, 0.9, 100.0, False, False, "", {"m.png": "ab"}),
    Baseline(True),
    Verdict(
        1, 0, 1, "rules", "cold", "ok", 1.0, (Gate("build", "pass"), Gate("runs", "fail", "x"))
    ),
    Spent("--max-attempts", 9),
    Report("accepted", "Passed.", patch="--- a\n", files=("train.py",)),
)


@pytest.fixture
def request_(tmp_path: Path) -> Request:
    root = tmp_path / "code"
    root.mkdir()
    (root / "train.py").write_text("print(1)\n")
    return Request(
        "20261123-104502-k3fa", "track", str(root), str(root), "train.py", (), Settings()
    )


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


def test_every_kind_of_record_comes_back_as_it_was(runs: Path, request_: Request) -> None:
    with take_up(runs, request_) as journal:
        for record in (request_, *ALL):
            journal.write(record)
    assert open_journal(runs, request_.run).past == (request_, *ALL)


def test_lines_are_numbered_dated_and_named(runs: Path, request_: Request) -> None:
    with take_up(runs, request_) as journal:
        journal.write(request_)
        journal.write(ALL[0])
    lines = (runs / request_.run / EVENTS).read_text().splitlines()
    events = [json.loads(line) for line in lines]
    assert [event["seq"] for event in events] == [1, 2]
    assert [event["kind"] for event in events] == ["Request", "Plan"]
    assert all(event["schema"] == 1 and event["time"] for event in events)


def test_a_run_holds_a_copy_of_what_travels(runs: Path, request_: Request) -> None:
    with take_up(runs, request_) as journal:
        assert (journal.folder / "original" / "train.py").read_text() == "print(1)\n"


def test_a_resumed_run_writes_no_record_twice(runs: Path, request_: Request) -> None:
    with take_up(runs, request_) as journal:
        journal.write(request_)
        journal.write(ALL[0])
    with take_up(runs, request_) as journal:
        journal.write(request_)
        journal.write(ALL[0])
        journal.write(ALL[1])
    assert open_journal(runs, request_.run).past == (request_, *ALL[:2])


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_half_written_line_is_cut_off_and_what_follows_stands_on_its_own(
    runs: Path, request_: Request, cut: int
) -> None:
    with take_up(runs, request_) as journal:
        journal.write(request_)
        journal.write(ALL[0])
    path = runs / request_.run / EVENTS
    path.write_bytes(path.read_bytes()[:-cut])
    assert open_journal(runs, request_.run).past == (request_,)
    with take_up(runs, request_) as journal:
        journal.write(ALL[1])
    assert open_journal(runs, request_.run).past == (request_, ALL[1])


def test_reading_a_journal_never_changes_it(runs: Path, request_: Request) -> None:
    with take_up(runs, request_) as journal:
        journal.write(request_)
    path = runs / request_.run / EVENTS
    torn = path.read_bytes() + b'{"seq": 2, "ti'
    path.write_bytes(torn)
    open_journal(runs, request_.run)
    assert [entry.run for entry in list_runs(runs)] == [request_.run]
    assert path.read_bytes() == torn
    mend(path.parent)
    assert path.read_bytes() == torn[: torn.rindex(b"\n") + 1]


def test_a_record_is_recalled_by_its_kind_and_values(runs: Path, request_: Request) -> None:
    first = Attempted("1", 1, "cold", 0, "ok", 0, 1.0, 0.9, 9.0, False, False, "", {})
    second = replace(first, place="2")
    journal = Journal(runs, (request_, first, second))
    assert journal.recall(Attempted, place="2") == second
    assert journal.recall(Attempted, place="3") is None
    assert journal.recall(Report) is None


def test_two_processes_do_not_work_on_one_run(runs: Path, request_: Request) -> None:
    with (
        take_up(runs, request_) as journal,
        pytest.raises(JournalError, match="another process"),
        hold(journal.folder),
    ):
        pass
    with hold(runs / request_.run):
        pass


@pytest.mark.parametrize("name", ["nothing", "../code", "", "."])
def test_an_unknown_run_is_a_sentence(runs: Path, request_: Request, name: str) -> None:
    with take_up(runs, request_):
        pass
    with pytest.raises(JournalError, match="There is no run"):
        open_journal(runs, name)


def test_a_line_that_is_no_record_is_named(runs: Path, request_: Request) -> None:
    with take_up(runs, request_) as journal:
        journal.write(request_)
    with (runs / request_.run / EVENTS).open("a") as file:
        file.write(
            '{"seq": 2, "time": "2026-01-01T00:00Z", "kind": "Song", "schema": 1, "record": {}}\n'
        )
    with pytest.raises(JournalError, match="Line 2"):
        open_journal(runs, request_.run)
    assert list(list_runs(runs)) == []


def test_a_journal_folder_that_is_a_file_is_a_sentence(tmp_path: Path, request_: Request) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(JournalError, match="--runs"), take_up(tmp_path / "runs", request_):
        pass


def test_a_full_disk_is_a_sentence(request_: Request, tmp_path: Path) -> None:
    folder = tmp_path / "full"
    folder.mkdir()
    (folder / EVENTS).symlink_to("/dev/full")
    with pytest.raises(JournalError, match="No space left"):
        Journal(folder).write(request_)
