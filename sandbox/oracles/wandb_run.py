"""Records of one W&B log -> the run they tell of."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from sandbox.oracles import wandb_records as records
from sandbox.oracles.counters import is_counter
from sandbox.oracles.store import Point, TrackedRun
from sandbox.oracles.wandb_records import Item, RecordError, RunStart, Value

MAX_POINTS = 2_000_000
MAX_KEYS = 20_000
MAX_FILES = 10_000


@dataclass(slots=True)
class _Draft:
    """A run being put together."""

    version: str = ""
    start: RunStart | None = None
    exit_code: int | None = None
    config: dict[str, Value] = field(default_factory=dict)
    summary: dict[str, Value] = field(default_factory=dict)
    history: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    axes: dict[str, str] = field(default_factory=dict)
    files: dict[str, None] = field(default_factory=dict)
    points: int = 0


@dataclass(frozen=True, slots=True)
class LoggedRun:
    """One run as its log tells it."""

    run: TrackedRun
    version: str
    """W&B's own, which wrote the log."""
    began: float


def read_logged_run(log: Iterable[bytes], counted: frozenset[str]) -> LoggedRun | None:
    """Put a run together from the records of its log; None where none says which run it is.

    `counted` names the runs whose steps W&B counted by itself. Raises RecordError.
    """
    draft = _Draft()
    for record in log:
        kind, message = records.split_record(record)
        if kind:
            _take_record(draft, kind, message)
    if draft.start is None:
        return None
    start = draft.start
    metrics, counters = _split_history(draft, start.id in counted)
    _add_summary(draft, metrics)
    status = "RUNNING" if draft.exit_code is None else "FAILED" if draft.exit_code else "FINISHED"
    return LoggedRun(
        run=TrackedRun(
            id=start.id,
            name=start.name,
            experiment=start.project,
            status=status,
            parent="",
            params=dict(_show_params(draft.config)),
            metrics=metrics,
            tags=dict.fromkeys(start.tags, ""),
            artifacts=tuple(sorted(draft.files)),
            counters=counters,
            counted=start.id in counted,
        ),
        version=draft.version,
        began=start.began,
    )


def _take_record(draft: _Draft, kind: int, message: bytes) -> None:
    match kind:
        case records.HISTORY:
            _take_row(draft, *records.read_history(message))
        case records.SUMMARY:
            updates, removed = records.read_updates(message, own=True)
            _update(draft.summary, updates, removed)
        case records.CONFIG:
            _update(draft.config, *records.read_updates(message))
        case records.RUN:
            start = records.read_run(message)
            # Names and tags may be set later: the record is written again.
            draft.start = start
            _update(draft.config, start.config, ())
        case records.EXIT:
            draft.exit_code = records.read_signed(message)
        case records.FILES:
            draft.files.update(dict.fromkeys(records.read_files(message)))
        case records.ARTIFACT:
            draft.files.update(dict.fromkeys(records.read_artifact(message)))
        case records.METRIC:
            name, axis = records.read_metric(message)
            if name and axis:
                draft.axes[name] = axis
        case _:
            draft.version = records.read_version(message) or draft.version
    if len(draft.files) > MAX_FILES or len(draft.axes) > MAX_KEYS:
        raise RecordError(f"it names more than {MAX_FILES:,} files")


def _update(
    held: dict[str, Value], updates: Iterable[Item], removed: Iterable[tuple[str, ...]]
) -> None:
    for key, value in updates:
        held[".".join(key)] = value
    for key in removed:
        held.pop(".".join(key), None)
    if len(held) > MAX_KEYS:
        raise RecordError(f"it holds more than {MAX_KEYS:,} keys")


def _take_row(draft: _Draft, items: Iterable[Item], step: int) -> None:
    for key, value in items:
        for name, leaf in _flatten(".".join(key), value):
            number = records.read_number(leaf)
            if number is None:
                continue
            draft.points += 1
            draft.history.setdefault(name, []).append((step, number))
    if draft.points > MAX_POINTS:
        raise RecordError(f"it holds more than {MAX_POINTS:,} points")
    if len(draft.history) > MAX_KEYS:
        raise RecordError(f"it holds more than {MAX_KEYS:,} keys")


def _flatten(key: str, value: Value, depth: int = 0) -> Iterator[tuple[str, Value]]:
    """Dictionaries by their innermost keys, as W&B shows them; what is no number stays whole."""
    if not isinstance(value, dict) or not value or "_type" in value or depth > records.MAX_DEPTH:
        yield key, value
        return
    for name, inner in value.items():
        yield from _flatten(f"{key}.{name}", inner, depth + 1)  # type: ignore[arg-type]


def _split_history(
    draft: _Draft, counted: bool
) -> tuple[dict[str, tuple[Point, ...]], dict[str, tuple[Point, ...]]]:
    """Metrics, and the keys that only count; a metric drawn against one of them has its steps."""
    declared = set(draft.axes.values())
    counters = {
        key: rows
        for key, rows in draft.history.items()
        if key in declared or is_counter(key, [value for _, value in rows])
    }
    metrics: dict[str, tuple[Point, ...]] = {}
    for key, rows in draft.history.items():
        if key not in counters:
            axis = _find_axis(key, draft.axes)
            at = _read_axis(counters.get(axis, [])) if counted and axis else {}
            metrics[key] = tuple(
                Point(value, at.get(step, step), order) for order, (step, value) in enumerate(rows)
            )
    return metrics, {
        key: tuple(Point(value, step, order) for order, (step, value) in enumerate(rows))
        for key, rows in counters.items()
    }


def _find_axis(key: str, axes: Mapping[str, str]) -> str:
    if key in axes:
        return axes[key]
    return next((axis for name, axis in axes.items() if "*" in name and fnmatchcase(key, name)), "")


def _read_axis(rows: Iterable[tuple[int, float]]) -> dict[int, int]:
    return {
        step: int(value) for step, value in rows if math.isfinite(value) and value == int(value)
    }


def _add_summary(draft: _Draft, metrics: dict[str, tuple[Point, ...]]) -> None:
    """A number only the summary holds is a metric of one value.

    One that stands in for a history is what people then see of it: unless it is a value of that
    history, it counts as logged after the others.
    """
    for key, value in draft.summary.items():
        for name, leaf in _flatten(key, value):
            number = records.read_number(leaf)
            if number is None or name.startswith("_") or name in draft.history.keys() - metrics:
                continue
            points = metrics.get(name, ())
            if not any(_is_same(point.value, number) for point in points):
                step = points[-1].step if points else 0
                metrics[name] = (*points, Point(number, step, len(points)))


def _is_same(first: float, second: float) -> bool:
    return math.isclose(first, second) or (math.isnan(first) and math.isnan(second))


def _show_params(config: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    for key, value in config.items():
        for name, leaf in _flatten(key, value):
            if name.split(".")[0] != "_wandb":
                yield name, str(leaf)
