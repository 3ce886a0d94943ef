"""What was logged is what the libraries really returned, under a name that fits it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from agents.gates.autologged import add_roots, is_autologged, list_training_places
from agents.gates.baselines import compare_baselines
from agents.gates.coverage import key_histories
from agents.gates.exhibit import Exhibit
from agents.gates.families import names_time
from agents.gates.matching import Match, Witnessed
from agents.gates.naming import find_misnomer
from agents.gates.nudge import judge_nudged
from agents.gates.numbers import SPARE, Vouch, is_whole
from agents.gates.wording import light_gate, show_number
from agents.records import Gate
from sandbox.witness.additions import find_added_calls
from sandbox.witness.testimony import Testimony


def judge_witness(exhibit: Exhibit, *, naming: bool = True) -> Gate:
    """Light for the origin and, unless they are somebody else's choice, the names of all values."""
    if problem := find_testimony_problem(exhibit.observed.testimony):
        return light_gate("witness", "fail", problem)
    testimony = exhibit.observed.testimony
    histories = key_histories(exhibit.observed.store)
    original = bool(exhibit.baselines) and exhibit.baselines[0].testimony.present
    if not original or not histories:
        reason = "No metric was logged." if original else "The original was not run and watched."
        return light_gate("witness", "cannot_tell", f"{reason} There is nothing to compare.")
    matches = match_logged(exhibit)
    figures = _count(matches)
    if exhibit.proof == "nudged":
        return judge_nudged(exhibit, matches, figures)
    problem = _origin_problem(matches)
    if problem and testimony.truncated:
        reason = f"More was computed than is recorded, so that this may be wrong: {problem}"
        return light_gate("witness", "cannot_tell", reason, figures)
    problem = problem or _stub_problem(exhibit, matches)
    problem = problem or (find_misnomer(exhibit, matches) if naming else "")
    return light_gate("witness", "fail" if problem else "pass", problem, figures)


def match_logged(exhibit: Exhibit) -> Mapping[str, tuple[Match, ...]]:
    """Every logged key with what vouches for each of its values."""
    observed = exhibit.observed
    witnessed = Witnessed(_leave_out_made(exhibit), observed.attempt.stdout)
    return {
        key: add_roots(key, witnessed.match(values), exhibit)
        for key, values in key_histories(observed.store).items()
    }


def _leave_out_made(exhibit: Exhibit) -> Testimony:
    """Drop what libraries handed back to calls that only the candidate makes.

    A number put into a tensor and read back, or a metric of made-up labels, is seen by the
    witness like any other, and even follows the nudge. So is what a framework hands out under a
    name of the candidate's own: `self.log("f1", 0.9)` comes back as Lightning's.
    """
    added = find_added_calls(exhibit.before, exhibit.after)
    testimony = exhibit.observed.testimony
    shown = {
        (seen.function, seen.label)
        for baseline in exhibit.baselines
        for seen in baseline.testimony.sightings
    }
    known = not shown or any(item.testimony.truncated for item in exhibit.baselines)

    @cache
    def is_answer(file: str, line: int, function: str) -> bool:
        # `float(x)` is answered by `torch.Tensor.__float__`.
        name = function.rpartition(".")[2].strip("_")
        return any(
            call.file == file and call.name == name and call.first <= line <= call.last
            for call in added
        )

    kept = tuple(
        seen
        for seen in testimony.sightings
        if seen.source == "expression"
        or (
            (known or not seen.label or (seen.function, seen.label) in shown)
            and not is_answer(*seen.site)
        )
    )
    return replace(testimony, sightings=kept)


def find_testimony_problem(testimony: Testimony) -> str:
    """Why what the witness says is not to be relied on; empty if it is."""
    if not testimony.present:
        return "The witness was not loaded in the run: something switched it off."
    if testimony.forged:
        return (
            f"{testimony.forged} records were not written by the witness. Nothing in a script may "
            "write to its file."
        )
    if not testimony.complete:
        return "The witness's records break off before the end of the run: it was switched off."
    return ""


def _count(matches: Mapping[str, Sequence[Match]]) -> dict[str, float]:
    points = [match for found in matches.values() for match in found]
    return {
        "points": len(points),
        "matched": sum(match.found for match in points),
        "printed": sum(match.printed for match in points),
    }


def _origin_problem(matches: Mapping[str, Sequence[Match]]) -> str:
    for key, found in matches.items():
        missing = [match for match in found if not match.found]
        if len(missing) > SPARE * len(found):
            value = missing[0].value
            count = f"{len(missing)} of {len(found)} values of `{key}` were"
            if len(found) == 1:
                count = f"`{key}` = {show_number(value)} was"
            kind = " It is a constant or a count." if is_whole(value) else ""
            first = "" if len(found) == 1 else f" The first is {show_number(value)}."
            return f"{count} not seen where the script computes its values.{first}{kind}"
    return ""


def _stub_problem(exhibit: Exhibit, matches: Mapping[str, Sequence[Match]]) -> str:
    """A value must be one that the original shows too, at the same place in the code."""
    first, last = exhibit.baselines[0], exhibit.baselines[-1]
    if first.testimony.truncated:
        return ""
    original = Witnessed(first.testimony, first.attempt.stdout)
    unstable = compare_baselines(first, last).unstable
    training = list_training_places(exhibit)
    if matches and all(
        is_autologged(key, match, training) for key in matches for match in matches[key]
    ):
        return (
            "Only what autologging measures of the training rows is logged, and none of the values "
            "that the original shows: turn it on before metrics are imported, or log them."
        )
    for key, found in matches.items():
        known = original.match([match.value for match in found])
        strange = [
            match
            for match, counterpart in zip(found, known, strict=True)
            if match.found
            and not (_is_timed(key, match) or _is_original(match, counterpart, unstable))
            and not is_autologged(key, match, training)
        ]
        if len(strange) > SPARE * len(found):
            return (
                f"`{key}` = {show_number(strange[0].value)} is computed in the adapted script, but "
                "the original never shows this value there: something else was measured."
            )
    return ""


def _is_timed(key: str, match: Match) -> bool:
    """A time differs in any two runs, by its own name and by the name it was logged under."""
    return names_time(key) and any(names_time(vouch.sighting.label) for vouch in match.vouches)


def _is_original(match: Match, counterpart: Match, unstable: frozenset[tuple[str, str]]) -> bool:
    if match.printed or counterpart.printed:
        return match.printed and counterpart.printed
    sources = {_source(vouch) for vouch in match.vouches}
    if not sources.isdisjoint(unstable):
        return True
    return any(_source(vouch) in sources for vouch in counterpart.vouches)


def _source(vouch: Vouch) -> tuple[str, str]:
    return (vouch.sighting.file, vouch.sighting.function)
