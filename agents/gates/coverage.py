"""How much of what a place in the script shows was logged: all epochs, or only the last."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from agents.gates.exhibit import Exhibit
from agents.gates.families import name_families, split_words
from agents.gates.numbers import NumberLine, is_close, list_statistics
from agents.gates.program import loop_lines, parse_program, target_lines
from sandbox.oracles.store import Store
from sandbox.witness.testimony import Sighting

ENOUGH = 0.9
_HISTORIES = frozenset(
    {
        *("keras.callbacks.History", "xgboost.evals_log", "lightgbm.evals_result"),
        *("lightning.Trainer.logged_metrics", "lightning.Trainer.callback_metrics"),
        "transformers.Trainer.log",
    }
)
"""What one call hands out again and again: `fit()` has a loop of its own."""
_SUMMARIES = frozenset({"best", "max", "min"})


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A place whose values were not all logged."""

    key: str
    name: str
    file: str
    line: int
    logged: int
    seen: int


@dataclass(frozen=True, slots=True)
class _Place:
    """All sightings at one site in one process, in order; or at one site in all of them."""

    sightings: tuple[Sighting, ...]
    line: NumberLine
    """All values that the place vouches for."""

    @property
    def first(self) -> Sighting:
        return self.sightings[0]

    @property
    def is_history(self) -> bool:
        """Handed out several times by one call."""
        return len(self.sightings) > 1 and self.first.function in _HISTORIES

    def is_summary(self, key: str) -> bool:
        """Place and key both say that this is the best of a history."""
        shown = split_words(f"{self.first.label} {self.first.function}")
        return bool(_SUMMARIES & set(shown)) and bool(_SUMMARIES & set(split_words(key)))

    def resembles(self, other: "_Place") -> bool:
        """Both show a value of the same name or kind."""
        mine, theirs = self.first, other.first
        if {mine.function, mine.label} & {theirs.function, theirs.label} - {""}:
            return True
        return bool(
            name_families(f"{mine.label} {mine.function}")
            & name_families(f"{theirs.label} {theirs.function}")
        )


@dataclass(frozen=True, slots=True)
class _Text:
    """Lines of one adapted file that matter here."""

    added: frozenset[int]
    target: frozenset[int]
    looping: Mapping[int, int]
    """Line -> loops around it."""


def key_histories(store: Store) -> Mapping[str, tuple[float, ...]]:
    """Every metric's values in the order they were written, runs one after the other."""
    found: dict[str, list[float]] = defaultdict(list)
    for run in store.runs:
        for key, points in run.metrics.items():
            found[key] += [point.value for point in sorted(points, key=lambda point: point.order)]
    return {key: tuple(values) for key, values in found.items()}


def find_shortfall(exhibit: Exhibit) -> Shortfall | None:
    """The first place from which values were logged, but fewer than nine in ten."""
    histories = key_histories(exhibit.observed.store)
    texts = _read_texts(exhibit)
    places = _list_places(exhibit, texts)
    chosen: dict[str, _Place] = {}
    for key, values in histories.items():
        if place := _choose_place(key, values, places, texts):
            chosen[key] = place
    # All that was logged counts: several keys may share one place, one key may have two.
    logged = NumberLine(value for values in histories.values() for value in values)
    for key, place in chosen.items():
        if _is_sampled(histories[key], place, texts):
            continue
        count = _count_covered(place.sightings, logged)
        if count < ENOUGH * len(place.sightings):
            seen = place.first
            name = seen.label or seen.function
            return Shortfall(key, name, seen.file, seen.line, count, len(place.sightings))
    return None


def _read_texts(exhibit: Exhibit) -> Mapping[str, _Text]:
    texts = {}
    for file, text in exhibit.after.items():
        tree = parse_program(text)
        if tree is None:
            continue
        old, new = exhibit.before.get(file, "").splitlines(), text.splitlines()
        matcher = SequenceMatcher(
            None, [line.strip() for line in old], [line.strip() for line in new], autojunk=False
        )
        kept = {
            line + 1
            for block in matcher.get_matching_blocks()
            for line in range(block.b, block.b + block.size)
        }
        added = frozenset(range(1, len(new) + 1)) - kept
        texts[file] = _Text(added, target_lines(tree, exhibit.stage.target), loop_lines(tree))
    return texts


def _list_places(exhibit: Exhibit, texts: Mapping[str, _Text]) -> tuple[tuple[_Place, ...], ...]:
    """Places by trust: where the original shows values, then lines the candidate wrote.

    In each: first what one process shows (what two ranks compute alike need not be logged twice),
    then all processes together (workers of a pool).
    """
    groups: dict[tuple[object, ...], list[Sighting]] = defaultdict(list)
    together: dict[tuple[object, ...], list[Sighting]] = defaultdict(list)
    for sighting in exhibit.observed.testimony.sightings:
        groups[(*sighting.site, sighting.label, sighting.process)].append(sighting)
        together[(*sighting.site, sighting.label)].append(sighting)
    alone = _sort_places(groups.values(), texts)
    if len(groups) == len(together):
        return alone
    pooled = _sort_places(together.values(), texts)
    return (alone[0], pooled[0], alone[1], pooled[1])


def _sort_places(
    groups: Iterable[Sequence[Sighting]], texts: Mapping[str, _Text]
) -> tuple[tuple[_Place, ...], tuple[_Place, ...]]:
    original: list[_Place] = []
    rewritten: list[_Place] = []
    for sightings in groups:
        place = _Place(tuple(sightings), NumberLine(_list_numbers(sightings)))
        text = texts.get(place.first.file)
        expression = place.first.source == "expression"
        # What is seen inside a logging call is seen once per call: it would cover itself.
        logging = text is not None and place.first.line in text.target
        if logging and expression:
            continue
        own = logging or (text is not None and expression and place.first.line in text.added)
        (rewritten if own else original).append(place)
    return (tuple(original), tuple(rewritten))


def _list_numbers(sightings: Iterable[Sighting]) -> Iterator[float]:
    for seen in sightings:
        yield from seen.values
        yield from (value for _, value in list_statistics(seen.values))


def _choose_place(
    key: str,
    values: Sequence[float],
    tiers: tuple[tuple[_Place, ...], ...],
    texts: Mapping[str, _Text],
) -> _Place | None:
    for places in tiers:
        holding = [place for place in places if all(map(place.line.has, values))]
        if not holding:
            continue
        best = min(holding, key=_rank_place)
        if not _loops(best, texts):
            # Shown once more after a loop: the loop is where its history is.
            alike = [place for place in holding if len(place.sightings) == len(best.sightings)]
            longer = [
                place
                for place in holding
                if (
                    (_loops(place, texts) and place.resembles(best))
                    or (place.is_history and _is_last_of(place, alike, key))
                )
                and place.first.process == best.first.process
                and len(place.sightings) > len(best.sightings)
            ]
            best = min(longer, key=lambda place: len(place.sightings), default=best)
        return best
    return None


def _is_last_of(history: _Place, shown: Sequence[_Place], key: str) -> bool:
    """What is shown once is of the history's kind, and nobody says that it is the best of it."""
    # Read out of a tensor, the value has one place without a name besides.
    return any(map(history.resembles, shown)) and not any(one.is_summary(key) for one in shown)


def _rank_place(place: _Place) -> tuple[int, int, int]:
    return (len(place.sightings), place.first.process, place.first.order)


def _loops(place: _Place, texts: Mapping[str, _Text]) -> int:
    text = texts.get(place.first.file)
    return text.looping.get(place.first.line, 0) if text else 0


def _is_sampled(values: Sequence[float], place: _Place, texts: Mapping[str, _Text]) -> bool:
    """The last value of each round of the outer loop, where the script shows none itself."""
    seen, count = place.sightings, len(values)
    if _loops(place, texts) < 2 or count < 2 or len(seen) % count:
        return False
    width = len(seen) // count
    ends = [sighting.values[-1:] for sighting in seen[width - 1 :: width]]
    return all(end and is_close(end[0], value) for end, value in zip(ends, values, strict=True))


def _count_covered(sightings: Sequence[Sighting], logged: NumberLine) -> int:
    """How many sightings are matched by a logged value, each value used once."""
    single = (seen.values[0] for seen in sightings if len(seen.values) == 1)
    several = (seen for seen in sightings if len(seen.values) != 1)
    return logged.count_pairs(single) + sum(_is_covered(seen, logged) for seen in several)


def _is_covered(sighting: Sighting, logged: NumberLine) -> bool:
    """A vector counts when a statistic of it was logged, or nine in ten of its elements."""
    if not sighting.values:
        return True
    if any(logged.has(value) for _, value in list_statistics(sighting.values)):
        return True
    return sum(map(logged.has, sighting.values)) >= ENOUGH * len(sighting.values)
