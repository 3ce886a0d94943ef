"""When two numbers count as the same, and quick search among many."""

import math
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean, median, pstdev, stdev

from sandbox.witness.testimony import Sighting

RELATIVE = 1e-5
TINY = 1e-12
SPARE = 0.1
"""Share of a key's values that may lack what the others have; 1 - 0.9 would come out smaller."""


def is_close(
    first: float, second: float, relative: float = RELATIVE, absolute: float = TINY
) -> bool:
    """Equal within a tolerance; NaN equals NaN and an infinity its like."""
    if math.isnan(first) or math.isnan(second):
        return math.isnan(first) and math.isnan(second)
    if math.isinf(first) or math.isinf(second):
        return first == second
    return abs(first - second) <= max(relative * max(abs(first), abs(second)), absolute)


def is_whole(value: float) -> bool:
    """A number without a fraction, such as a count, or a score of exactly 1."""
    return math.isfinite(value) and value == int(value)


@dataclass(frozen=True, slots=True)
class Vouch:
    """A value that a sighting vouches for: what was seen, or a statistic of it."""

    value: float
    how: str
    """`value`, `mean`, `std`, `median`, `min`, `max`."""
    sighting: Sighting


def list_vouches(sighting: Sighting) -> tuple[Vouch, ...]:
    """All values one sighting vouches for."""
    values = sighting.values
    found = [Vouch(value, "value", sighting) for value in values]
    if len(values) > 1 and all(math.isfinite(value) for value in values):
        found += [
            Vouch(fmean(values), "mean", sighting),
            Vouch(pstdev(values), "std", sighting),
            Vouch(stdev(values), "std", sighting),
            Vouch(median(values), "median", sighting),
            Vouch(min(values), "min", sighting),
            Vouch(max(values), "max", sighting),
        ]
    return tuple(found)


class VouchIndex:
    """Finds the sightings that vouch for a value, in logarithmic time."""

    def __init__(self, sightings: Iterable[Sighting]) -> None:
        # The same value seen a thousand times at one place is one entry.
        unique: dict[tuple[object, ...], Vouch] = {}
        for sighting in sightings:
            for vouch in list_vouches(sighting):
                number = "nan" if math.isnan(vouch.value) else vouch.value
                place = (*sighting.site, sighting.label, sighting.integral, sighting.nudged)
                unique.setdefault((number, vouch.how, *place), vouch)
        self._missing = tuple(vouch for vouch in unique.values() if math.isnan(vouch.value))
        self._sorted = sorted(
            (vouch for vouch in unique.values() if not math.isnan(vouch.value)),
            key=lambda vouch: vouch.value,
        )
        self._values = [vouch.value for vouch in self._sorted]

    def find(self, value: float) -> tuple[Vouch, ...]:
        """All that vouch for this value within the tolerance."""
        if math.isnan(value):
            return self._missing
        margin = 0.0 if math.isinf(value) else 2 * max(RELATIVE * abs(value), TINY)
        found = []
        start = bisect_left(self._values, value - margin if margin else value)
        for place in range(start, len(self._sorted)):
            vouch = self._sorted[place]
            if vouch.value > value + margin:
                break
            if is_close(vouch.value, value):
                found.append(vouch)
        return tuple(found)
