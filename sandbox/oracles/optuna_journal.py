"""Reads Optuna's journal: a file to which every change of every study is added as a line."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.oracles.optuna_trials import (
    DIRECTIONS,
    STATES,
    Draft,
    UnknownLayoutError,
    UnreadableError,
    read_params,
    read_range,
    read_values,
)
from sandbox.oracles.store import Range, Store, Study

MAX_BYTES = 1024**3
MAX_LINE = 4 * 1024 * 1024
MAX_LINES = 4_000_000
_FINISHED = frozenset({"COMPLETE", "PRUNED", "FAIL"})
_ATTRIBUTES = frozenset({2, 3, 7, 8, 9})
"""Operations that change no parameter, state or value: user and system attributes, reports."""


@dataclass(slots=True)
class _Draft:
    """A study being put together."""

    name: str
    directions: tuple[str, ...]
    trials: list[Draft] = field(default_factory=list)


def read_journal(journal: Path) -> Store:
    """Read all studies of one journal; a last line that breaks off is left out."""
    where = f"The Optuna journal {journal.name[:80]} cannot be read"
    try:
        replay = _Replay()
        for line in _read_lines(journal):
            replay.apply(_load(line))
    except UnreadableError as problem:
        return Store(schema="", unreadable=f"{where}: {problem}.", unknown=problem.unknown)
    except OSError as problem:
        return Store(schema="", unreadable=f"{where}: {problem.strerror}.")
    return Store(schema="optuna journal", studies=replay.finish())


def _read_lines(journal: Path) -> Iterator[bytes]:
    handle = os.open(journal, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as content:
        if os.fstat(content.fileno()).st_size > MAX_BYTES:
            raise UnreadableError("it is larger than 1 GiB")
        for number, line in enumerate(iter(lambda: content.readline(MAX_LINE), b"")):
            if len(line) == MAX_LINE:
                raise UnreadableError(f"line {number + 1} is longer than 4 MiB")
            if number >= MAX_LINES:
                raise UnreadableError(f"it has more than {MAX_LINES} lines")
            if line.endswith(b"\n"):
                yield line


def _load(line: bytes) -> dict[str, object]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise UnreadableError("a line of it is no JSON") from problem
    if not isinstance(found, dict):
        raise UnreadableError("a line of it is no operation")
    return found


class _Replay:
    """Applies operations in their order, as Optuna does when it opens a journal."""

    def __init__(self) -> None:
        self._studies: dict[int, _Draft | None] = {}
        self._trials: list[Draft] = []
        self._ranges: dict[str, Range] = {}

    def finish(self) -> tuple[Study, ...]:
        """All studies that were not deleted."""
        return tuple(
            Study(
                name=study.name,
                directions=study.directions,
                trials=tuple(trial.finish() for trial in study.trials),
                origin="journal",
            )
            for study in self._studies.values()
            if study is not None
        )

    def apply(self, row: dict[str, object]) -> None:
        """Apply one operation. Raises UnreadableError."""
        match row:
            case {"op_code": 0, "study_name": str(name), "directions": list(numbers)}:
                words = tuple(_word(DIRECTIONS, number) for number in numbers)
                self._studies[len(self._studies)] = _Draft(name, words)
            case {"op_code": 1, "study_id": int(study)}:
                self._studies[study] = None
            case {"op_code": 4, "study_id": int(study)}:
                self._create_trial(self._studies.get(study), row)
            case {
                "op_code": 5,
                "trial_id": int(trial),
                "param_name": str(name),
                "param_value_internal": value,
                "distribution": str(text),
            }:
                draft = self._find(trial)
                if draft is not None:
                    draft.add_param(name, value, self._range(text))
            case {"op_code": 6, "trial_id": int(trial), "state": state}:
                draft = self._find(trial)
                if draft is not None:
                    draft.state = _word(STATES, state)
                    draft.values = read_values(row.get("values"))
            case {"op_code": int(code)} if code in _ATTRIBUTES:
                pass
            case {"op_code": int(code)} if code > max(_ATTRIBUTES):
                raise UnknownLayoutError(f"the operation {code} is not known here")
            case _:
                raise UnreadableError("a line of it is no operation of Optuna's")

    def _create_trial(self, study: _Draft | None, row: dict[str, object]) -> None:
        if study is None:
            # Deleted meanwhile: Optuna makes no trial, either.
            return
        draft = Draft(len(study.trials), _word(STATES, row.get("state", 0)))
        spaces, params = row.get("distributions"), row.get("params")
        if isinstance(spaces, dict) and isinstance(params, dict):
            ranges = {str(name): self._range(str(text)) for name, text in spaces.items()}
            read_params(draft, params, ranges)
        values = row.get("values")
        single = row.get("value")
        draft.values = read_values([single] if values is None and single is not None else values)
        self._trials.append(draft)
        study.trials.append(draft)

    def _find(self, trial: int) -> Draft | None:
        """A trial that may still change; what ended stays as it is."""
        if not 0 <= trial < len(self._trials):
            raise UnreadableError(f"it changes a trial {trial} that was never created")
        draft = self._trials[trial]
        return None if draft.state in _FINISHED else draft

    def _range(self, text: str) -> Range:
        space = self._ranges.get(text)
        if space is None:
            space = self._ranges[text] = read_range(text)
        return space


def _word(words: tuple[str, ...], number: object) -> str:
    if not isinstance(number, int) or not 0 <= number < len(words):
        raise UnreadableError("a state or a direction is none of Optuna's")
    return words[number]
