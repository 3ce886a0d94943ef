"""Reads MLflow's model registry: versions, aliases and what each was made of."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sandbox.oracles.store import ModelVersion

MAX_VERSIONS = 1_000
MAX_FILE = 64 * 1024
TABLES = ("registered_models", "model_versions", "registered_model_aliases")

# Blanks are cut off afterwards: a pattern that skips them takes the square of a long line's time.
_FIELD = re.compile(r"^(\w+):(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Logged:
    """Logged models by id, as MLflow 3 keeps them apart from runs: the run and the folder."""

    runs: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)


def read_versions(
    connection: sqlite3.Connection, plain: frozenset[str]
) -> tuple[ModelVersion, ...]:
    """All versions in a database whose plain tables are these. Raises sqlite3.Error."""
    if not set(TABLES) <= plain:
        return ()
    aliases: dict[tuple[str, str], list[str]] = defaultdict(list)
    query = "SELECT name, version, alias FROM registered_model_aliases ORDER BY alias"
    for name, version, alias in islice(connection.execute(query), MAX_VERSIONS):
        aliases[str(name), str(version)].append(str(alias))
    logged = _read_logged(connection) if "logged_models" in plain else _Logged()
    query = (
        "SELECT name, version, run_id, source, storage_location, status, current_stage "
        "FROM model_versions ORDER BY name, version"
    )
    found = []
    for name, version, run, source, place, status, stage in islice(
        connection.execute(query), MAX_VERSIONS
    ):
        # A deleted version stays, marked so by the stage it is in.
        if stage == "Deleted_Internal":
            continue
        model = _model_id(str(source or ""))
        found.append(
            ModelVersion(
                name=str(name),
                version=str(version),
                run=str(run or logged.runs.get(model, "")),
                source=str(logged.places.get(model) or place or source or ""),
                aliases=tuple(aliases[str(name), str(version)]),
                status=str(status or ""),
            )
        )
    return tuple(found)


def _read_logged(connection: sqlite3.Connection) -> _Logged:
    query = "SELECT model_id, source_run_id, artifact_location FROM logged_models"
    rows = list(islice(connection.execute(query), MAX_VERSIONS))
    return _Logged(
        {str(model): str(run or "") for model, run, _ in rows},
        {str(model): str(place or "") for model, _, place in rows},
    )


def _model_id(source: str) -> str:
    """`models:/m-1f2e` -> `m-1f2e`."""
    return source.removeprefix("models:/") if source.startswith("models:/m-") else ""


def read_version_files(store: Path) -> Iterator[ModelVersion]:
    """All versions below `models` of a store of files. Raises OSError."""
    count = 0
    for model in _folders(store / "models"):
        aliases = {path.name: _text(path).strip() for path in _plain_files(model / "aliases")}
        for folder in _folders(model):
            fields = dict(_FIELD.findall(_text(folder / "meta.yaml")))
            version = _scalar(fields.get("version", ""))
            if not folder.name.startswith("version-") or not version:
                continue
            count += 1
            if count > MAX_VERSIONS:
                return
            yield ModelVersion(
                name=model.name,
                version=version,
                run=_scalar(fields.get("run_id", "")),
                source=_scalar(fields.get("storage_location", "") or fields.get("source", "")),
                aliases=tuple(alias for alias, number in aliases.items() if number == version),
                status=_scalar(fields.get("status", "")),
                in_files=True,
            )


def _scalar(text: str) -> str:
    plain = text.strip(" \t").strip("'\"")
    return "" if plain in ("null", "~") else plain


def _folders(place: Path) -> list[Path]:
    if place.is_symlink() or not place.is_dir():
        return []
    return sorted(path for path in place.iterdir() if path.is_dir() and not path.is_symlink())


def _plain_files(place: Path) -> list[Path]:
    if place.is_symlink() or not place.is_dir():
        return []
    return sorted(path for path in place.iterdir() if path.is_file() and not path.is_symlink())


def _text(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        return ""
    with path.open("rb") as file:
        return file.read(MAX_FILE).decode("utf-8", "replace")
