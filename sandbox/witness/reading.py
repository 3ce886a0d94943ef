"""Reads back what the witness wrote, and nothing that anybody else wrote."""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from sandbox.witness.channel import KEY_BYTES, key_path
from sandbox.witness.testimony import Probe, Rows, Sent, Sighting, Testimony, Tried

MOST_BYTES = 128 * 1024 * 1024
"""The witness stops at half of this; whoever writes more is somebody else."""
LONGEST_LINE = 32 * 1024 * 1024
CODE_LENGTH = 32


@dataclass(slots=True)
class _Draft:
    """A testimony being put together."""

    sites: dict[int, Sighting] = field(default_factory=dict)
    """Everything about a sighting but when it was and what was seen."""
    sightings: list[Sighting] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    probes: list[Probe] = field(default_factory=list)
    present: bool = False
    complete: bool = False
    truncated: bool = False
    forged: int = 0


def read_testimony(path: Path) -> Testimony:
    """The records of one run; an empty testimony where there are none.

    A line whose code does not fit the key, or that is not the next in its order, was not written
    by the witness in this place: it counts as forged and is not read. So does every line after a
    genuine one was taken away. A last line that breaks off is left out.
    """
    key = _read_key(path)
    draft = _Draft()
    process = ""
    expected = 0
    for line in _read_lines(path):
        if draft.complete or line is None:
            draft.forged += 1
            continue
        code, _, rest = line.partition(b" ")
        genuine = hmac.digest(key, rest, "sha256").hex()[:CODE_LENGTH].encode()
        if not key or not hmac.compare_digest(code, genuine):
            draft.forged += 1
            continue
        pid, number, body = rest.decode().split(":", 2)
        if int(number) != expected or (process and pid != process):
            draft.forged += 1
            continue
        process = pid
        expected += 1
        for row in json.loads(body):
            _add_row(draft, row)
    return Testimony(
        sightings=tuple(draft.sightings),
        sent=tuple(draft.sent),
        tried=tuple(draft.tried),
        present=draft.present,
        complete=draft.complete,
        truncated=draft.truncated,
        forged=draft.forged,
        probes=tuple(sorted(draft.probes, key=lambda probe: probe.order)),
    )


def _read_key(path: Path) -> bytes:
    try:
        key = key_path(path).read_bytes()
    except OSError:
        return b""
    return key if len(key) == KEY_BYTES else b""


def _read_lines(path: Path) -> Iterator[bytes | None]:
    """Whole lines without their ends; None for what is too much to be the witness's."""
    try:
        file = path.open("rb")
    except OSError:
        return
    with file:
        yield from _cut_lines(file)


def _cut_lines(file: BinaryIO) -> Iterator[bytes | None]:
    total = 0
    while line := file.readline(LONGEST_LINE):
        total += len(line)
        if total > MOST_BYTES:
            yield None
            return
        if line.endswith(b"\n"):
            yield line[:-1]
        elif len(line) == LONGEST_LINE:
            yield None


def _add_row(draft: _Draft, row: list[object]) -> None:
    match row:
        case ["start", *_]:
            draft.present = True
        case ["end", *_]:
            draft.complete = True
        case ["truncated", *_]:
            draft.truncated = True
        case [
            "site",
            int(number),
            "library" | "expression" as source,
            str(function),
            str(label),
            bool(integral),
            bool(nudged),
            str(file),
            int(line),
        ]:
            draft.sites[number] = Sighting(
                order=0,
                source=source,
                function=function,
                label=label,
                file=file,
                line=line,
                values=(),
                integral=integral,
                nudged=nudged,
            )
        case [int(order), int(number), *values] if number in draft.sites:
            numbers = tuple(float(str(value)) for value in values)
            draft.sightings.append(replace(draft.sites[number], order=order, values=numbers))
        case ["sent", int(order), str(call), str(run), str(key), value, step, float(seconds)]:
            draft.sent.append(
                Sent(
                    order=order,
                    call=call,
                    run=run,
                    key=key,
                    value=float(value) if isinstance(value, int | float) else None,
                    step=step if isinstance(step, int) else None,
                    seconds=seconds,
                )
            )
        case [
            "study",
            int(order),
            "ask" | "tell" | "add" as call,
            str(component),
            str(study),
            int(number),
            str(detail),
        ]:
            draft.tried.append(Tried(order, call, component, study, number, detail))
        case [
            "probe",
            int(),
            int(order),
            int(number),
            str(model),
            "call" | "save" as occasion,
            str(function),
            int(later),
            list(sites),
            list(inputs),
            list(outputs),
        ]:
            draft.probes.append(
                Probe(
                    order=order,
                    object=number,
                    model=model,
                    occasion=occasion,
                    function=function,
                    trained_after=later,
                    sites=tuple((str(file), int(line)) for file, line in sites),
                    inputs=_read_rows(inputs),
                    outputs=_read_rows(outputs),
                )
            )
        case _:
            draft.forged += 1


def _read_rows(told: list[Any]) -> Rows:
    kind, dtypes, shape, columns, values = told
    return Rows(kind, tuple(dtypes), tuple(shape), tuple(columns), tuple(values))
