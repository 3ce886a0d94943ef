"""Reads MLflow's older store of plain files, the folder `mlruns`."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from sandbox.oracles.mlflow_artifacts import list_artifacts
from sandbox.oracles.mlflow_registry import read_version_files
from sandbox.oracles.store import Point, Store, TrackedRun

MAX_POINTS = 2_000_000
MAX_RUNS = 10_000
MAX_TEXT = 1_000_000
MAX_METRIC_BYTES = 256 * 1024**2

_STATUS = {"1": "RUNNING", "2": "SCHEDULED", "3": "FINISHED", "4": "FAILED", "5": "KILLED"}
_NO_EXPERIMENTS = (".trash", "models")
"""Deleted experiments, and the model registry."""
# Blanks are cut off afterwards: a pattern that skips them takes the square of a long line's time.
_FIELD = re.compile(r"^(\w+):(.*)$", re.MULTILINE)


class _UnreadableError(Exception):
    """The folder is not what MLflow writes; the text says why."""


def read_files(store: Path, folder: Path) -> Store:
    """Read all runs that were not deleted; a folder that only keeps artefacts is no store."""
    try:
        runs = tuple(_runs(store, folder))
        versions = tuple(read_version_files(store))
    except _UnreadableError as problem:
        return Store(schema="", unreadable=str(problem))
    except OSError as problem:
        return Store(schema="", unreadable=f"mlruns cannot be read: {problem.strerror}.")
    if not runs:
        return Store(schema="")
    return Store(schema="mlflow files", runs=runs, registered=versions)


def _runs(store: Path, folder: Path) -> Iterator[TrackedRun]:
    count = 0
    for experiment in _folders(store):
        if experiment.name in _NO_EXPERIMENTS:
            continue
        name = _fields(experiment).get("name", experiment.name)
        for run in _folders(experiment):
            fields = _fields(run)
            if not fields or fields.get("lifecycle_stage") == "deleted":
                continue
            count += 1
            if count > MAX_RUNS:
                raise _UnreadableError(f"mlruns holds more than {MAX_RUNS} runs.")
            tags = _texts(run / "tags")
            yield TrackedRun(
                id=run.name,
                name=tags.get("mlflow.runName", fields.get("run_name", "")),
                experiment=name,
                status=_STATUS.get(fields.get("status", ""), fields.get("status", "")),
                parent=tags.get("mlflow.parentRunId", ""),
                params=_texts(run / "params"),
                metrics=_metrics(run / "metrics"),
                tags=tags,
                artifacts=list_artifacts(
                    folder, f"mlruns/{experiment.name}/{run.name}/artifacts", run.name
                ),
            )


def _folders(place: Path) -> list[Path]:
    if place.is_symlink() or not place.is_dir():
        return []
    return sorted(path for path in place.iterdir() if path.is_dir() and not path.is_symlink())


def _files(place: Path) -> Iterator[Path]:
    # Keys may hold slashes, which are folders here.
    if place.is_symlink():
        return
    for folder, _, names in os.walk(place, followlinks=False):
        for name in sorted(names):
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink():
                yield path


def _text(path: Path, limit: int = MAX_TEXT) -> str:
    if path.stat().st_size > limit:
        raise _UnreadableError(f"{path.name} in mlruns is too large to be read.")
    return path.read_text(encoding="utf-8", errors="replace")


def _fields(place: Path) -> Mapping[str, str]:
    path = place / "meta.yaml"
    if path.is_symlink() or not path.is_file():
        return {}
    return {key: value.strip(" \t").strip("'\"") for key, value in _FIELD.findall(_text(path))}


def _texts(place: Path) -> Mapping[str, str]:
    return {path.relative_to(place).as_posix(): _text(path) for path in _files(place)}


def _metrics(place: Path) -> Mapping[str, tuple[Point, ...]]:
    found = {}
    for path in _files(place):
        entries = []
        # MLflow 3 writes a value once more for each model of the run: a database keeps it once.
        lines = dict.fromkeys(_text(path, MAX_METRIC_BYTES).splitlines())
        for order, line in enumerate(lines):
            if order >= MAX_POINTS:
                raise _UnreadableError(f"A metric in mlruns holds more than {MAX_POINTS} points.")
            try:
                timestamp, value, *rest = line.split(" ")
                step = int(rest[0]) if rest else 0
                entries.append((step, int(timestamp), Point(float(value), step, order)))
            except ValueError:
                raise _UnreadableError(
                    f"The metric {path.name[:80]} in mlruns has a line MLflow did not write."
                ) from None
        entries.sort(key=lambda entry: entry[:2])
        found[path.relative_to(place).as_posix()] = tuple(point for _, _, point in entries)
    return found
