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


MOST_PROCESSES = 256
MOST_OBJECTS = 1_000_000


@dataclass(slots=True)
class _Voice:
    """One process that may speak, and what it said so far."""

    key: bytes
    expected: int = 0
    sites: dict[int, Sighting] = field(default_factory=dict)
    """Everything about a sighting but when it was and what was seen."""
    sightings: list[Sighting] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    probes: list[Probe] = field(default_factory=list)
    present: bool = False
    ended: bool = False


@dataclass(slots=True)
class _Draft:
    """A testimony being put together."""

    voices: dict[str, _Voice] = field(default_factory=dict)
    """The processes that were announced, by name: `7` the first, `7.2` the second it started."""
    truncated: bool = False
    forged: int = 0


def read_testimony(path: Path) -> Testimony:
    """The records of one run; an empty testimony where there are none.

    A line whose code does not fit the key of its process, or that is not the next of that process,
    was not written by the witness in this place: it counts as forged and is not read. So does
    every line of a process after a genuine one was taken away, and of a process that no genuine
    record announced. A last line that breaks off is left out.
    """
    key = _read_key(path)
    draft = _Draft()
    for line in _read_lines(path):
        if line is None or not key:
            draft.forged += 1
        else:
            _read_line(draft, key, line)
    return _finish(draft)


def _read_line(draft: _Draft, key: bytes, line: bytes) -> None:
    code, _, rest = line.partition(b" ")
    name = rest.partition(b":")[0].decode("ascii", "replace")
    if not draft.voices and "." not in name:
        voice = _Voice(key)
    else:
        known = draft.voices.get(name)
        if known is None:
            draft.forged += 1
            return
        voice = known
    genuine = hmac.digest(voice.key, rest, "sha256").hex()[:CODE_LENGTH].encode()
    if voice.ended or not hmac.compare_digest(code, genuine):
        draft.forged += 1
        return
    _, number, body = rest.decode().split(":", 2)
    if int(number) != voice.expected:
        draft.forged += 1
        return
    draft.voices[name] = voice
    voice.expected += 1
    for row in json.loads(body):
        _add_row(draft, name, voice, row)


def _announce(draft: _Draft, name: str, number: int) -> None:
    child = f"{name}.{number}"
    if len(draft.voices) < MOST_PROCESSES:
        key = hmac.digest(draft.voices[name].key, f"child {child}".encode(), "sha256")
        draft.voices.setdefault(child, _Voice(key))
    else:
        draft.truncated = True


def _finish(draft: _Draft) -> Testimony:
    first, *others = draft.voices.values() or (_Voice(b""),)
    # Which processes a library starts by the way must not change the numbers of those that count.
    showing = [voice for voice in others if voice.sightings]
    showing += [
        voice
        for voice in others
        if (voice.sent or voice.tried or voice.probes) and not voice.sightings
    ]
    numbered = (first, *showing)
    return Testimony(
        sightings=tuple(
            replace(seen, process=number) if number else seen
            for number, voice in enumerate(numbered)
            for seen in voice.sightings
        ),
        sent=tuple(
            replace(sent, process=number) if number else sent
            for number, voice in enumerate(numbered)
            for sent in voice.sent
        ),
        tried=tuple(tried for voice in numbered for tried in voice.tried),
        present=first.present,
        complete=first.ended,
        truncated=draft.truncated,
        forged=draft.forged,
        probes=tuple(
            # Each process numbers its own objects.
            replace(probe, object=probe.object + number * MOST_OBJECTS)
            for number, voice in enumerate(numbered)
            for probe in sorted(voice.probes, key=lambda probe: probe.order)
        ),
        children=sum(voice.present for voice in others),
        broken=sum(voice.present and not voice.ended for voice in others),
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


def _add_row(draft: _Draft, name: str, voice: _Voice, row: list[object]) -> None:
    match row:
        case ["start", *_]:
            voice.present = True
        case ["end", *_]:
            voice.ended = True
        case ["child", int(), int(number)]:
            _announce(draft, name, number)
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
            voice.sites[number] = Sighting(
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
        case [int(order), int(number), *values] if number in voice.sites:
            numbers = tuple(float(str(value)) for value in values)
            voice.sightings.append(replace(voice.sites[number], order=order, values=numbers))
        case ["sent", int(order), str(call), str(run), str(key), value, step, float(seconds)]:
            voice.sent.append(
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
            voice.tried.append(Tried(order, call, component, study, number, detail))
        case [
            "probe",
            int(),
            int(order),
            int(number),
            str(model),
            "call" | "aside" | "save" as occasion,
            str(function),
            int(later),
            list(sites),
            list(inputs),
            list(outputs),
        ]:
            voice.probes.append(
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
