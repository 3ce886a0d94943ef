"""What travels into the sandbox with a script: the files beside it, within bounds."""

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pathspec

LUGGAGE_MIB = 64
LUGGAGE_FILES = 5_000
VISITED_ENTRIES = 50_000
"""A script may lie in a home folder: the walk must end there too."""

IGNORE_FILES = (".gitignore", ".mlgraftignore")
NEVER = frozenset(
    {"__pycache__", "node_modules", "mlruns", "mlartifacts", "wandb", "site-packages", "mlflow.db"}
)
"""Caches, and stores of earlier runs: a proof starts from an empty store."""


@dataclass(frozen=True, slots=True)
class Luggage:
    """The files that travel, and those that stay behind with the reason."""

    root: Path
    files: tuple[str, ...]
    """Relative to the root, sorted."""
    left_behind: tuple[str, ...]
    """One phrase each: `data/big.csv (512 MiB)`."""


def gather_luggage(root: Path) -> Luggage:
    """Choose what travels: Python first, then the smallest, until 64 MiB or 5,000 files.

    Hidden files (they hold credentials more often than data), ignored files, virtual
    environments and links out of the folder never travel.
    """
    sized: list[tuple[bool, int, str]] = []
    left_behind: list[str] = []
    for path in _walk(root):
        name = path.relative_to(root).as_posix()
        if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
            left_behind.append(f"{name} (a link out of the folder)")
        elif path.is_file() and os.access(path, os.R_OK):
            sized.append((path.suffix != ".py", path.stat().st_size, name))
    files: list[str] = []
    room = LUGGAGE_MIB * 2**20
    for _, size, name in sorted(sized):
        if size > room or len(files) >= LUGGAGE_FILES:
            left_behind.append(f"{name} ({size / 2**20:,.0f} MiB)")
            continue
        room -= size
        files.append(name)
    return Luggage(root, tuple(sorted(files)), tuple(left_behind))


def pack(luggage: Luggage, folder: Path) -> None:
    """Copy what travels into a folder, contents only: owners and modes stay behind."""
    for name in luggage.files:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(luggage.root / name, target)


def _walk(root: Path) -> Iterator[Path]:
    """Visit the candidates for travelling, nearest first, at most VISITED_ENTRIES of them."""
    pending: list[tuple[Path, tuple[tuple[Path, pathspec.GitIgnoreSpec], ...]]] = [(root, ())]
    visited = 0
    while pending:
        folder, specs = pending.pop(0)
        if (spec := _read_ignores(folder)) is not None:
            specs = (*specs, (folder, spec))
        try:
            entries = sorted(folder.iterdir())
        except OSError:
            continue
        for entry in entries:
            visited += 1
            if visited > VISITED_ENTRIES:
                return
            if entry.name.startswith(".") or entry.name in NEVER or _is_ignored(entry, specs):
                continue
            if entry.is_dir():
                if not entry.is_symlink() and not (entry / "pyvenv.cfg").exists():
                    pending.append((entry, specs))
            else:
                yield entry


def _read_ignores(folder: Path) -> pathspec.GitIgnoreSpec | None:
    lines: list[str] = []
    for name in IGNORE_FILES:
        try:
            lines += (folder / name).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
    return pathspec.GitIgnoreSpec.from_lines(lines) if lines else None


def _is_ignored(entry: Path, specs: tuple[tuple[Path, pathspec.GitIgnoreSpec], ...]) -> bool:
    tail = "/" if entry.is_dir() else ""
    return any(
        spec.match_file(entry.relative_to(folder).as_posix() + tail) for folder, spec in specs
    )


def list_special(folder: str, names: list[str]) -> set[str]:
    """Those of a folder's names that are pipes, sockets or devices: reading one may never end."""
    modes = {name: Path(folder, name).lstat().st_mode for name in names}
    kinds = (stat.S_ISREG, stat.S_ISDIR, stat.S_ISLNK)
    return {name for name, mode in modes.items() if not any(kind(mode) for kind in kinds)}
