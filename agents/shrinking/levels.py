"""Chooses how much of the work is left: pure, from the attempts made so far."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.shrinking.knobs import Knobs
from agents.verdict import Kind

TARGET_SECONDS = 5.0
"""An attempt that ends in this needs no smaller level: some twelve of them make a proof."""

GROWTH = 8
MOST_UNITS = 100
"""Epochs or steps in a proof, where the program says something at each: logging takes time, too."""

NOTICEABLE = 0.5
"""Seconds by which two attempts differ before the difference says anything about the work."""

Levels = Mapping[Kind, int]


@dataclass(frozen=True, slots=True)
class Probed:
    """A level that was tried and ended."""

    level: int
    seconds: float


def descend(knobs: Knobs) -> Iterator[Levels]:
    """Levels to try in turn while the attempt does not end: more and more kinds are reduced."""
    levels: dict[Kind, int] = {}
    for kind in knobs.kinds:
        least = knobs.least(kind)
        yield {**levels, kind: least}
        levels[kind] = min(least, 10) if least > 10 else least  # two figures less
        if levels[kind] != least:
            yield dict(levels)


def grow(knobs: Knobs, kind: Kind, probed: Sequence[Probed]) -> int | None:
    """The next larger level that tells how long one unit takes; None where that is known."""
    first, last = probed[0], probed[-1]
    bigger = last.level * GROWTH
    known = last.seconds - first.seconds >= NOTICEABLE or last.seconds > TARGET_SECONDS
    return None if known or bigger >= knobs.longest(kind) else bigger


def estimate(knobs: Knobs, kind: Kind, probed: Sequence[Probed]) -> float:
    """Seconds that the whole program takes at most, from levels that ended."""
    first, last = probed[0], probed[-1]
    if last.level == first.level:
        return float("inf")
    unit = max(last.seconds - first.seconds, NOTICEABLE) / (last.level - first.level)
    return first.seconds + unit * (knobs.longest(kind) - first.level)


def choose(probed: Sequence[Probed]) -> Probed:
    """The largest level that ends in a few seconds, and is no larger than a proof needs."""
    fit = [one for one in probed if one.seconds <= TARGET_SECONDS and one.level <= MOST_UNITS]
    return fit[-1] if fit else probed[0]
