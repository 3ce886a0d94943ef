"""Lists the files of a run's artefact folder, wherever the run believed it to be."""

import os
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

MAX_FILES = 10_000


def list_artifacts(folder: Path, address: str, run: str) -> tuple[str, ...]:
    """Relative paths of the files below a run's artefact folder, sorted.

    `address` is the store's own word: `file:///job/mlruns/0/RUN/artifacts`, a plain path, or a
    relative one. The run may have seen the work folder under another path, so that only its
    last parts count. Links are neither followed nor listed.
    """
    found = _find_folder(folder, address, run)
    if found is None:
        return ()
    names: list[str] = []
    for place, folders, files in os.walk(found, followlinks=False):
        folders[:] = sorted(name for name in folders if not Path(place, name).is_symlink())
        for name in sorted(files):
            path = Path(place, name)
            if not path.is_symlink():
                names.append(path.relative_to(found).as_posix())
            if len(names) >= MAX_FILES:
                return tuple(sorted(names))
    return tuple(sorted(names))


def _find_folder(folder: Path, address: str, run: str) -> Path | None:
    try:
        parsed = urlsplit(address)
    except ValueError:
        return None
    if parsed.scheme not in ("", "file") or "\0" in address:
        return None
    path = unquote(parsed.path) if parsed.scheme else address
    parts = [part for part in PurePosixPath(path).parts if part not in ("/", ".", "..")]
    if run not in parts:
        return None
    root = folder.resolve()
    for start in range(parts.index(run) + 1):
        place = folder.joinpath(*parts[start:])
        if place.is_dir() and place.resolve() == root.joinpath(*parts[start:]):
            return place
    return None
