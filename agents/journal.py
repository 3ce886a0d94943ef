"""Every record of a run, one JSON line each, on disk before it is shown; resume."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from agents.records import Record, Report, Request
from agents.secrecy import find_secrets, mask_record, mask_text
from sandbox.luggage import gather_luggage, pack

SCHEMA = 1
EVENTS = "events.jsonl"
LOCK = "lock"

Kind = TypeVar("Kind", bound=Record)


class JournalError(Exception):
    """The journal cannot be read or written: says which file, why, and what to do."""


class Event(BaseModel):
    """One line of the journal."""

    model_config = ConfigDict(frozen=True)

    seq: Annotated[int, Field(ge=1)]
    time: datetime
    kind: str
    # A line of another schema is refused before its record is looked at.
    schema_: Annotated[int, Field(alias="schema", ge=SCHEMA, le=SCHEMA)]
    record: Mapping[str, Any]


RECORDS: Mapping[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind) for kind in Record.__args__
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One run in a listing."""

    run: str
    folder: Path
    request: Request
    report: Report | None


class Journal:
    """The folder of one run: what was recorded before, and where the next record goes."""

    def __init__(
        self, folder: Path, past: tuple[Record, ...] = (), command: Sequence[str] = ()
    ) -> None:
        self.folder = folder
        self.past = past
        self._seq = len(past)
        self._secrets = find_secrets(command)

    @property
    def request(self) -> Request:
        """The request the run began with."""
        first = self.past[0]
        assert isinstance(first, Request)  # noqa: S101  # open_journal and take_up see to it
        return first

    def recall(self, kind: type[Kind], **fields: object) -> Kind | None:
        """Find the record of this kind, with these values, that an interrupted process made."""
        for record in self.past:
            if isinstance(record, kind) and all(
                getattr(record, name) == value for name, value in fields.items()
            ):
                return record
        return None

    def write(self, record: Kind) -> Kind:
        """Put a record on disk, flushed to the device, unless it is there already.

        Gives back the record as it was written: secrets of the command are masked in it.
        """
        kind = type(record).__name__
        if self._secrets:
            shown = mask_record(RECORDS[kind].dump_python(record, mode="json"), self._secrets)
            record = RECORDS[kind].validate_python(shown)
        if record in self.past:
            return record
        event = {
            "seq": self._seq + 1,
            "time": datetime.now(UTC).isoformat(),
            "kind": kind,
            "schema": SCHEMA,
            "record": RECORDS[kind].dump_python(record, mode="json"),
        }
        line = json.dumps(event) + "\n"
        try:
            with (self.folder / EVENTS).open("ab") as file:
                file.write(line.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise JournalError(
                f"The journal {self.folder / EVENTS} cannot be written: {error.strerror}. Nothing "
                "of yours was changed; free some space or name another folder with --runs."
            ) from error
        self._seq += 1
        return record

    def finish(self, report: Report) -> None:
        """Write the last record, and beside it the report and its patch as files of their own."""
        self._save("patch.diff", report.patch)
        shown = RECORDS["Report"].dump_json(report, indent=2).decode()
        self._save("report.json", mask_text(shown, self._secrets))
        self.write(report)

    def _save(self, name: str, text: str) -> None:
        """Keep a file beside the events, whole or not at all."""
        target = self.folder / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            aside = target.with_name(target.name + ".part")
            with aside.open("w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(target)
        except OSError as error:
            raise JournalError(f"{target} cannot be written: {error.strerror}.") from error


@contextmanager
def take_up(runs: Path, request: Request) -> Iterator[Journal]:
    """Start the journal of a new run, or go on with the one that an earlier process left.

    A new run's folder holds a copy of what travels, made whole before the folder has its name.
    Raises JournalError.
    """
    folder = runs / request.run
    try:
        if not folder.exists():
            aside = runs / f".{request.run}"
            (aside / "original").mkdir(parents=True)
            pack(gather_luggage(Path(request.root)), aside / "original")
            aside.replace(folder)
    except OSError as error:
        raise JournalError(
            f"The journal folder {runs} cannot be used: {error.strerror}. Nothing of yours was "
            "changed; name another folder with --runs or MLGRAFT_RUNS."
        ) from error
    with hold(folder):
        mend(folder)
        yield Journal(folder, tuple(_read_records(folder / EVENTS)), request.command)


def open_journal(runs: Path, run: str) -> Journal:
    """Read a run's journal. Raises JournalError."""
    folder = runs / run
    if Path(run).name != run or not (folder / EVENTS).is_file():
        raise JournalError(f"There is no run '{run}' in {runs}. `mlgraft runs list` shows them.")
    records = tuple(_read_records(folder / EVENTS))
    if not records or not isinstance(records[0], Request):
        raise JournalError(f"Run {run} was stopped before its request was written down.")
    return Journal(folder, records)


def mend(folder: Path) -> None:
    """Cut off a last line that a killed process left unfinished; only under `hold`."""
    path = folder / EVENTS
    raw = path.read_bytes() if path.exists() else b""
    whole = raw.rfind(b"\n") + 1
    if whole < len(raw):
        with path.open("r+b") as file:
            file.truncate(whole)


def list_runs(runs: Path) -> Iterator[Entry]:
    """Walk the runs of a folder, newest first; folders that hold no journal are passed over."""
    if not runs.is_dir():
        return
    try:
        folders = sorted(runs.iterdir(), reverse=True)
    except OSError as error:
        raise JournalError(
            f"The journal folder {runs} cannot be read: {error.strerror}."
        ) from error
    for folder in folders:
        if not (folder / EVENTS).is_file():
            continue
        try:
            records = tuple(_read_records(folder / EVENTS))
        except JournalError:
            continue
        if records and isinstance(records[0], Request):
            last = records[-1]
            yield Entry(folder.name, folder, records[0], last if isinstance(last, Report) else None)


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Keep other processes from working on the same run. Raises JournalError when one does."""
    with (folder / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise JournalError(
                f"Run {folder.name} is being worked on by another process."
            ) from error
        yield


def _read_records(path: Path) -> Iterator[Record]:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise JournalError(f"The journal {path} cannot be read: {error.strerror}.") from error
    whole = raw.rfind(b"\n") + 1
    for number, line in enumerate(raw[:whole].splitlines(), start=1):
        try:
            event = Event.model_validate_json(line)
            yield RECORDS[event.kind].validate_python(dict(event.record))
        except (ValidationError, KeyError) as error:
            raise JournalError(
                f"Line {number} of the journal {path} is not a record of this version of mlgraft."
            ) from error
