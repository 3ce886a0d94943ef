"""Which distribution, at which version, brought an installed file."""

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Distribution:
    """An installed distribution; both empty where nobody claims the file."""

    name: str = ""
    version: str = ""


@lru_cache(maxsize=256)
def find_distribution(folder: Path, file: str) -> Distribution:
    """Find the distribution that brought `file`, relative to the site-packages `folder`.

    A distribution that bears the package's name is preferred: parts of one (mlflow-skinny) may
    list the same files.
    """
    top = file.partition("/")[0].removesuffix(".py")
    claims = sorted(folder.glob("*.dist-info"), key=lambda path: not bears(path.name, top))
    for path in claims:
        if lists_file(path / "RECORD", file):
            return read_metadata(path / "METADATA")
    return Distribution()


def bears(folder: str, top: str) -> bool:
    """Whether a dist-info folder is named after a package."""
    name = folder.partition("-")[0]
    return re.sub(r"[-_.]+", "_", name).lower() == re.sub(r"[-_.]+", "_", top).lower()


def lists_file(record: Path, file: str) -> bool:
    """Whether a RECORD lists a file."""
    try:
        with record.open(encoding="utf-8", errors="replace", newline="") as lines:
            return any(row and row[0] == file for row in csv.reader(lines))
    except OSError:
        return False


def read_metadata(path: Path) -> Distribution:
    """Read name and version from the head of a METADATA file."""
    fields: dict[str, str] = {}
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return Distribution()
    for line in text.partition("\n\n")[0].splitlines():
        name, colon, value = line.partition(":")
        if colon and name in ("Name", "Version"):
            fields[name] = value.strip()
    return Distribution(fields.get("Name", ""), fields.get("Version", ""))
