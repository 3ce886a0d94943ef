"""Chooses how much of the work is left: pure, from the attempts made so far."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.shrinking.knobs import Knobs
from agents.verdict import Kind

TARGET_SECONDS = 5.0
"""An attempt that ends in this needs no smaller level: some twelve of them make a proof."""

GROWTH = 8
LEAP = 64
"""Where eight times the work made no difference that can be noticed."""

MOST_UNITS = 100
"""Times that a program speaks in a proof: logging takes time, too."""

NOTICEABLE = 0.5
"""Seconds by which two attempts differ before the difference says anything about the work."""

SPARE_SECONDS = 2.5
"""What a larger level may take beyond the least one, so that it is worth having."""

Levels = Mapping[Kind, int]


@dataclass(frozen=True, slots=True)
class Probed:
    """A level that was tried."""

    level: int
    seconds: float
    ended: bool = True
    """False: it was stopped after these seconds."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What all of the work would take."""

    seconds: float
    at_least: bool
    """The larger level did not end: it would take longer than this."""


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
    bigger = last.level * (GROWTH if len(probed) == 1 else LEAP)
    known = last.seconds - first.seconds >= NOTICEABLE or not last.ended
    return None if known or bigger >= knobs.longest(kind) else bigger


def allow(knobs: Knobs, kind: Kind, first: Probed, level: int, limit: float) -> float:
    """Seconds after which a level need not be waited for: all of the work would not end in time.

    `limit`: the seconds that an attempt may take.
    """
    part = (level - first.level) / (knobs.longest(kind) - first.level)
    share = part * max(limit - first.seconds, 0.0) + NOTICEABLE
    return first.seconds + max(share, SPARE_SECONDS)


def estimate(knobs: Knobs, kind: Kind, probed: Sequence[Probed]) -> Estimate:
    """What the whole program takes: at most where every level ended, at least where one did not.

    A straight line through the least and the largest level; with one level alone, as if nothing
    but the work took time.
    """
    first, last = probed[0], probed[-1]
    whole = knobs.longest(kind)
    if last.level == first.level:
        return Estimate(first.seconds * whole / first.level, at_least=False)
    difference = last.seconds - first.seconds
    if last.ended:
        difference = max(difference, NOTICEABLE)
    unit = difference / (last.level - first.level)
    return Estimate(first.seconds + unit * (whole - first.level), at_least=not last.ended)


def choose(knobs: Knobs, kind: Kind, probed: Sequence[Probed]) -> Probed:
    """The largest level that costs little more than the least, and is no larger than needed."""
    first = probed[0]
    most = MOST_UNITS * max(knobs.cadences.get(kind, 0), 1)
    seconds = max(TARGET_SECONDS, 1.5 * first.seconds)
    fit = [one for one in probed if one.ended and one.seconds <= seconds and one.level <= most]
    return fit[-1] if fit else first
