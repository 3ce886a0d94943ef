"""Which sightings vouch for the values logged under one key."""

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from agents.gates.numbers import Vouch, VouchIndex, is_close, is_whole
from sandbox.witness.testimony import Sighting, Testimony

_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.(\d+))?(?![\w]|\.\d)")


@dataclass(frozen=True, slots=True)
class Match:
    """What vouches for one logged value; nothing does where `vouches` is empty."""

    value: float
    vouches: tuple[Vouch, ...]
    printed: bool = False
    """Only a printed number says so, because nothing was witnessed at all."""

    @property
    def found(self) -> bool:
        """Something vouches for the value."""
        return self.printed or bool(self.vouches)


class Witnessed:
    """All that one attempt showed, ready to be asked for values."""

    def __init__(self, testimony: Testimony, stdout: str) -> None:
        self.index = VouchIndex(testimony.sightings)
        self.empty = not testimony.sightings
        self._printed: dict[int, set[float]] = defaultdict(set)
        for number in _NUMBER.finditer(stdout):
            self._printed[len(number[1] or "")].add(float(number[0]))
        self._places: dict[tuple[object, ...], list[Sighting]] = defaultdict(list)
        for sighting in testimony.sightings:
            if len(sighting.values) == 1 and not sighting.integral:
                self._places[*sighting.site, sighting.process].append(sighting)

    @cached_property
    def _sums(self) -> Mapping[tuple[object, ...], Sequence[float]]:
        """What the values of a place add up to before each of them, and after the last."""
        return {
            place: list(accumulate((seen.values[0] for seen in found), initial=0.0))
            for place, found in self._places.items()
        }

    def match(self, values: Sequence[float]) -> tuple[Match, ...]:
        """Match the values of one key, in the order they were logged."""
        found = [Match(value, self._find(value)) for value in values]
        if not all(match.found for match in found):
            found = self._match_windows(found)
        if not all(match.found for match in found):
            found = [match if match.found else self._match_print(match.value) for match in found]
        return tuple(found)

    def _find(self, value: float) -> tuple[Vouch, ...]:
        vouches = self.index.find(value)
        if not is_whole(value):
            return vouches
        # A loop counter or a row count is a number of the script's own, not a measured value.
        return tuple(
            vouch
            for vouch in vouches
            if not vouch.sighting.integral or vouch.sighting.source == "library"
        )

    def _match_windows(self, found: list[Match]) -> list[Match]:
        """Means over windows that divide a place evenly: a running loss for each epoch."""
        for place, sums in self._sums.items():
            count = len(sums) - 1
            if count <= len(found) or count % len(found):
                continue
            width = count // len(found)
            means = [
                (sums[(number + 1) * width] - sums[number * width]) / width
                for number in range(len(found))
            ]
            if all(is_close(mean, match.value) for mean, match in zip(means, found, strict=True)):
                seen = self._places[place][0]
                return [Match(match.value, (Vouch(match.value, "mean", seen),)) for match in found]
        return found

    def _match_print(self, value: float) -> Match:
        if self.empty:
            return Match(value, (), self.is_printed(value))
        # A percentage or an error rate counts where the script itself prints it so.
        for other, how in ((value / 100, "percent"), (1 - value, "complement")):
            vouches = [vouch for vouch in self.index.find(other) if not vouch.sighting.integral]
            if vouches and self.is_printed(value, decimals=1):
                return Match(value, tuple(Vouch(value, how, vouch.sighting) for vouch in vouches))
        return Match(value, ())

    def is_printed(self, value: float, decimals: int = 0) -> bool:
        """Whether stdout shows the value, rounded to the (at least so many) decimals there."""
        if not math.isfinite(value):
            return False
        return any(
            (round(value, digits) if digits else value) in numbers
            for digits, numbers in self._printed.items()
            if digits >= decimals
        )
