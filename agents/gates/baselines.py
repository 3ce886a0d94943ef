"""Two runs of the original: what is the same in both, and what differs by itself."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.gates.exhibit import Observation
from agents.gates.numbers import is_close
from agents.gates.printed import Line, mask_output
from sandbox.witness.testimony import Sighting

Source = tuple[str, str]
"""File and function: a place that is still the same after lines were added above it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the original shows under one seed; None stands for what differs between two runs."""

    values: Mapping[Source, tuple[float | None, ...]]
    expressions: frozenset[Source]
    """Those of the sources that are the script's own expressions."""
    lines: tuple[Line | None, ...]
    products: Mapping[str, str | None]
    unstable: frozenset[Source]
    """Sources with a value that differs."""


def group_values(sightings: Sequence[Sighting]) -> Mapping[Source, tuple[float, ...]]:
    """All values by source, in order."""
    found: dict[Source, list[float]] = defaultdict(list)
    for sighting in sightings:
        found[sighting.file, sighting.function] += sighting.values
    return {source: tuple(values) for source, values in found.items()}


def compare_baselines(first: Observation, second: Observation) -> Shown:
    """Lay two runs of the original side by side; give the same twice where there is one."""
    mine = group_values(first.testimony.sightings)
    theirs = group_values(second.testimony.sightings)
    values = {source: _agreeing(found, theirs.get(source, ())) for source, found in mine.items()}
    return Shown(
        values=values,
        expressions=frozenset(
            (sighting.file, sighting.function)
            for sighting in first.testimony.sightings
            if sighting.source == "expression"
        ),
        lines=_agreeing_lines(mask_output(first.attempt), mask_output(second.attempt)),
        products={
            path: digest if digest == second.products[path] else None
            for path, digest in first.products.items()
            if path in second.products and not _is_cache(path)
        },
        unstable=frozenset(source for source, found in values.items() if None in found),
    )


def _agreeing(first: tuple[float, ...], second: tuple[float, ...]) -> tuple[float | None, ...]:
    if len(first) != len(second):
        return (None,) * len(first)
    return tuple(
        mine if is_close(mine, theirs) else None for mine, theirs in zip(first, second, strict=True)
    )


def _agreeing_lines(first: tuple[Line, ...], second: tuple[Line, ...]) -> tuple[Line | None, ...]:
    if len(first) == len(second):
        pairs = zip(first, second, strict=True)
        return tuple(mine if mine.agrees(theirs) else None for mine, theirs in pairs)
    # Of different lengths: only the beginning and the end can be laid side by side.
    shorter = min(len(first), len(second))
    head = 0
    while head < shorter and first[head].agrees(second[head]):
        head += 1
    tail = 0
    while tail < shorter - head and first[-1 - tail].agrees(second[-1 - tail]):
        tail += 1
    middle = len(first) - head - tail
    return (*first[:head], *((None,) * middle), *first[len(first) - tail :])


def _is_cache(path: str) -> bool:
    return path.endswith(".pyc") or "__pycache__" in path.split("/")
