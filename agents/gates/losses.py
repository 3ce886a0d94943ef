"""What the values of a study are made of: which measurement, and whether its sign was turned."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.gates.numbers import SPARE, VouchIndex, is_whole
from agents.gates.objectives import Origins, add_means
from sandbox.oracles.store import Study, StudyTrial
from sandbox.witness.testimony import Sighting

Source = tuple[str, str, str]
"""File, function or expression, and which statistic of it: `value`, `mean`."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured in the trials of some studies."""

    turned: Mapping[Source, bool]
    """What the objective's values are, trial by trial: as they were measured, or their negatives
    or complements."""
    seen: frozenset[Source]
    """Everything that was measured in any of them."""
    trials: int
    """How many came to a finite value."""


def read_measured(sightings: Sequence[Sighting], studies: Sequence[Study]) -> Measured:
    """Hold the values of all trials against what was seen in each of them."""
    origins = Origins(sightings)
    plain: Counter[Source] = Counter()
    turned: Counter[Source] = Counter()
    seen: set[Source] = set()
    trials = [
        trial
        for study in studies
        for trial in study.complete
        if trial.values and math.isfinite(trial.values[0])
    ]
    for trial in trials:
        within = add_means(origins.within(trial))
        seen |= {(one.file, one.function, "value") for one in within}
        index = VouchIndex(within)
        plain.update(set(_find(index, trial, turned=False)))
        turned.update(set(_find(index, trial, turned=True)))
    enough = (1 - SPARE) * len(trials)
    return Measured(
        turned={
            source: turned[source] > plain[source]
            for source in plain.keys() | turned.keys()
            if max(plain[source], turned[source]) >= enough and plain[source] != turned[source]
        },
        seen=frozenset(seen),
        trials=len(trials),
    )


def _find(index: VouchIndex, trial: StudyTrial, *, turned: bool) -> Iterator[Source]:
    value = trial.values[0]
    forms = (-value, -value / 100, 1 - value, 1 - value / 100) if turned else (value, value / 100)
    for form in forms:
        for vouch in index.find(form):
            if not (is_whole(form) and vouch.sighting.integral):
                yield vouch.sighting.file, vouch.sighting.function, vouch.how


@dataclass(frozen=True, slots=True)
class Aim:
    """Which way a study must go to go on with what a search did."""

    direction: str
    """`minimize` or `maximize`; empty where nobody can tell."""
    measure: str = ""
    """What is optimized, as the script calls it."""
    other: str = ""
    """Set where the trials come to something else that was measured, which is not the loss."""


def find_aim(loss: Measured, value: Measured) -> Aim:
    """Compare what a search minimized with what the trials of a study come to."""
    shared = sorted(loss.turned.keys() & value.turned.keys())
    if shared:
        ways = {loss.turned[source] == value.turned[source] for source in shared}
        if len(ways) > 1:
            return Aim("")
        return Aim("minimize" if ways.pop() else "maximize", measure=shared[0][1])
    if loss.turned and value.turned:
        known = {source[:2] for source in loss.seen}
        strange = sorted(source for source in value.turned if source[:2] in known)
        if strange:
            return Aim("", measure=min(loss.turned)[1], other=strange[0][1])
    return Aim("")
