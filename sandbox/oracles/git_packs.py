"""Packs: many git objects in one file, some of them only as changes of others."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sandbox.oracles.git_files import GitError, UnknownLayout, find_plain, read_plain

MAX_PACKS = 64
MAX_INDEX = 32 * 2**20
MAX_PACK = 512 * 2**20

_HEADER = 8 + 4 * 256
_LARGE = 0x80000000


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack with its index (version 2), as bytes."""

    index: bytes
    data: bytes
    count: int

    def find(self, name: bytes) -> int | None:
        """Where in the pack the object of this hash begins. Raises GitError."""
        low, high = 0, self.count
        while low < high:
            middle = (low + high) // 2
            place = _HEADER + 20 * middle
            found = self.index[place : place + 20]
            if found == name:
                return self._offset(middle)
            low, high = (middle + 1, high) if found < name else (low, middle)
        return None

    def _offset(self, position: int) -> int:
        try:
            table = _HEADER + 24 * self.count
            (offset,) = struct.unpack_from(">I", self.index, table + 4 * position)
            if offset & _LARGE:
                place = table + 4 * self.count + 8 * (offset & ~_LARGE)
                (offset,) = struct.unpack_from(">Q", self.index, place)
        except struct.error as error:
            raise GitError("The index of a pack is corrupt.") from error
        if not 12 <= offset < len(self.data):
            raise GitError("The index of a pack is corrupt: it points out of the pack.")
        return int(offset)

    def read_kind(self, offset: int) -> tuple[int, int]:
        """Kind of the entry at an offset, and where its bytes begin. Raises GitError."""
        kind = self._byte(offset) >> 4 & 7
        while self._byte(offset) & 0x80:
            offset += 1
        return kind, offset + 1

    def read_distance(self, place: int) -> tuple[int, int]:
        """How far back a delta's base lies, and where the delta begins. Raises GitError."""
        value = self._byte(place) & 0x7F
        while self._byte(place) & 0x80:
            place += 1
            value = (value + 1) << 7 | self._byte(place) & 0x7F
            if value > MAX_PACK:
                raise GitError("A pack is corrupt: a delta rests on nothing.")
        return value, place + 1

    def _byte(self, place: int) -> int:
        if place >= len(self.data):
            raise GitError("A pack breaks off.")
        return self.data[place]


def open_packs(folder: Path) -> Iterator[Pack]:
    """Open all packs of a repository, given its folder `.git`. Raises GitError."""
    place = find_plain(folder, "objects/pack")
    if place is None or not place.is_dir():
        return
    names = sorted(path.stem for path in place.iterdir() if path.suffix == ".idx")
    if len(names) > MAX_PACKS:
        raise GitError(f"There are {len(names)} packs; at most {MAX_PACKS} are read.")
    for name in names:
        index = read_plain(folder, f"objects/pack/{name}.idx", MAX_INDEX) or b""
        data = read_plain(folder, f"objects/pack/{name}.pack", MAX_PACK) or b""
        if not data.startswith(b"PACK"):
            raise GitError("A pack is corrupt: it has no header.")
        if index[:8] != b"\xfftOc\0\0\0\2":
            raise UnknownLayout("The index of a pack has a layout that is not known.")
        if len(index) < _HEADER:
            raise GitError("The index of a pack breaks off.")
        (count,) = struct.unpack_from(">I", index, _HEADER - 4)
        if len(index) < _HEADER + 28 * count:
            raise GitError("The index of a pack breaks off.")
        yield Pack(index, data, count)


def apply_delta(base: bytes, delta: bytes, limit: int) -> bytes:
    """Rebuild an object from what it is a change of. Raises GitError."""
    try:
        expected, place = _read_size(delta, 0)
        size, place = _read_size(delta, place)
        if expected != len(base) or size > limit:
            raise GitError("A pack is corrupt: a delta does not fit what it changes.")
        out = bytearray()
        while place < len(delta):
            code = delta[place]
            place += 1
            if code & 0x80:
                offset = length = 0
                for bit in range(4):
                    if code >> bit & 1:
                        offset |= delta[place] << 8 * bit
                        place += 1
                for bit in range(3):
                    if code >> 4 + bit & 1:
                        length |= delta[place] << 8 * bit
                        place += 1
                out += base[offset : offset + (length or 0x10000)]
            else:
                out += delta[place : place + code]
                place += code
            if not code or len(out) > size:
                raise GitError("A pack is corrupt: a delta says more than it may.")
    except IndexError as error:
        raise GitError("A pack is corrupt: a delta breaks off.") from error
    if len(out) != size:
        raise GitError("A pack is corrupt: a delta breaks off.")
    return bytes(out)


def _read_size(delta: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = delta[place]
        value |= (byte & 0x7F) << shift
        shift += 7
        place += 1
        if not byte & 0x80:
            return value, place
