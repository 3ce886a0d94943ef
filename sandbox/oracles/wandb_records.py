"""What W&B's records say: the few messages needed, by their field numbers.

The numbers are those of `wandb_internal.proto`, the same from W&B 0.16 to 0.31.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.oracles.wire import (
    WireError,
    from_zigzag,
    read_fields,
    to_double,
    to_signed,
)

HISTORY, SUMMARY, CONFIG, FILES, ARTIFACT, METRIC, RUN, EXIT, HEADER = 2, 3, 5, 6, 8, 12, 17, 18, 21
"""Fields of `Record`: which kind of record it is."""

_MADE = frozenset({"job", "run_table", "wandb-history"})
"""Types of artifacts that W&B makes by itself."""
MAX_DEPTH = 20
MAX_TEXT = 1_000_000

Value = float | str | bool | None | list[object] | dict[str, object]
_WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
Item = tuple[tuple[str, ...], Value]
"""A key, or the keys of nested dictionaries from the outside in, and its value."""


class RecordError(Exception):
    """A record says something W&B does not write."""


@dataclass(frozen=True, slots=True)
class RunStart:
    """The record that a run begins with, or that changes what is known of it."""

    id: str = ""
    project: str = ""
    name: str = ""
    tags: tuple[str, ...] = ()
    config: tuple[Item, ...] = ()
    began: float = 0.0
    """Seconds since 1970."""


def split_record(record: bytes) -> tuple[int, bytes]:
    """The kind of a record, as a field number of `Record`, and its message; 0: none needed."""
    found = (0, b"")
    for number, value in _fields(record):
        if number in _KINDS and isinstance(value, bytes):
            found = (number, value)
    return found


_KINDS = frozenset({HISTORY, SUMMARY, CONFIG, FILES, ARTIFACT, METRIC, RUN, EXIT, HEADER})


def read_version(message: bytes) -> str:
    """The version of W&B in a header record: `0.31.0`."""
    for number, info in _fields(message):
        if number == 1:
            for inner, text in _fields(_bytes(info)):
                if inner == 1:
                    return _text(text).partition("+")[0]
    return ""


def read_run(message: bytes) -> RunStart:
    """A run record."""
    plain: dict[int, str] = {}
    tags: list[str] = []
    config: list[Item] = []
    began = 0.0
    for number, value in _fields(message):
        if number in (1, 3, 8):
            plain[number] = _text(value)
        elif number == 10:
            tags.append(_text(value))
        elif number == 4:
            updates, _ = read_updates(_bytes(value))
            config += updates
        elif number == 17:
            parts = dict(_fields(_bytes(value)))
            whole, rest = parts.get(1, 0), parts.get(2, 0)
            if isinstance(whole, int) and isinstance(rest, int):
                began = to_signed(whole) + rest / 1e9
    return RunStart(
        plain.get(1, ""), plain.get(3, ""), plain.get(8, ""), tuple(tags), tuple(config), began
    )


def read_updates(
    message: bytes, *, own: bool = False
) -> tuple[tuple[Item, ...], tuple[tuple[str, ...], ...]]:
    """A config or summary record: what it sets, and the keys it takes away.

    `own`: only what the script itself sets. What W&B derives from the history for the summary is
    written under nested keys, even where there is nothing nested.
    """
    updates: list[Item] = []
    removed: list[tuple[str, ...]] = []
    for number, value in _fields(message):
        if number not in (1, 2) or (own and _bytes(value)[:1] != b"\n"):
            continue
        item = read_item(_bytes(value))
        if number == 1:
            updates.append(item)
        else:
            removed.append(item[0])
    return tuple(updates), tuple(removed)


def read_item(message: bytes) -> Item:
    """A key with its value, as JSON or in the typed form that newer versions may write."""
    key: tuple[str, ...] = ()
    value: Value = None
    for number, content in _fields(message):
        if number == 1:
            key = (_text(content),)
        elif number == 2:
            key = (*key, _text(content))
            if len(key) > MAX_DEPTH:
                raise RecordError("a key is nested too deeply")
        elif number in (8, 16):
            value = read_json(_bytes(content))
        elif number == 7:
            value = _text(content)
        elif isinstance(content, int):
            match number:
                case 4:
                    value = bool(content)
                case 5:
                    value = float(from_zigzag(content))
                case 6:
                    value = to_double(content)
                case _:
                    pass
    return key, value


def read_json(text: bytes) -> Value:
    """A value as W&B writes it; NaN and infinities are written as words. Raises RecordError."""
    if len(text) > MAX_TEXT:
        return "..."
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise RecordError("a value is no JSON") from None
    return value  # type: ignore[no-any-return]  # what JSON has is what Value says


def read_number(value: Value) -> float | None:
    """A value as the number it is; None where it is none."""
    if isinstance(value, str):
        return _WORDS.get(value)
    try:
        return float(value) if isinstance(value, int | float) else None
    except OverflowError:
        return None


def read_history(message: bytes) -> tuple[list[Item], int]:
    """One row of a history, without what W&B adds to it (`_timestamp`), and its step."""
    items: list[Item] = []
    step = 0
    for number, value in _fields(message):
        if number == 1:
            # The key comes first: its tag, its length, its first letter.
            if _bytes(value)[2:3] != b"_":
                items.append(read_item(_bytes(value)))
        elif number == 2:
            step = read_signed(_bytes(value))
    return items, step


def read_signed(message: bytes) -> int:
    """The number in a message's first field: the step of a row, the exit code of a run."""
    for number, value in _fields(message):
        if number == 1 and isinstance(value, int):
            return to_signed(value)
    return 0


def read_metric(message: bytes) -> tuple[str, str]:
    """A metric's name, or pattern with `*`, and the key it is drawn against (may be empty)."""
    name = axis = ""
    for number, value in _fields(message):
        if number in (1, 2):
            name = name or _text(value)
        elif number == 4:
            axis = _text(value)
    return name, axis


def read_files(message: bytes) -> Iterator[str]:
    """Paths of the files kept with a run; those W&B adds by itself are left out."""
    for number, value in _fields(message):
        if number == 1:
            item = dict(_fields(_bytes(value)))
            # 1: of W&B's own.
            if item.get(3) != 1 and 1 in item:
                yield _text(item[1])


def read_artifact(message: bytes) -> tuple[str, ...]:
    """The paths of an artifact's files below its name; none for those W&B makes by itself."""
    name = kind = ""
    paths: list[str] = []
    for number, value in _fields(message):
        if number == 4:
            kind = _text(value)
        elif number == 5:
            name = _text(value)
        elif number == 12:
            for inner, entry in _fields(_bytes(value)):
                if inner == 4:
                    paths += [_text(text) for part, text in _fields(_bytes(entry)) if part == 1]
    return () if kind in _MADE else tuple(f"{name}/{path}" for path in paths)


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    try:
        yield from read_fields(message)
    except WireError as problem:
        raise RecordError(f"a record is no message: {problem}") from None


def _bytes(value: int | bytes) -> bytes:
    if not isinstance(value, bytes):
        raise RecordError("a number stands where a message belongs")
    return value


def _text(value: int | bytes) -> str:
    try:
        return _bytes(value)[:MAX_TEXT].decode("utf-8")
    except UnicodeDecodeError:
        raise RecordError("a text is not UTF-8") from None
