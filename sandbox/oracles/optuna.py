"""Optuna: studies in its sqlite storage or its journal, and those only the witness saw.

The witness decides: it saw each trial run. What lies on disk must agree with it (the panel
compares them), so that a storage written by hand is found out.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from sandbox.oracle import Question
from sandbox.oracles.optuna_database import holds_studies, read_database
from sandbox.oracles.optuna_journal import read_journal
from sandbox.oracles.optuna_witnessed import read_witnessed
from sandbox.oracles.store import Store
from sandbox.witness.testimony import Testimony

MAX_FILES = 20_000
MAX_STORES = 20
_SQLITE = b"SQLite format 3\x00"
_OPERATION = re.compile(rb'\s*\{\s*"op_code"\s*:')
_OWN = re.compile(
    r"(?:.*[_-])?(?:optuna|study|studies|journal|tuning|hpo)\w*"
    r"\.(?:db|sqlite3?|log|jsonl?)(?:-wal|-journal|-shm|\.lock)?"
)


class OptunaOracle:
    """Reads Optuna's storages without Optuna."""

    component = "optuna"
    keeps_inputs = False

    def variables(self, work: str) -> Mapping[str, str]:
        """None: Optuna keeps a study where the script says, or nowhere."""
        return {}

    def owns(self, relative: str) -> bool:
        """Tell whether a path is named as people name Optuna's storages."""
        return bool(_OWN.fullmatch(PurePosixPath(relative).name))

    def template_script(self) -> str:
        """None: an ordinary script makes its storage itself, if any."""
        return ""

    def plant(self, template: Path | None, folder: Path, work: str) -> None:
        """Nothing has to be there."""

    def ask(self, folder: Path, testimony: Testimony) -> Question | None:
        """Nothing: storages and witness say it all."""
        return None

    def read(self, folder: Path, testimony: Testimony, answer: str) -> Store:
        """Read every storage in a work folder, then what the witness saw."""
        found = [*_read_stores(folder)]
        for store in found:
            if store.unreadable:
                return store
        witnessed = read_witnessed(testimony)
        schemas = [store.schema for store in found] + (["optuna witnessed"] if witnessed else [])
        kept = tuple(study for store in found for study in store.studies)
        return Store(schema=", ".join(dict.fromkeys(schemas)), studies=witnessed + kept)


def _read_stores(folder: Path) -> Iterator[Store]:
    count = 0
    for path in _list_files(folder):
        start = _read_start(path)
        if start.startswith(_SQLITE) and (holds_studies(path)):
            store = read_database(path)
        elif _OPERATION.match(start):
            store = read_journal(path)
        else:
            continue
        yield store
        count += 1
        if count == MAX_STORES:
            return


def _list_files(folder: Path) -> Iterator[Path]:
    """Ordinary files below a folder, in order; links are never followed."""
    count = 0
    for base, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(base) / name
            if path.is_symlink() or not path.is_file():
                continue
            count += 1
            if count > MAX_FILES:
                return
            yield path


def _read_start(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as content:
            return content.read(64)
    except OSError:
        return b""
