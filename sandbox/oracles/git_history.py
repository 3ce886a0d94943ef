"""What a git repository holds: commits, branches, tags, and the files it has been told of."""

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.oracles.git_files import GitError, UnknownLayout, find_plain, read_plain
from sandbox.oracles.git_objects import ObjectStore

MAX_COMMITS = 2_000
MAX_REFS = 2_000
MAX_ENTRIES = 50_000
"""Files of one commit, or of the index."""
MAX_ALL_ENTRIES = 1_000_000
MAX_DEPTH = 32
MAX_INDEX = 32 * 2**20
MAX_TEXT = 2**20

_NAME = re.compile(r"[0-9a-f]{40}")
_REF = re.compile(r"refs/[\w./+@#=~%,-]{1,200}")
_LINK, _MODULE, _FOLDER = "120000", "160000", "40000"


@dataclass(frozen=True, slots=True)
class Entry:
    """One commit as git keeps it."""

    name: str
    """Its hash."""
    parents: tuple[str, ...]
    author: str
    message: str
    files: Mapping[str, str]
    """Path -> hash of its blob; links and submodules are left out."""
    committer: str = ""


@dataclass(slots=True)
class History:
    """One repository, read without git. All methods raise GitError."""

    folder: Path
    """The folder that holds `.git`."""
    objects: ObjectStore = field(init=False)
    _trees: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _entries: int = 0

    def __post_init__(self) -> None:
        self.objects = ObjectStore(self.folder / ".git")

    @property
    def _git(self) -> Path:
        return self.folder / ".git"

    def check_layout(self) -> None:
        """Refuse what points elsewhere or is kept in a way that is not read here."""
        for name in ("commondir", "objects/info/alternates", "reftable"):
            if find_plain(self._git, name) is not None:
                raise UnknownLayout(f"The repository uses {name}, which is not read here.")
        config = (read_plain(self._git, "config", MAX_TEXT) or b"").decode("utf-8", "replace")
        if re.search(r"^\s*objectformat\s*=\s*sha256", config, re.IGNORECASE | re.MULTILINE):
            raise UnknownLayout("The repository names its objects by SHA-256.")

    def read_refs(self) -> Mapping[str, str]:
        """Full name of every branch and tag -> hash of its commit; tags are followed."""
        refs: dict[str, str] = {}
        packed = (read_plain(self._git, "packed-refs", 4 * MAX_TEXT) or b"").decode(
            "utf-8", "replace"
        )
        for line in packed.splitlines():
            name, _, ref = line.partition(" ")
            if _NAME.fullmatch(name) and _REF.fullmatch(ref):
                refs[ref] = name
        for ref in self._find_loose_refs():
            text = (read_plain(self._git, ref, 4096) or b"").decode("ascii", "replace").strip()
            if _NAME.fullmatch(text):
                refs[ref] = text
        if len(refs) > MAX_REFS:
            raise GitError(f"There are {len(refs)} branches and tags; {MAX_REFS} are read.")
        return {ref: self._peel(name) for ref, name in sorted(refs.items())}

    def read_head(self, refs: Mapping[str, str]) -> tuple[str, str]:
        """Name of the branch that is checked out and its commit; empty where there is none."""
        text = (read_plain(self._git, "HEAD", 4096) or b"").decode("utf-8", "replace").strip()
        if text.startswith("ref: "):
            ref = text.removeprefix("ref: ").strip()
            return ref.removeprefix("refs/heads/"), refs.get(ref, "")
        return "", text if _NAME.fullmatch(text) else ""

    def read_commits(self, starts: tuple[str, ...]) -> tuple[Entry, ...]:
        """Every commit that can be reached, parents before their children."""
        done: dict[str, Entry] = {}
        pending = [(name, False) for name in reversed(starts) if name]
        seen: set[str] = set()
        while pending:
            name, finished = pending.pop()
            if finished:
                done[name] = self._read_commit(name)
            elif name not in seen:
                seen.add(name)
                if len(seen) > MAX_COMMITS:
                    raise GitError(f"There are more than {MAX_COMMITS} commits.")
                pending.append((name, True))
                pending += [(parent, False) for parent in self._read_commit(name).parents]
        return tuple(done.values())

    def read_index(self) -> frozenset[str]:
        """Paths of the files that git has been told of (`git add`)."""
        data = read_plain(self._git, "index", MAX_INDEX)
        if data is None:
            return frozenset()
        try:
            mark, version, count = struct.unpack_from(">4sII", data)
            if mark != b"DIRC":
                raise GitError("The index of git is corrupt: it has no header.")
            if version not in (2, 3):
                raise UnknownLayout(f"The index of git has the version {version}.")
            if count > MAX_ENTRIES:
                raise GitError(f"The index of git holds more than {MAX_ENTRIES} files.")
            paths, place = [], 12
            for _ in range(count):
                (flags,) = struct.unpack_from(">H", data, place + 60)
                start = place + (64 if flags & 0x4000 else 62)
                end = data.index(b"\0", start)
                paths.append(data[start:end].decode("utf-8", "replace"))
                place += (end - place + 8) // 8 * 8
        except (struct.error, ValueError) as error:
            raise GitError("The index of git breaks off.") from error
        return frozenset(paths)

    def _find_loose_refs(self) -> Iterator[str]:
        pending = ["refs/heads", "refs/tags"]
        seen = 0
        while pending:
            relative = pending.pop()
            place = find_plain(self._git, relative)
            if place is None:
                continue
            if not place.is_dir():
                if _REF.fullmatch(relative):
                    yield relative
                continue
            for path in sorted(place.iterdir()):
                seen += 1
                if seen > MAX_REFS or relative.count("/") > MAX_DEPTH:
                    raise GitError(f"There are more than {MAX_REFS} branches and tags.")
                pending.append(f"{relative}/{path.name}")

    def _peel(self, name: str) -> str:
        for _ in range(8):
            found = self.objects.read(name)
            if found.kind == "commit":
                return name
            if found.kind != "tag":
                raise GitError("A branch or tag names something that is no commit.")
            name = found.data[7:47].decode("ascii", "replace")
            _check_name(name)
        raise GitError("A tag names a tag that names a tag, without an end.")

    def _read_commit(self, name: str) -> Entry:
        found = self.objects.read(name)
        if found.kind != "commit":
            raise GitError(f"{name[:12]} was named as a commit, but it is a {found.kind}.")
        head, _, message = found.data.partition(b"\n\n")
        tree, parents, author, committer = "", [], "", ""
        for line in head.decode("utf-8", "replace").split("\n"):
            word, _, rest = line.partition(" ")
            if word == "tree":
                tree = rest
            elif word == "parent":
                _check_name(rest)
                parents.append(rest)
            elif word == "author":
                author = rest.rpartition(">")[0] + ">"
            elif word == "committer":
                committer = rest.rpartition(">")[0] + ">"
        _check_name(tree)
        files = self._read_tree(tree, 0)
        text = message.decode("utf-8", "replace").strip()
        return Entry(name, tuple(parents), author, text, files, committer)

    def _read_tree(self, name: str, depth: int) -> Mapping[str, str]:
        if name in self._trees:
            return self._trees[name]
        if depth > MAX_DEPTH:
            raise GitError("The folders of a commit are nested too deeply.")
        found = self.objects.read(name)
        if found.kind != "tree":
            raise GitError(f"{name[:12]} was named as a folder, but it is a {found.kind}.")
        files: dict[str, str] = {}
        place = 0
        while place < len(found.data):
            space, end = found.data.find(b" ", place), found.data.find(b"\0", place)
            if not place <= space < end or end + 20 >= len(found.data) + 1:
                raise GitError(f"The folder {name[:12]} is corrupt.")
            mode = found.data[place:space].decode("ascii", "replace")
            title = found.data[space + 1 : end].decode("utf-8", "replace")
            child = found.data[end + 1 : end + 21].hex()
            place = end + 21
            if title in ("", ".", "..") or "/" in title:
                raise GitError(f"The folder {name[:12]} is corrupt: it holds a path that is none.")
            if mode == _FOLDER:
                below = self._read_tree(child, depth + 1)
                files |= {f"{title}/{path}": blob for path, blob in below.items()}
            elif mode not in (_LINK, _MODULE):
                files[title] = child
            if len(files) > MAX_ENTRIES:
                raise GitError(f"A commit holds more than {MAX_ENTRIES} files.")
        self._entries += len(files)
        if self._entries > MAX_ALL_ENTRIES:
            raise GitError(f"The commits hold more than {MAX_ALL_ENTRIES} files altogether.")
        self._trees[name] = files
        return files


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise GitError("An object is corrupt: it names another by something that is no hash.")
