"""One output of DVC's: what its metafile says, against folder, cache, and what git knows."""

import hashlib
import json
import posixpath
from collections.abc import Mapping
from pathlib import Path

import pathspec

from sandbox.oracles.dvc_contents import Contents, Prints
from sandbox.oracles.dvc_metafiles import (
    MAX_TEXT,
    MetafileError,
    Output,
    find_metafiles,
    is_metafile,
    read_outputs,
)
from sandbox.oracles.git_files import GitError, read_plain
from sandbox.oracles.git_history import Entry, History
from sandbox.oracles.git_repositories import hash_plain
from sandbox.oracles.store import Repository, Versioned


def find_outputs(folder: Path) -> tuple[Output, ...]:
    """Every output that a metafile below a folder names. Raises MetafileError."""
    return tuple(
        output
        for metafile in find_metafiles(folder)
        for output in read_outputs(metafile, _read_metafile(folder, metafile))
    )


def _read_metafile(folder: Path, metafile: str) -> bytes:
    try:
        return read_plain(folder, metafile, MAX_TEXT) or b""
    except GitError as error:
        raise MetafileError(str(error)) from error


def describe_output(
    contents: Contents,
    repositories: tuple[Repository, ...],
    output: Output,
    restored: Mapping[str, bool],
) -> Versioned:
    """Gather all facts about one output. Raises GitError."""
    if not output.path:
        detail = f"{output.metafile} names `{output.stated[:200]}`, which lies outside the folder"
        return Versioned(
            "", output.metafile, output.digest, matches=False, cached=False, detail=detail
        )
    kept, present = contents.read_kept(output), contents.read_present(output.path)
    root = contents.find_root(output.metafile) or ""
    loose = contents.read_setting(root, "core.no_scm").lower() == "true"
    holder = _find_holder(repositories, output.path)
    metafile = _name_in(holder, output.metafile)
    head = _read_head(holder)
    return Versioned(
        path=output.path,
        metafile=output.metafile,
        digest=output.digest,
        files=tuple(
            (name_file(output.path, name), print_.sha256) for name, print_ in present.items()
        ),
        matches=_matches(output, kept.files, present, ignoring=_has_patterns(contents, root)),
        cached=kept.complete,
        tracked=_is_tracked(holder, output.path, head),
        ignored=loose or holder is None or _is_ignored(contents.folder, holder, output.path),
        committed=metafile in head
        and head[metafile] == hash_plain(contents.folder, output.metafile),
        restored=restored.get(output.path),
        pushed=contents.is_pushed(output),
        detail=kept.detail,
    )


def name_file(output: str, name: str) -> str:
    """The path of a file inside an output; the output itself where it is one file."""
    return f"{output}/{name}" if name else output


def _matches(
    output: Output, kept: Mapping[str, Prints], present: Mapping[str, Prints], *, ignoring: bool
) -> bool:
    if not output.digest.endswith(".dir"):
        return "" in present and present[""].md5 == output.digest
    if ignoring:
        return bool(kept) and all(present.get(name) == prints for name, prints in kept.items())
    # As DVC writes it: one row for each file, sorted by path.
    rows = [{"md5": prints.md5, "relpath": name} for name, prints in sorted(present.items())]
    digest = hashlib.md5(json.dumps(rows).encode(), usedforsecurity=False).hexdigest()
    return f"{digest}.dir" == output.digest


def _has_patterns(contents: Contents, root: str) -> bool:
    """DVC is told to leave some files alone: then a folder may hold more than is kept."""
    try:
        data = read_plain(contents.folder, posixpath.join(root, ".dvcignore"), MAX_TEXT) or b""
    except GitError:
        return False
    return any(line.strip() and not line.startswith(b"#") for line in data.splitlines())


def _find_holder(repositories: tuple[Repository, ...], path: str) -> Repository | None:
    """The innermost repository that a path lies in."""
    around = [
        repository
        for repository in repositories
        if not repository.path or path.startswith(f"{repository.path}/")
    ]
    return max(around, key=lambda repository: len(repository.path), default=None)


def _name_in(holder: Repository | None, path: str) -> str:
    """A path as the repository itself names it."""
    if holder is None or not holder.path:
        return path
    return path.removeprefix(f"{holder.path}/")


def _read_head(holder: Repository | None) -> Mapping[str, str]:
    if holder is None:
        return {}
    return next((commit.files for commit in holder.commits if commit.name == holder.head), {})


def _is_tracked(holder: Repository | None, path: str, head: Mapping[str, str]) -> bool:
    if holder is None:
        return False
    place = _name_in(holder, path)
    return any(known == place or known.startswith(f"{place}/") for known in (*holder.index, *head))


def _is_ignored(folder: Path, holder: Repository, path: str) -> bool:
    place = folder / path
    tail = "/" if place.is_dir() and not place.is_symlink() else ""
    base = holder.path
    for part in ("", *posixpath.dirname(_name_in(holder, path)).split("/")):
        base = posixpath.join(base, part) if part else base
        try:
            data = read_plain(folder, posixpath.join(base, ".gitignore"), MAX_TEXT) or b""
        except GitError:
            continue
        spec = pathspec.GitIgnoreSpec.from_lines(data.decode("utf-8", "replace").splitlines())
        inner = path.removeprefix(f"{base}/") if base else path
        # A folder is ignored, too, where all that lies in it is.
        if spec.match_file(inner + tail) or (tail and spec.match_file(f"{inner}/any")):
            return True
    return False


class Pointer:
    """Follows the metafiles of a commit into the cache."""

    def __init__(self, contents: Contents, repository: str) -> None:
        self._contents = contents
        self._repository = repository
        self._known: dict[tuple[str, str], Mapping[str, str]] = {}

    def point(self, history: History, entry: Entry) -> Mapping[str, str]:
        """Path -> sha256 of what a commit's metafiles point to. Raises GitError."""
        kept: dict[str, str] = {}
        for path, blob in entry.files.items():
            if is_metafile(path):
                if (path, blob) not in self._known:
                    data = history.objects.read(blob).data
                    self._known[path, blob] = self._follow(path, data)
                kept |= self._known[path, blob]
        return kept

    def _follow(self, path: str, data: bytes) -> Mapping[str, str]:
        kept: dict[str, str] = {}
        try:
            outputs = read_outputs(posixpath.join(self._repository, path), data)
        except MetafileError:
            return kept
        for output in outputs:
            if not output.path:
                continue
            content = self._contents.read_kept(output)
            place = posixpath.relpath(output.path, self._repository or ".")
            if not content.files or not content.complete:
                kept[place] = ""
            for name, prints in content.files.items():
                kept[name_file(place, name)] = prints.sha256
        return kept
