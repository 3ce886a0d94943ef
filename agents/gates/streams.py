"""Two tracking streams side by side: what the original left with one component, and the other's."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from agents.gates.numbers import is_close
from agents.gates.wording import show_number
from sandbox.oracles.counters import is_counter
from sandbox.oracles.store import Point, TrackedRun

_ALLOWED = re.compile(r"[^0-9A-Za-z]+")
_NOTHING = frozenset({"none", "null", ""})
_TRUTH = {"true": "1", "false": "0"}
_SYSTEM = ("system/", "mlflow.")
_MEDIA = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".html")


@dataclass(frozen=True, slots=True)
class Sides:
    """What the two sides are called in a sentence, and whether values moved on purpose."""

    source: str
    target: str
    moved: bool = False
    """A nudged attempt: its values cannot equal those of the original."""


def compare_runs(
    expected: Sequence[TrackedRun],
    again: Sequence[TrackedRun],
    found: Sequence[TrackedRun],
    sides: Sides,
) -> str:
    """The first difference between the original's runs and the candidate's; empty if none.

    `again` is a second run of the original: what differs between the two is not compared.
    """
    if len(expected) != len(found):
        return (
            f"The original leaves {_count(expected)} with {sides.source}, the adapted script "
            f"{_count(found)} with {sides.target}."
        )
    if len({run.id for run in found}) < len(found):
        return f"Several runs share one id with {sides.target}: they will be one."
    twins = again if len(again) == len(expected) else expected
    for run, twin, other in zip(expected, twins, _pair_runs(expected, found), strict=True):
        problem = (
            _compare_metrics(run, twin, other, sides)
            or _compare_params(run, twin, other, sides)
            or _compare_tags(run, twin, other, sides)
            or _compare_artifacts(run, other, sides)
        )
        if problem:
            return problem
    return ""


def pair_keys(source: Mapping[str, object], target: Mapping[str, object]) -> Mapping[str, str]:
    """Source key -> the same key in the target, which may not allow every character of it."""
    plain: dict[str, list[str]] = {}
    for key in target:
        plain.setdefault(plain_key(key), []).append(key)
    pairs = {}
    for key in source:
        if key in target:
            pairs[key] = key
        elif len(same := plain.get(plain_key(key), [])) == 1:
            pairs[key] = same[0]
    return pairs


def plain_key(key: str) -> str:
    """A key without what components write differently: separators and forbidden characters."""
    return _ALLOWED.sub("_", key).strip("_")


def flatten_params(params: Mapping[str, str]) -> Mapping[str, str]:
    """Parameters by their innermost names: a dictionary written as text is taken apart."""
    return dict(leaf for key, text in params.items() for leaf in _leaves(key, text, 0))


def _leaves(key: str, text: str, depth: int) -> Iterator[tuple[str, str]]:
    if text.startswith("{") and len(text) < 100_000 and depth < 8:
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            value = None
        if isinstance(value, dict) and value:
            for name, inner in value.items():
                yield from _leaves(f"{key}.{name}", str(inner), depth + 1)
            return
    yield key, text


def _pair_runs(expected: Sequence[TrackedRun], found: Sequence[TrackedRun]) -> Sequence[TrackedRun]:
    """By name where names tell runs apart on both sides, else in their order."""
    names = {run.name: run for run in found}
    if len(names) == len(found) and {run.name for run in expected} == set(names):
        return [names[run.name] for run in expected]
    return found


def _count(runs: Sequence[TrackedRun]) -> str:
    return f"{len(runs)} run{'' if len(runs) == 1 else 's'}"


def _metrics(run: TrackedRun) -> Mapping[str, tuple[Point, ...]]:
    return {
        key: tuple(sorted(points, key=lambda point: point.order))
        for key, points in run.metrics.items()
        if not key.startswith(_SYSTEM) and not is_counter(key, [one.value for one in points])
    }


def _counters(run: TrackedRun) -> Mapping[str, tuple[Point, ...]]:
    counting = {
        key: points
        for key, points in run.metrics.items()
        if is_counter(key, [one.value for one in points])
    }
    return {**counting, **run.counters}


def _compare_metrics(run: TrackedRun, twin: TrackedRun, other: TrackedRun, sides: Sides) -> str:
    mine, theirs = _metrics(run), _metrics(other)
    pairs = pair_keys(mine, theirs)
    params = flatten_params(other.params)
    for key, points in mine.items():
        if key not in pairs:
            if len(points) == 1 and _is_param(key, points[0], params):
                continue
            return f"`{key}` is logged with {sides.source}, and not with {sides.target}."
        problem = _compare_points(
            key, points, _metrics(twin).get(key, ()), theirs[pairs[key]], sides
        ) or _compare_steps(key, points, theirs[pairs[key]], run, other)
        if problem:
            return problem
    given = flatten_params(run.params)
    for key, points in theirs.items():
        if key not in pairs.values() and not (
            len(points) == 1 and _is_param(key, points[0], given)
        ):
            return f"`{key}` is logged with {sides.target}, and never was with {sides.source}."
    return ""


def _is_param(key: str, point: Point, params: Mapping[str, str]) -> bool:
    texts = [text for name, text in params.items() if plain_key(name) == plain_key(key)]
    return any(_same_text(f"{point.value!r}", text) for text in texts)


def _compare_points(
    key: str,
    points: Sequence[Point],
    again: Sequence[Point],
    found: Sequence[Point],
    sides: Sides,
) -> str:
    if len(points) != len(found):
        # A history whose length differs by itself, or follows moved values, says nothing.
        if sides.moved or len(again) not in (0, len(points)):
            return ""
        return (
            f"`{key}` has {len(points)} values with {sides.source} and {len(found)} with "
            f"{sides.target}."
        )
    if sides.moved:
        return ""
    for place, (one, other) in enumerate(zip(points, found, strict=True)):
        stable = len(again) != len(points) or is_close(one.value, again[place].value)
        if stable and not is_close(one.value, other.value):
            return (
                f"Value {place + 1} of `{key}` is {show_number(one.value)} with {sides.source} "
                f"and {show_number(other.value)} with {sides.target}."
            )
    return ""


def _compare_steps(
    key: str, points: Sequence[Point], found: Sequence[Point], run: TrackedRun, other: TrackedRun
) -> str:
    """Steps must be the same, or be counted by a key beside the metric on either side.

    A component that counts calls by itself gives steps that only keep an order: 0, 2, 4 where two
    calls are made in each epoch. The other side then has 0, 1, 2 or 1, 2, 3.
    """
    mine, theirs = [one.step for one in points], [one.step for one in found]
    if len(set(mine)) <= 1 or len(mine) != len(theirs) or mine == theirs:
        return ""
    if len(set(theirs)) == 1:
        return f"All values of `{key}` are at step {theirs[0]} now; they had steps of their own."
    axes = [*_read_axes(mine, run), *_read_axes(theirs, other)]
    if any(axis in (mine, theirs) for axis in axes):
        return ""
    place = next(i for i, pair in enumerate(zip(mine, theirs, strict=True)) if pair[0] != pair[1])
    if run.counted and _is_even(theirs):
        return ""
    return (
        f"Value {place + 1} of `{key}` was logged at step {mine[place]}, and is at step "
        f"{theirs[place]} now."
    )


def _is_even(steps: Sequence[int]) -> bool:
    """Counted from 0 or 1, one by one."""
    return list(steps) in (list(range(len(steps))), list(range(1, len(steps) + 1)))


def _read_axes(steps: Sequence[int], run: TrackedRun) -> Iterator[list[int]]:
    for points in _counters(run).values():
        at = {point.step: int(point.value) for point in points}
        yield [at.get(step, -1) for step in steps]


def _compare_params(run: TrackedRun, twin: TrackedRun, other: TrackedRun, sides: Sides) -> str:
    mine, theirs = flatten_params(run.params), flatten_params(other.params)
    again = flatten_params(twin.params)
    tags = {key: text for key, text in other.tags.items() if not key.startswith(_SYSTEM)}
    pairs = pair_keys(mine, theirs)
    for key, text in mine.items():
        if again.get(key) != text:
            continue
        here = theirs.get(pairs.get(key, ""), tags.get(key))
        if here is None and not (same := _elsewhere(key, text, other)):
            if same is None:
                continue
            return (
                f"The parameter `{key}` is recorded with {sides.source}, and not with "
                f"{sides.target}."
            )
        if here is not None and not _same_text(text, here):
            return f"The parameter `{key}` is {text[:200]} with {sides.source}, now {here[:200]}."
    return ""


def _elsewhere(key: str, text: str, other: TrackedRun) -> bool | None:
    """A number may have become a metric; what says nothing may be left out (None)."""
    if text.lower() in _NOTHING or text == "{}":
        return None
    for name, points in other.metrics.items():
        if plain_key(name) == plain_key(key) and points:
            return _same_text(text, repr(points[-1].value))
    return False


def _same_text(first: str, second: str) -> bool:
    if first == second:
        return True
    mine, theirs = first.strip().lower(), second.strip().lower()
    if mine in _NOTHING and theirs in _NOTHING:
        return True
    try:
        return is_close(float(_TRUTH.get(mine, mine)), float(_TRUTH.get(theirs, theirs)))
    except ValueError:
        return _ALLOWED.sub(" ", mine).split() == _ALLOWED.sub(" ", theirs).split()


def _compare_tags(run: TrackedRun, twin: TrackedRun, other: TrackedRun, sides: Sides) -> str:
    """A tag may be a word alone on one side and a key with its value on the other."""
    known = " ".join(
        f"{key} {text}" for side in (other.tags, other.params) for key, text in side.items()
    ).lower()
    for key, text in run.tags.items():
        if key.startswith(_SYSTEM) or twin.tags.get(key) != text:
            continue
        word = (text or key).lower()
        if word not in known:
            shown = f"{key}: {text}" if text else key
            return f"The tag `{shown[:200]}` is set with {sides.source}, not with {sides.target}."
    return ""


def _compare_artifacts(run: TrackedRun, other: TrackedRun, sides: Sides) -> str:
    here = {PurePosixPath(path).name for path in other.artifacts}
    models = {
        str(PurePosixPath(path).parent)
        for path in run.artifacts
        if PurePosixPath(path).name == "MLmodel"
    }
    for path in run.artifacts:
        name = PurePosixPath(path).name
        inside = any(path.startswith(f"{model}/") for model in models)
        if inside or path.startswith("media/"):
            # A logged model, or a picture, is written under names of the component's own.
            if not (here if inside else {one for one in here if one.endswith(_MEDIA)}):
                return f"{path[:200]} is kept with {sides.source}, nothing with {sides.target}."
        elif name not in here:
            return (
                f"The artifact {path[:200]} is kept with {sides.source}, and not with "
                f"{sides.target}."
            )
    return ""
