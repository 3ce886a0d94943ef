"""Where built environments lie: found again by what was asked, built once, old ones removed."""

import asyncio
import fcntl
import json
import os
import shutil
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

KEPT = 12
SPARED_SECONDS = 86_400.0
"""Used as lately as this, an environment is never removed: no run lasts as long, so none that is
in use is lost, and no lock must be held through a run."""
MARK = "environment.json"
"""Written last: a folder without it is no environment."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of environments, each in a folder named by its fingerprint."""

    folder: Path

    def find(self, key: str) -> tuple[str, tuple[str, ...]] | None:
        """Return fingerprint and notes of what was built for these needs before."""
        entry = read_json(self.folder / "index" / f"{key}.json")
        fingerprint = str(entry.get("fingerprint", ""))
        notes = entry.get("notes")
        if not fingerprint or not self.holds(fingerprint):
            return None
        return fingerprint, tuple(map(str, notes)) if isinstance(notes, list) else ()

    def holds(self, fingerprint: str) -> bool:
        """Whether an environment is complete; its base interpreter may have gone since."""
        place = self.folder / fingerprint
        return (place / MARK).is_file() and (
            not (place / "bin").is_dir() or (place / "bin" / "python").exists()
        )

    def place(self, fingerprint: str) -> Path:
        """Where an environment lies or will lie."""
        return self.folder / fingerprint

    def note(self, key: str, fingerprint: str, notes: tuple[str, ...]) -> None:
        """Remember which environment answers which needs."""
        path = self.folder / "index" / f"{key}.json"
        write_json(path, {"fingerprint": fingerprint, "notes": list(notes)})

    def read_mark(self, fingerprint: str) -> Mapping[str, object]:
        """Read what was written down of an environment, and count it as used now."""
        mark = self.folder / fingerprint / MARK
        with suppress(OSError):
            os.utime(mark)
        return read_json(mark)

    def settle(self, building: Path, fingerprint: str, facts: Mapping[str, object]) -> None:
        """Put a built folder into its place, at once and complete; then remove old ones."""
        write_json(building / MARK, facts)
        place = self.place(fingerprint)
        if place.exists():
            discard(place)
        building.rename(place)
        self.prune()

    @asynccontextmanager
    async def lock(self, fingerprint: str) -> AsyncIterator[None]:
        """Be the only process that builds this one; wait for another that does."""
        path = self.folder / "locks" / f"{fingerprint}.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    await asyncio.sleep(0.2)
            yield

    def prune(self) -> None:
        """Remove what was not used for long, beyond the newest; half-built leftovers, too."""
        now = time.time()
        used: list[tuple[float, Path]] = []
        for path in self.folder.iterdir():
            if path.name in ("index", "locks"):
                continue
            mark = path / MARK
            with suppress(OSError):
                stamp = (mark if mark.exists() else path).stat().st_mtime
                if now - stamp > SPARED_SECONDS:
                    used.append((stamp if mark.exists() else 0.0, path))
        total = sum(1 for path in self.folder.iterdir() if (path / MARK).exists())
        for stamp, path in sorted(used):
            if stamp and total <= KEPT:
                break
            discard(path)
            total -= bool(stamp)


def open_shelf(folder: Path) -> Shelf:
    """Make the folder if it is not there; raises OSError where that cannot be."""
    (folder / "index").mkdir(parents=True, exist_ok=True)
    return Shelf(folder)


def discard(path: Path) -> None:
    """Remove a folder; renamed first, so that nobody finds half of it."""
    aside = path.with_name(f".removing-{path.name}-{os.getpid()}")
    with suppress(OSError):
        path.rename(aside)
        shutil.rmtree(aside)


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Write a small JSON file at once."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.write_text(json.dumps(content, indent=1), encoding="utf-8")
    part.replace(path)


def read_json(path: Path) -> dict[str, object]:
    """Read a small JSON file; empty where it is missing or broken."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
