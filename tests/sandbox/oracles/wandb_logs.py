"""Writes logs as W&B does, byte by byte, so that a test can write them wrong."""

import json
import struct
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from sandbox.oracles.wandb_log import BLOCK, MAGIC


def field(number: int, value: int | bytes | str) -> bytes:
    """One field of a protobuf message."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    raw = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(raw)) + raw


def varint(value: int) -> bytes:
    """A number in protobuf's own form."""
    value &= 2**64 - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes((*out, value))


def item(key: str, value: object) -> bytes:
    """A key with its value as JSON."""
    return field(1, key) + field(16, json.dumps(value))


def row(step: int, values: Mapping[str, object]) -> bytes:
    """A history record."""
    items = b"".join(
        field(1, field(2, key) + field(16, json.dumps(value)))
        for key, value in {**values, "_timestamp": 1.5e9, "_step": step}.items()
    )
    return field(2, items + field(2, field(1, step)))


def start(run: str = "abc", config: Mapping[str, object] | None = None, **more: str) -> bytes:
    """A run record."""
    numbers = {"project": 3, "name": 8, "tag": 10}
    parts = [field(1, run), *(field(numbers[key], text) for key, text in more.items())]
    updates = b"".join(field(1, item(key, value)) for key, value in (config or {}).items())
    return field(17, b"".join((*parts, field(4, updates), field(17, field(1, 1_700_000_000)))))


def header(version: str = "0.31.0+abc") -> bytes:
    """The record that names W&B's version."""
    return field(21, field(1, field(1, version)))


def summary(values: Mapping[str, object]) -> bytes:
    """What the script itself put into the summary."""
    return field(3, b"".join(field(1, item(key, value)) for key, value in values.items()))


def end(code: int = 0) -> bytes:
    """An exit record."""
    return field(18, field(1, code) if code else b"")


def frame(records: Iterable[bytes], version: int = 0) -> bytes:
    """A whole log."""
    out = bytearray(MAGIC + bytes([version]))
    for record in records:
        rest, first = record, True
        while rest or first:
            room = BLOCK - len(out) % BLOCK
            if room < 7:
                out += bytes(room)
                continue
            piece, rest = rest[: room - 7], rest[room - 7 :]
            kind = bytes([(1 if first else 4) if not rest else (2 if first else 3)])
            out += struct.pack("<IH", zlib.crc32(kind + piece), len(piece)) + kind + piece
            first = False
    return bytes(out)


def leave(folder: Path, data: bytes, run: str = "abc") -> Path:
    """Put a log where a run leaves it."""
    place = folder / "wandb" / f"offline-run-20261125_100000-{run}"
    place.mkdir(parents=True)
    log = place / f"run-{run}.wandb"
    log.write_bytes(data)
    return log
