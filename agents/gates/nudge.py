"""The nudged attempt: measured values were moved, and what was logged must have moved along."""

import math
from collections.abc import Mapping, Sequence

from agents.gates.counts import find_read_counts, is_read_count
from agents.gates.coverage import key_histories
from agents.gates.exhibit import Exhibit
from agents.gates.matching import Match, Witnessed
from agents.gates.numbers import SPARE, is_close, is_whole
from agents.gates.wording import light_gate, show_number
from agents.records import Gate


def judge_nudged(
    exhibit: Exhibit, matches: Mapping[str, Sequence[Match]], figures: Mapping[str, float]
) -> Gate:
    """Light for the attempt whose measured values carry an offset."""
    cold = exhibit.cold
    if cold is None:
        reason = "The attempt without the offset is missing: there is nothing to compare with."
        return light_gate("witness", "cannot_tell", reason, figures)
    if not any(sighting.nudged for sighting in exhibit.observed.testimony.sightings):
        reason = "No measured value could be moved in this script, so a constant is not told apart."
        return light_gate("witness", "cannot_tell", reason, figures)
    before = key_histories(cold.store)
    if missing := sorted(set(before) - set(matches)):
        reason = f"`{missing[0]}` is not logged any more when measured values are moved."
        return light_gate("witness", "fail", reason, figures)
    origins = Witnessed(cold.testimony, cold.attempt.stdout)
    counts = find_read_counts(exhibit.before, exhibit.after)
    doubts = []
    for key, found in matches.items():
        counterparts = _pair(found, before.get(key, ()))
        stuck = [
            match
            for match, other in zip(found, counterparts, strict=True)
            if not _follows(match, other) and not is_read_count(match, counts.get(key, ""))
        ]
        if len(stuck) <= SPARE * len(found):
            continue
        if all(_cannot_move(match, origins) for match in stuck):
            doubts.append(key)
            continue
        return light_gate("witness", "fail", _describe(key, stuck[0], counterparts), figures)
    if doubts:
        reason = f"The value of `{doubts[0]}` cannot be moved, so a constant is not told apart."
        return light_gate("witness", "cannot_tell", reason, figures)
    return light_gate("witness", "pass", figures=figures)


def _pair(found: Sequence[Match], before: Sequence[float]) -> Sequence[float | None]:
    # Moved values may end a run earlier or later: then the place in the history says nothing,
    # but no value may be one that was logged before.
    if len(found) == len(before):
        return before
    values = [value for value in before if math.isfinite(value)]
    return [
        next((value for value in values if is_close(value, match.value)), None) for match in found
    ]


def _follows(match: Match, other: float | None) -> bool:
    if not match.vouches:
        return False
    if not math.isfinite(match.value):
        return True
    return other is None or not is_close(match.value, other)


def _cannot_move(match: Match, origins: Witnessed) -> bool:
    """The same place shows the same value in both attempts, beyond the witness's reach."""
    if is_whole(match.value) and all(vouch.sighting.integral for vouch in match.vouches):
        return False
    here = {(vouch.sighting.file, vouch.sighting.function) for vouch in match.vouches}
    there = {
        (vouch.sighting.file, vouch.sighting.function) for vouch in origins.index.find(match.value)
    }
    return bool(here & there)


def _describe(key: str, match: Match, before: Sequence[float | None]) -> str:
    value = show_number(match.value)
    if any(other is not None and is_close(other, match.value) for other in before):
        kind = "a constant or count" if is_whole(match.value) else "a constant or a copied number"
        return (
            f"`{key}` stayed at {value} when the measured values were moved: it is {kind}, not a "
            "measured value. Log the variable itself."
        )
    return (
        f"`{key}` = {value} was not seen where the script computes its values when these were "
        "moved: it is computed elsewhere."
    )
