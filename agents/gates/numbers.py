"""When two numbers count as the same, and quick search among many."""

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
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
    if math.isclose(first, second, rel_tol=relative, abs_tol=absolute):
        return True
    return math.isnan(first) and math.isnan(second)


def is_whole(value: float) -> bool:
    """A number without a fraction, such as a count, or a score of exactly 1."""
    return math.isfinite(value) and value == int(value)


def _margin(value: float) -> float:
    """Nothing farther away than this is close, and little that is nearer is not."""
    return 0.0 if math.isinf(value) else 2 * max(RELATIVE * abs(value), TINY)


@dataclass(frozen=True, slots=True)
class Vouch:
    """A value that a sighting vouches for: what was seen, or a statistic of it."""

    value: float
    how: str
    """`value`, `mean`, `std`, `median`, `min`, `max`."""
    sighting: Sighting


def list_vouches(sighting: Sighting) -> tuple[Vouch, ...]:
    """All values one sighting vouches for."""
    if len(sighting.values) == 1:
        return (Vouch(sighting.values[0], "value", sighting),)
    found = [Vouch(value, "value", sighting) for value in sighting.values]
    found += [Vouch(value, how, sighting) for how, value in list_statistics(sighting.values)]
    return tuple(found)


def list_statistics(values: Sequence[float]) -> tuple[tuple[str, float], ...]:
    """What several finite values are summed up in, by its name; nothing for one alone."""
    if len(values) < 2 or not all(map(math.isfinite, values)):
        return ()
    return (
        ("mean", fmean(values)),
        ("std", pstdev(values)),
        ("std", stdev(values)),
        ("median", median(values)),
        ("min", min(values)),
        ("max", max(values)),
    )


class NumberLine:
    """Numbers, ready to be asked which others count as the same as one of them."""

    def __init__(self, numbers: Iterable[float]) -> None:
        held = list(numbers)
        self._sorted = sorted(number for number in held if not math.isnan(number))
        self._nans = len(held) - len(self._sorted)

    def has(self, number: float) -> bool:
        """Whether one is close to this number."""
        if math.isnan(number):
            return self._nans > 0
        # Closeness only shrinks with distance: where no neighbour is close, nothing is.
        place = bisect_left(self._sorted, number)
        return any(is_close(near, number) for near in self._sorted[max(0, place - 1) : place + 1])

    def count_pairs(self, numbers: Iterable[float]) -> int:
        """How many of these have a close one, if each may be taken once."""
        wanted = list(numbers)
        count = min(self._nans, sum(map(math.isnan, wanted)))
        place = 0
        for number in sorted(number for number in wanted if not math.isnan(number)):
            place = bisect_left(self._sorted, number - _margin(number), lo=place)
            while place < len(self._sorted) and self._sorted[place] < number:
                if is_close(self._sorted[place], number):
                    break
                place += 1
            if place < len(self._sorted) and is_close(self._sorted[place], number):
                count, place = count + 1, place + 1
        return count


class VouchIndex:
    """Finds the sightings that vouch for a value, in logarithmic time."""

    def __init__(self, sightings: Iterable[Sighting]) -> None:
        places: dict[tuple[object, ...], list[Vouch]] = defaultdict(list)
        for seen in sightings:
            for vouch in list_vouches(seen):
                places[*seen.site, seen.label, seen.integral, seen.nudged, vouch.how].append(vouch)
        kept = [vouch for vouches in places.values() for vouch in _thin_out(vouches)]
        self._missing = tuple(vouch for vouch in kept if math.isnan(vouch.value))
        self._sorted = sorted((vouch for vouch in kept if not math.isnan(vouch.value)), key=_VALUE)
        self._values = [vouch.value for vouch in self._sorted]

    def find(self, value: float) -> tuple[Vouch, ...]:
        """What vouches for this value within the tolerance: each place that does, in some way."""
        if math.isnan(value):
            return self._missing
        first = bisect_left(self._values, value - _margin(value))
        last = bisect_right(self._values, value + _margin(value), lo=first)
        while first < last and not is_close(self._values[first], value):
            first += 1
        while first < last and not is_close(self._values[last - 1], value):
            last -= 1
        return tuple(self._sorted[first:last])


_VALUE = attrgetter("value")


def _thin_out(vouches: list[Vouch]) -> Iterator[Vouch]:
    """Leave out, of one place, what lies between two values that count as the same.

    Whatever is close to a number between two such values is close to one of the two. So a loss
    that stands still for a million steps is two entries, and no search has to look at them all.
    """
    numbers = sorted((vouch for vouch in vouches if not math.isnan(vouch.value)), key=_VALUE)
    if len(numbers) < len(vouches):
        yield next(vouch for vouch in vouches if math.isnan(vouch.value))
    least = greatest = None
    for vouch in numbers:
        if least is None or not is_close(least.value, vouch.value):
            if greatest is not None:
                yield greatest
            yield vouch
            least, greatest = vouch, None
        elif vouch.value > least.value:
            greatest = vouch
    if greatest is not None:
        yield greatest
