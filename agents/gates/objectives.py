"""Where the values of a study come from: what the witness saw while each trial ran."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from agents.gates.exhibit import Exhibit
from agents.gates.families import function_families, name_families
from agents.gates.numbers import Vouch, VouchIndex, is_close, is_whole
from sandbox.oracles.store import StudyTrial
from sandbox.witness.rewritten import find_remade_calls
from sandbox.witness.testimony import Sighting

_PLAIN = re.compile(r"[A-Za-z_][\w.]*(?:\[[^\[\]]*\])?")
_LOSSES = frozenset(
    {"loss", "logloss", "mse", "rmse", "mae", "medae", "mape", "msle", "maxerror", "hinge"}
    | {"zeroone", "hamming", "brier", "perplexity", "inertia", "daviesbouldin"}
)
_FOLDING = frozenset({"cross_val_score"})
_VAGUE = frozenset({"variance"})


@dataclass(frozen=True, slots=True)
class Origin:
    """One sighting that vouches for a trial's value."""

    vouch: Vouch
    turned: bool
    """The value is the negative or the complement: what was good when large is now good small."""

    @property
    def direction(self) -> str:
        """How such a value is to be optimized; empty where its name does not say."""
        seen = self.vouch.sighting
        library = seen.source == "library"
        named = function_families(seen.function) if library else name_families(seen.function)
        kinds = (named or name_families(seen.label)) - _VAGUE
        if not kinds or len({kind in _LOSSES for kind in kinds}) > 1:
            return ""
        small = (next(iter(kinds)) in _LOSSES) != self.turned
        if seen.function.rsplit(".", 1)[-1] in ("best_score_", "cross_val_score"):
            # A scorer is good when large, whatever is behind it.
            small = self.turned
        return "minimize" if small else "maximize"


class Origins:
    """Everything seen in one attempt, ready to be asked for what vouches for a trial."""

    def __init__(self, sightings: Sequence[Sighting]) -> None:
        self._sightings = tuple(seen for seen in sightings if not _is_bare_name(seen))
        self._orders = [seen.order for seen in self._sightings]

    def within(self, trial: StudyTrial) -> tuple[Sighting, ...]:
        """What was seen between a trial's beginning and its end."""
        first = bisect_left(self._orders, trial.began)
        return self._sightings[first : bisect_left(self._orders, trial.ended)]

    def find(self, trial: StudyTrial) -> tuple[Origin, ...]:
        """Everything that vouches for the first value of a trial."""
        if not trial.values:
            return ()
        return find_origins(trial.values[0], self.within(trial))


def list_own_sightings(exhibit: Exhibit) -> tuple[Sighting, ...]:
    """What was seen in the candidate's attempt, but for calls that only the candidate makes.

    A cross-validation counts all the same: it trains and scores itself, and the diff gate sees to
    it that it is of the original's kind of model, on the original's training rows.
    """
    added = find_remade_calls(exhibit.before, exhibit.after)
    by_file: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for call in added:
        by_file[call.file].append((call.first, call.last, call.name))
    return tuple(
        seen
        for seen in exhibit.observed.testimony.sightings
        if seen.source == "expression" or not _is_made(seen, by_file)
    )


def _is_made(seen: Sighting, added: Mapping[str, Sequence[tuple[int, int, str]]]) -> bool:
    # `float(x)` is answered by `torch.Tensor.__float__`.
    name = seen.function.rpartition(".")[2].strip("_")
    return name not in _FOLDING and any(
        called == name and first <= seen.line <= last
        for first, last, called in added.get(seen.file, ())
    )


def find_origins(value: float, sightings: Sequence[Sighting]) -> tuple[Origin, ...]:
    """What vouches for a value: it itself, its share of a hundred, its negative or complement."""
    index = VouchIndex(add_means(sightings))
    forms = ((value, False), (value / 100, False), (-value, True), (1 - value, True))
    found: list[Origin] = []
    for form, turned in forms:
        found += [
            Origin(vouch, turned)
            for vouch in index.find(form)
            if not (is_whole(form) and vouch.sighting.integral)
        ]
        if found:
            break
    return tuple(found)


def add_means(sightings: Sequence[Sighting]) -> tuple[Sighting, ...]:
    """The sightings, and the mean of all that one place showed: folds, batches, epochs."""
    places: dict[tuple[object, ...], list[Sighting]] = defaultdict(list)
    for seen in sightings:
        if len(seen.values) == 1 and not seen.integral:
            places[(*seen.site, seen.label)].append(seen)
    means = [
        replace(
            found[-1],
            values=(fmean(seen.values[0] for seen in found),),
            nudged=any(seen.nudged for seen in found),
        )
        for found in places.values()
        if len(found) > 1
    ]
    return (*sightings, *means)


def _is_bare_name(seen: Sighting) -> bool:
    """A plain variable: whatever was put into it, nobody measured it there."""
    fitted = seen.function.endswith("_")
    return seen.source == "expression" and not fitted and bool(_PLAIN.fullmatch(seen.function))


def is_known(value: float, sightings: Sequence[Sighting]) -> bool:
    """Whether the original shows a value, in whatever form."""
    return bool(find_origins(value, sightings))


def is_same(first: StudyTrial, second: StudyTrial) -> bool:
    """Two trials of the same parameters with the same values."""
    return (
        _agree(first.params, second.params)
        and first.state == second.state
        and len(first.values) == len(second.values)
        and all(is_close(a, b) for a, b in zip(first.values, second.values, strict=True))
    )


def _agree(first: Mapping[str, str | float], second: Mapping[str, str | float]) -> bool:
    if set(first) != set(second):
        return False
    for name, mine in first.items():
        theirs = second[name]
        if isinstance(mine, float) and isinstance(theirs, float):
            if not is_close(mine, theirs):
                return False
        elif mine != theirs:
            return False
    return True
