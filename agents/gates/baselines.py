"""Two runs of the original: what is the same in both, and what differs by itself."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.gates.exhibit import Observation
from agents.gates.families import names_time
from agents.gates.numbers import is_close
from agents.gates.printed import Line, mask_output
from agents.gates.products import compare_products
from sandbox.witness.testimony import Sighting

Source = tuple[str, str]
"""File and function: a place that is still the same after lines were added above it."""

ANYWHERE = -1
"""In the place of a process: the values of all of them, sorted, whoever saw which."""

Stream = tuple[str, str, int]
"""File, function and process: values of one source in the order in which one process saw them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the original shows under one seed; None stands for what differs between two runs."""

    values: Mapping[Stream, tuple[float | None, ...]]
    expressions: frozenset[Source]
    """Those of the sources that are the script's own expressions."""
    lines: tuple[Line | None, ...]
    """Sorted, where several processes print: how their lines interleave is up to chance."""
    products: Mapping[str, str | None]
    """By name with its dates and times masked."""
    unstable: frozenset[Source]
    """Sources with a value that differs."""


def group_values(sightings: Sequence[Sighting]) -> Mapping[Stream, tuple[float, ...]]:
    """All values by source and process, in order; but times, which differ in any two runs."""
    found: dict[Stream, list[float]] = defaultdict(list)
    for sighting in sightings:
        if names_time(sighting.label):
            continue
        found[sighting.file, sighting.function, sighting.process] += sighting.values
    return {stream: tuple(values) for stream, values in found.items()}


def pool_values(values: Mapping[Stream, Sequence[float]]) -> Mapping[Stream, tuple[float, ...]]:
    """All values by source alone, sorted, as if they had been seen anywhere."""
    found: dict[Stream, list[float]] = defaultdict(list)
    for (file, function, _), seen in values.items():
        found[file, function, ANYWHERE] += seen
    return {
        stream: tuple(sorted(seen, key=lambda value: (math.isnan(value), value)))
        for stream, seen in found.items()
    }


def compare_baselines(first: Observation, second: Observation) -> Shown:
    """Lay two runs of the original side by side; give the same twice where there is one."""
    values = _compare_values(
        group_values(first.testimony.sightings), group_values(second.testimony.sightings)
    )
    if first.testimony.children:
        lines = _agreeing_anywhere(first, second)
    else:
        lines = _agreeing_lines(mask_output(first.attempt), mask_output(second.attempt))
    return Shown(
        values=values,
        expressions=frozenset(
            (sighting.file, sighting.function)
            for sighting in first.testimony.sightings
            if sighting.source == "expression"
        ),
        lines=lines,
        products=compare_products(first.products, second.products),
        unstable=frozenset(stream[:2] for stream, found in values.items() if None in found),
    )


def _compare_values(
    mine: Mapping[Stream, tuple[float, ...]], theirs: Mapping[Stream, tuple[float, ...]]
) -> Mapping[Stream, tuple[float | None, ...]]:
    values = {stream: _agreeing(found, theirs.get(stream, ())) for stream, found in mine.items()}
    # A worker of a pool takes whatever comes next: which one saw a value is up to chance.
    chance = {
        stream[:2]
        for stream, found in values.items()
        if None in found and any(other[:2] == stream[:2] and other[2] for other in mine)
    }
    if not chance:
        return values
    pooled, others = pool_values(mine), pool_values(theirs)
    return {stream: found for stream, found in values.items() if stream[:2] not in chance} | {
        stream: _agreeing(found, others.get(stream, ()))
        for stream, found in pooled.items()
        if stream[:2] in chance
    }


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


def sort_lines(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Lines in an order that does not depend on which process printed first."""
    return tuple(
        sorted(
            lines,
            key=lambda line: (
                line.pattern,
                [(math.isnan(number), number) for number in line.numbers],
            ),
        )
    )


def _agreeing_anywhere(first: Observation, second: Observation) -> tuple[Line | None, ...]:
    mine, theirs = (_group_lines(sort_lines(mask_output(each.attempt))) for each in (first, second))
    return tuple(
        line
        for pattern, lines in mine.items()
        for line in _agreeing_lines(lines, theirs.get(pattern, ()))
    )


def _group_lines(lines: Sequence[Line]) -> Mapping[str, tuple[Line, ...]]:
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.pattern].append(line)
    return {pattern: tuple(lines) for pattern, lines in found.items()}
