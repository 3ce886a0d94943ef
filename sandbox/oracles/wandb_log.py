"""Reads W&B's transaction log: the records of one run, in LevelDB's framing, each checked."""

import struct
import zlib
from collections.abc import Iterator

BLOCK = 32 * 1024
MAGIC = b":W&B\xe1\xbe"
VERSIONS = (0,)
MAX_RECORD = 64 * 1024 * 1024

_HEADER = struct.Struct("<IHB")
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4
_SUM = {kind: zlib.crc32(bytes([kind])) for kind in (_FULL, _FIRST, _MIDDLE, _LAST)}


class LogError(Exception):
    """The file is no log that W&B wrote whole; the text says why."""


class UnknownLogError(LogError):
    """A log in a layout that is none of those known here."""


def read_log(data: bytes) -> Iterator[bytes]:
    """Yield the records of a log file in order.

    The file starts with `:W&B`, two bytes and its version; blocks of 32 KiB follow, counted from
    the start of the file, in which each piece of a record has its CRC-32 (of its kind and its
    bytes), its length and its kind (https://github.com/google/leveldb, doc/log_format.md; W&B
    takes the CRC-32 of zlib). A last record that breaks off is left out: a killed run leaves it.

    Raises LogError for anything else that does not fit.
    """
    start = len(MAGIC) + 1
    if len(data) < start or not data.startswith(MAGIC):
        raise LogError("it does not begin as W&B's logs do")
    if data[start - 1] not in VERSIONS:
        raise UnknownLogError(f"its version {data[start - 1]} is not known here")
    parts: list[bytes] = []
    size = 0
    for kind, piece in _read_pieces(data, start):
        if (kind in (_FULL, _FIRST)) == bool(parts):
            raise LogError("a piece of a record is out of its order")
        if kind == _FULL:
            yield piece
            continue
        parts.append(piece)
        size += len(piece)
        if size > MAX_RECORD:
            raise LogError(f"a record is larger than {MAX_RECORD // 2**20} MiB")
        if kind == _LAST:
            yield b"".join(parts)
            parts, size = [], 0


def _read_pieces(data: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    end = len(data)
    while end - place >= _HEADER.size:
        room = BLOCK - place % BLOCK
        if room < _HEADER.size:
            place += room
            continue
        checksum, length, kind = _HEADER.unpack_from(data, place)
        if not (kind or length or checksum):
            # The rest of a block may have been set aside and never written.
            place += room
            continue
        if kind not in _SUM:
            raise LogError(f"a record at byte {place} is of no known kind")
        if length > room - _HEADER.size:
            raise LogError(f"a record at byte {place} is longer than its block")
        begin = place + _HEADER.size
        if begin + length > end:
            return
        piece = data[begin : begin + length]
        if zlib.crc32(piece, _SUM[kind]) != checksum:
            raise LogError(f"the checksum of the record at byte {place} is wrong")
        yield kind, piece
        place = begin + length
