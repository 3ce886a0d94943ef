"""Git repositories in a work folder -> facts: who committed which bytes, and what is named."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from sandbox.oracles.git_files import GitError, find_plain, read_plain
from sandbox.oracles.git_history import Entry, History
from sandbox.oracles.git_objects import MAX_OBJECT
from sandbox.oracles.store import Commit, Repository

MAX_REPOSITORIES = 8
MAX_DEPTH = 3
MAX_FOLDERS = 5_000
HEADS, TAGS = "refs/heads/", "refs/tags/"

Pointing = Callable[[History, Entry], Mapping[str, str]]
"""Given a commit: path -> sha256 of what its metafiles point to."""


def find_repositories(folder: Path) -> Iterator[str]:
    """Folders below a work folder that hold a git repository, the outermost first."""
    pending = [("", 0)]
    found = seen = 0
    while pending and found < MAX_REPOSITORIES:
        relative, depth = pending.pop(0)
        place = folder / relative if relative else folder
        inner = place / ".git"
        if inner.is_dir() and not inner.is_symlink():
            found += 1
            yield relative
        if depth == MAX_DEPTH:
            continue
        try:
            entries = sorted(place.iterdir())
        except OSError:
            continue
        for entry in entries:
            seen += 1
            if seen > MAX_FOLDERS:
                return
            if entry.is_dir() and not entry.is_symlink() and not entry.name.startswith("."):
                pending.append((f"{relative}/{entry.name}".lstrip("/"), depth + 1))


def read_repository(folder: Path, relative: str, point: Pointing) -> Repository:
    """Read one repository without git. Raises GitError."""
    place = folder / relative if relative else folder
    history = History(place)
    history.check_layout()
    refs = history.read_refs()
    branch, head = history.read_head(refs)
    digests: dict[str, str] = {}

    def digest(blob: str) -> str:
        if blob not in digests:
            found = history.objects.read(blob)
            if found.kind != "blob":
                raise GitError(f"{blob[:12]} was named as a file, but it is a {found.kind}.")
            digests[blob] = hashlib.sha256(found.data).hexdigest()
        return digests[blob]

    commits = tuple(
        Commit(
            name=entry.name,
            parents=entry.parents,
            message=entry.message,
            author=entry.author,
            files={path: digest(blob) for path, blob in entry.files.items()},
            kept=point(history, entry),
            committer=entry.committer,
        )
        for entry in history.read_commits((head, *refs.values()))
    )
    last = next((commit.files for commit in commits if commit.name == head), {})
    return Repository(
        path=relative,
        head=head,
        branch=branch,
        commits=commits,
        branches={ref[len(HEADS) :]: name for ref, name in refs.items() if ref.startswith(HEADS)},
        tags={ref[len(TAGS) :]: name for ref, name in refs.items() if ref.startswith(TAGS)},
        index=history.read_index(),
        disk={path: hash_plain(place, path) for path in last},
    )


def hash_plain(folder: Path, relative: str) -> str:
    """The sha256 of a plain file below a folder; empty where there is none that may be read."""
    try:
        if find_plain(folder, relative) is None:
            return ""
        data = read_plain(folder, relative, MAX_OBJECT)
    except GitError:
        return ""
    return hashlib.sha256(data).hexdigest() if data is not None else ""


def point_nowhere(history: History, entry: Entry) -> Mapping[str, str]:
    """Git alone: a commit holds its files and points to nothing else."""
    return {}
