"""A metric's name says what the value is: which kind, of which data, which statistic."""

from collections.abc import Callable, Mapping, Sequence

from agents.gates.exhibit import Exhibit
from agents.gates.families import (
    families_agree,
    function_families,
    name_families,
    name_statistics,
    split_words,
)
from agents.gates.matching import Match
from agents.gates.numbers import Vouch
from agents.gates.splits import Places, claim_splits, claims_folds, is_folded, read_places
from agents.gates.wording import show_number

ALLOWED = 0.1
"""Share of a key's values that may disagree: two places may show the same number by chance."""


def find_misnomer(exhibit: Exhibit, matches: Mapping[str, Sequence[Match]]) -> str:
    """The first key whose name disagrees with where its values come from; empty if none does."""
    places = read_places(exhibit.after)
    held_out = any(
        not is_folded(seen) and "test" in places.find_splits(seen)
        for seen in exhibit.observed.testimony.sightings
    )

    def split_problem(key: str, match: Match) -> str:
        return _split_problem(key, match, places, folded=not held_out or claims_folds(key))

    for key, found in matches.items():
        for judge in (_family_problem, split_problem, _statistic_problem):
            problems = [judge(key, match) for match in found if match.vouches]
            wrong = [problem for problem in problems if problem]
            if len(wrong) > ALLOWED * len(found):
                return wrong[0]
    return ""


def find_kinds(matches: Mapping[str, Sequence[Match]]) -> Mapping[str, frozenset[str]]:
    """Logged key -> kinds of metric that where its values come from speaks of."""
    return {
        key: frozenset().union(
            *(_name_kinds(vouch) for match in found for vouch in match.vouches),
        )
        for key, found in matches.items()
    }


def _name_kinds(vouch: Vouch) -> frozenset[str]:
    seen = vouch.sighting
    library = seen.source == "library"
    named = function_families(seen.function) if library else name_families(seen.function)
    # A variable called `scores` may hold anything: no evidence against another name.
    return (name_families(seen.label) | named) - {"score"}


def _judge(
    claimed: frozenset[str],
    vouches: Sequence[Vouch],
    known: Callable[[Vouch], frozenset[str]],
    agree: Callable[[frozenset[str], frozenset[str]], bool],
) -> Vouch | None:
    """The sighting that disagrees, unless one agrees or none says anything."""
    against = None
    for vouch in vouches:
        kinds = known(vouch)
        if kinds and agree(claimed, kinds):
            return None
        if kinds and against is None:
            against = vouch
    return against


def _family_problem(key: str, match: Match) -> str:
    claimed = name_families(key)
    if not claimed:
        return ""
    spoken = set(split_words(key))

    def known(vouch: Vouch) -> frozenset[str]:
        seen = vouch.sighting
        named = name_families(seen.label)
        if claimed <= named or _carries(spoken, seen.label, seen.function, claimed):
            return claimed
        return _name_kinds(vouch)

    against = _judge(claimed, match.vouches, known, families_agree)
    return _describe(key, match, against) if against else ""


def _carries(spoken: set[str], label: str, function: str, claimed: frozenset[str]) -> bool:
    # `score` in `f1_score` and `loss` in `log_loss` are words of the function itself.
    general = claimed <= {"score", "loss"}
    return general and bool(claimed & spoken & set(split_words(f"{label} {function}")))


def _split_problem(key: str, match: Match, places: Places, *, folded: bool) -> str:
    claimed = claim_splits(key)
    if not claimed:
        return ""

    def known(vouch: Vouch) -> frozenset[str]:
        return places.find_splits(vouch.sighting, folded=folded)

    against = _judge(claimed, match.vouches, known, _overlap)
    return _describe(key, match, against) if against else ""


def _statistic_problem(key: str, match: Match) -> str:
    claimed = name_statistics(key)
    if not claimed:
        return ""

    def known(vouch: Vouch) -> frozenset[str]:
        if vouch.how in ("mean", "std"):
            return frozenset({vouch.how})
        seen = vouch.sighting
        return name_statistics(f"{seen.label} {seen.function}")

    against = _judge(claimed, match.vouches, known, _overlap)
    return _describe(key, match, against) if against else ""


def _overlap(claimed: frozenset[str], known: frozenset[str]) -> bool:
    return bool(claimed & known)


def _describe(key: str, match: Match, vouch: Vouch) -> str:
    seen = vouch.sighting
    how = "" if vouch.how == "value" else f"the {vouch.how} of "
    what = f"what `{seen.function}` returned"
    if seen.source == "expression":
        what = f"the value of `{seen.function}`"
    label = f", there called `{seen.label}`" if seen.label else ""
    return (
        f"Logged as `{key}`, but {show_number(match.value)} is {how}{what} at {seen.file}, line "
        f"{seen.line}{label}. Give it the name of what it is."
    )
