"""Reads git's objects, loose or packed, without git: what lies there executes nothing."""

import hashlib
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.oracles.git_files import GitError, read_plain
from sandbox.oracles.git_packs import Pack, apply_delta, open_packs

MAX_OBJECT = 256 * 2**20
MAX_TOTAL = 1024 * 2**20
"""Bytes inflated altogether: a few kilobytes can promise terabytes."""
MAX_CHAIN = 300
"""Deltas upon deltas; git itself makes chains of 50."""

_KINDS = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
_PIECE = 64 * 1024
_OFFSET_DELTA, _REFERENCE_DELTA = 6, 7


@dataclass(frozen=True, slots=True)
class GitObject:
    """One object: what it is, and its bytes."""

    kind: str
    """`commit`, `tree`, `blob`, `tag`."""
    data: bytes


@dataclass(slots=True)
class ObjectStore:
    """The objects of one repository; every one is held against the hash it is named by."""

    folder: Path
    """The folder `.git`."""
    _inflated: int = 0
    _packs: tuple[Pack, ...] | None = None
    _known: dict[str, GitObject] = field(default_factory=dict)

    def read(self, name: str) -> GitObject:
        """Read one object by its hash, 40 hex digits. Raises GitError."""
        if known := self._known.get(name):
            return known
        found = self._read_loose(name) or self._read_packed(name, 0)
        if found is None:
            raise GitError(f"The object {name[:12]} is missing.")
        header = f"{found.kind} {len(found.data)}\0".encode()
        if hashlib.sha1(header + found.data, usedforsecurity=False).hexdigest() != name:
            raise GitError(f"The object {name[:12]} is corrupt: its bytes have another hash.")
        if found.kind != "blob":
            self._known[name] = found
        return found

    def _inflate(self, data: bytes, start: int = 0) -> bytes:
        engine = zlib.decompressobj()
        parts: list[bytes] = []
        size = 0
        try:
            # By pieces: what lies behind an object in its pack is not copied.
            for place in range(start, len(data), _PIECE):
                piece = data[place : place + _PIECE]
                while piece and not engine.eof:
                    parts.append(engine.decompress(piece, _PIECE * 16))
                    piece = engine.unconsumed_tail
                    size += len(parts[-1])
                    if size > MAX_OBJECT or self._inflated + size > MAX_TOTAL:
                        raise GitError("The objects inflate to more than is read.")
                if engine.eof:
                    break
        except zlib.error as error:
            raise GitError("An object is corrupt: it cannot be inflated.") from error
        if not engine.eof:
            raise GitError("An object breaks off.")
        self._inflated += size
        return b"".join(parts)

    def _read_loose(self, name: str) -> GitObject | None:
        data = read_plain(self.folder, f"objects/{name[:2]}/{name[2:]}", MAX_OBJECT)
        if data is None:
            return None
        header, mark, body = self._inflate(data).partition(b"\0")
        kind = header[:20].split(b" ")[0].decode("ascii", "replace")
        if not mark or kind not in _KINDS.values():
            raise GitError(f"The object {name[:12]} is corrupt: it has no header.")
        return GitObject(kind, body)

    def _read_packed(self, name: str, depth: int) -> GitObject | None:
        if self._packs is None:
            self._packs = tuple(open_packs(self.folder))
        for pack in self._packs:
            if (offset := pack.find(bytes.fromhex(name))) is not None:
                return self._read_entry(pack, offset, depth)
        return None

    def _read_entry(self, pack: Pack, offset: int, depth: int) -> GitObject:
        """Read one entry of a pack, and what it is a change of."""
        chain: list[bytes] = []
        while True:
            if len(chain) + depth > MAX_CHAIN:
                raise GitError("A pack is corrupt: its deltas rest on one another without an end.")
            kind, place = pack.read_kind(offset)
            if kind in _KINDS:
                found = GitObject(_KINDS[kind], self._inflate(pack.data, place))
                break
            if kind == _OFFSET_DELTA:
                back, place = pack.read_distance(place)
                chain.append(self._inflate(pack.data, place))
                if back <= 0 or back > offset:
                    raise GitError("A pack is corrupt: a delta rests on nothing.")
                offset -= back
            elif kind == _REFERENCE_DELTA:
                base = pack.data[place : place + 20].hex()
                chain.append(self._inflate(pack.data, place + 20))
                known = self._read_loose(base) if len(base) == 40 else None
                known = known or self._read_packed(base, depth + len(chain))
                if known is None:
                    raise GitError("A pack is corrupt: a delta rests on nothing.")
                found = known
                break
            else:
                raise GitError("A pack is corrupt: it holds an object of an unknown kind.")
        plain = found.data
        for delta in reversed(chain):
            plain = apply_delta(plain, delta, MAX_OBJECT)
            self._inflated += len(plain)
            if self._inflated > MAX_TOTAL:
                raise GitError("The objects inflate to more than is read.")
        return GitObject(found.kind, plain)
