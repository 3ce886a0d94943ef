"""Hyperparameter optimization: a study that was really run, its first trial the original itself."""

import math
from collections.abc import Callable, Sequence

from agents.gates.behaviour import judge_behaviour
from agents.gates.exhibit import Exhibit, Observation
from agents.gates.kept import find_kept_problem, leave_out_copies
from agents.gates.numbers import is_close
from agents.gates.objectives import (
    Origins,
    is_known,
    is_same,
    list_own_sightings,
)
from agents.gates.panel import Panel
from agents.gates.program import reachable_files
from agents.gates.reported import find_false_best
from agents.gates.settled import is_among, is_within, read_settled
from agents.gates.store import light_store
from agents.gates.suggestions import find_idle
from agents.gates.trials import choose_studies, find_following_problem, judge_tuning_witness
from agents.gates.wording import show_number
from agents.records import Gate, Stage
from sandbox.oracles.store import Range, Store, Study

FEWEST_TRIALS = 5
"""Demanded where the request names no number: fewer are no search."""
NARROWEST = 0.01
"""A range that spans less than this share of its larger bound is no search."""
CHANCE = 0.01
"""What an honest search does by chance less often than this is not believed to be chance."""

Check = Callable[[Exhibit, Study], str]


def judge_tuning_store(exhibit: Exhibit) -> Gate:
    """Light for the studies that the candidate's attempt made."""
    store = exhibit.observed.store
    problem = find_tuning_problem(exhibit) if not store.unreadable else ""
    return light_store(store, problem, count_trials(store))


def judge_bare_tuning(stage: Stage, observation: Observation) -> Gate:
    """The negative control: the original has no study with two different trials yet."""
    store = observation.store
    problem = "No study was found: nothing is tuned."
    if any(len({trial.values for trial in study.complete}) > 1 for study in store.studies):
        problem = ""
    return light_store(store, problem, count_trials(store))


def count_trials(store: Store) -> dict[str, float]:
    """Figures: studies, trials that ended with a value, trials that were pruned."""
    studies = choose_studies(store)
    return {
        "studies": len(studies),
        "complete": sum(len(study.complete) for study in studies),
        "pruned": sum(trial.state == "PRUNED" for study in studies for trial in study.trials),
    }


def find_tuning_problem(exhibit: Exhibit, checks: Sequence[Check] = ()) -> str:
    """Why the studies are not what was asked for; empty if they are.

    `checks` take the place of those that hold for a script which is tuned for the first time.
    """
    store = exhibit.observed.store
    if problem := find_kept_problem(store) if exhibit.observed.testimony.present else "":
        return problem
    studies = leave_out_copies(choose_studies(store))
    if not studies:
        return "No study was found: nothing was tuned."
    # Files that lie beside the script and are never imported are nobody's tuning.
    running = reachable_files(exhibit.after, exhibit.entry)
    if idle := find_idle({file: exhibit.after[file] for file in running}):
        file, suggestion = idle
        named = f"`{suggestion.name}`" if suggestion.name else "a parameter"
        return (
            f"{file}, line {suggestion.line}: the value suggested for {named} is not used. Train "
            "with it, or do not tune it."
        )
    for study in studies:
        for check in checks or _CHECKS:
            if problem := check(exhibit, study):
                return problem
    return _twin_problem(studies) or find_false_best(exhibit, studies)


def _trials_problem(exhibit: Exhibit, study: Study) -> str:
    if any(trial.state == "ADDED" for trial in study.trials):
        return "A trial was added with a value of its own instead of being run."
    asked = exhibit.stage.asked.get("trials", "")
    wanted = int(asked) if asked.isdigit() else FEWEST_TRIALS
    ended = [trial for trial in study.trials if trial.state in ("COMPLETE", "PRUNED")]
    if len(ended) < wanted:
        word = "asked for" if asked else "expected at the least"
        return f"{len(ended)} trials came to a value, {wanted} are {word}."
    if len(study.complete) < 2:
        return f"Of {len(ended)} trials only {len(study.complete)} were not pruned."
    return ""


def find_parameter_problem(exhibit: Exhibit, study: Study) -> str:
    """Why a parameter is not tuned; empty if all are."""
    if not study.ranges:
        return "No parameter was suggested in any trial: nothing is tuned."
    for name, space in study.ranges.items():
        if space.size < 2:
            return f"The parameter `{name[:80]}` may take one value only: it is not tuned."
        if space.kind != "choice" and _is_narrow(space):
            return (
                f"The parameter `{name[:80]}` may only lie between {show_number(space.low)} and "
                f"{show_number(space.high)}, which is next to nothing: it is not tuned."
            )
        found = [trial.params[name] for trial in study.trials if name in trial.params]
        by_chance = 1 if len(found) < 2 else space.size ** -(len(found) - 1)
        if len(set(found)) < 2 and by_chance < CHANCE:
            return f"The parameter `{name[:80]}` was {found[0]} in all {len(found)} trials."
    return ""


def _is_narrow(space: Range) -> bool:
    size = max(abs(space.low), abs(space.high))
    if space.low >= 0 and space.high < 1:
        # A discount between 0.99 and 0.9999 is one of a hundred or of ten thousand.
        size = min(size, 1 - space.low)
    return space.high - space.low < NARROWEST * size


def find_objective_problem(exhibit: Exhibit, study: Study) -> str:
    """Why the values of a study say nothing; empty if they do."""
    values = [trial.values[0] for trial in study.complete if trial.values]
    if not any(math.isfinite(value) for value in values):
        return "No trial came to a finite value."
    if all(is_close(value, values[0]) for value in values):
        return (
            f"All {len(values)} trials came to {show_number(values[0])}: the parameters do not "
            "reach what is measured."
        )
    return ""


def _direction_problem(exhibit: Exhibit, study: Study) -> str:
    if not study.directions or study.directions[0] not in ("minimize", "maximize"):
        return ""
    origins = Origins(list_own_sightings(exhibit))
    for trial in study.complete:
        found = origins.find(trial)
        known = {origin.direction for origin in found} - {""}
        if len(known) == 1 and study.directions[0] not in known:
            seen = found[0].vouch.sighting
            return (
                f"The study is to {study.directions[0]} what `{seen.label or seen.function}` "
                f"comes to; it must {known.pop()} it."
            )
    return ""


def _range_problem(exhibit: Exhibit, study: Study) -> str:
    settled = read_settled(exhibit)
    for name, space in study.ranges.items():
        values = settled.get(_plain_name(name), ())
        if values and not any(is_within(value, space) for value in values):
            return (
                f"The parameter `{name[:80]}` cannot become {values[0]}, which the script has: "
                "let its range hold it."
            )
    return ""


def _first_problem(exhibit: Exhibit, study: Study) -> str:
    """The first trial reproduces the original, so that nobody ends worse than they began."""
    if exhibit.proof == "nudged" or not exhibit.baselines or _is_before(exhibit, study):
        return ""
    first = study.trials[0]
    advice = "Enqueue the script's own values first (`study.enqueue_trial`)."
    settled = read_settled(exhibit)
    for name, value in first.params.items():
        values = settled.get(_plain_name(name), ())
        if values and not is_among(value, values):
            return (
                f"The first trial has `{name[:80]}` = {value}, the script has {values[0]}. {advice}"
            )
    if first.state != "COMPLETE" or not first.values:
        return f"The first trial did not come to a value: it ended as {first.state}."
    shown = exhibit.baselines[0].testimony
    if shown.truncated or is_known(first.values[0], shown.sightings):
        return ""
    again = exhibit.baselines[-1].testimony.sightings
    if [seen.values for seen in again] != [seen.values for seen in shown.sightings]:
        # What differs between two runs of the original cannot be expected of a third.
        return ""
    return (
        f"The first trial came to {show_number(first.values[0])}, which the original never shows: "
        f"it does not reproduce the original. {advice}"
    )


def _is_before(exhibit: Exhibit, study: Study) -> bool:
    """The original's own training still stands before the search, with all that it shows."""
    first = min((trial.began for trial in study.trials if trial.began >= 0), default=0)
    left = iter(
        value
        for seen in list_own_sightings(exhibit)
        if seen.order < first and seen.source == "library"
        for value in seen.values
    )
    expected = [
        value
        for seen in exhibit.baselines[0].testimony.sightings
        if seen.source == "library"
        for value in seen.values
    ]
    return bool(expected) and all(
        any(is_close(value, other) for other in left) for value in expected
    )


def _twin_problem(studies: Sequence[Study]) -> str:
    for place, study in enumerate(studies):
        for other in studies[:place]:
            pairs = zip(study.trials, other.trials, strict=False)
            if len(study.trials) == len(other.trials) and all(is_same(*pair) for pair in pairs):
                return "Two studies hold the same trials. Tune once."
    return ""


def _plain_name(name: str) -> str:
    return name.rsplit("__", maxsplit=1)[-1].rsplit(".", 1)[-1].lower().replace("-", "_")


_CHECKS: tuple[Check, ...] = (
    _trials_problem,
    find_following_problem,
    find_parameter_problem,
    find_objective_problem,
    _direction_problem,
    _range_problem,
    _first_problem,
)


def judge_tuned_behaviour(exhibit: Exhibit) -> Gate:
    """Light for what the original shows, which the first trial shows again."""
    return judge_behaviour(exhibit, repeated=True)


PANEL = Panel(
    store=judge_tuning_store,
    bare=judge_bare_tuning,
    witness=judge_tuning_witness,
    behaviour=judge_tuned_behaviour,
)
