"""How a search of fifty trials is proved on six: only the candidate has trials to be reduced."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agents.records import Proof, Stage
from agents.shrinking.sites import find_sites
from agents.shrinking.words import LEAST
from agents.verdict import Reduction


def shorten_study(
    stage: Stage, before: Mapping[str, str], after: Mapping[str, str], trials: int
) -> tuple[Reduction, ...]:
    """Bring every number of trials that only the candidate has to so many, or to the fewest.

    A number that the original has as well is left alone: its own trials are no study's.
    """
    if stage.functionality != "hyperparameter_optimization":
        return ()
    level = max(trials, LEAST["trials"])
    own = {site.spelling.value for site in find_sites(before) if site.kind == "trials"}
    found = [
        # Its text is edited, also where it asks for an option: the command is as it was.
        Reduction(
            site.name,
            site.file,
            site.spelling.line,
            "trials",
            "default" if site.how == "option" else site.how,
            site.spelling.value,
            level,
        )
        for site in find_sites(after)
        if site.kind == "trials" and site.spelling.value > level and site.spelling.value not in own
    ]
    return tuple(dict.fromkeys(found))


def vary_trials(
    stage: Stage, reductions: Sequence[Reduction], proof: Proof
) -> tuple[Reduction, ...]:
    """The same with one trial more in a nudged attempt: a study must follow what is written."""
    if stage.functionality != "hyperparameter_optimization" or proof != "nudged":
        return tuple(reductions)
    return tuple(
        replace(item, reduced=min(item.reduced + 1, item.full)) if item.kind == "trials" else item
        for item in reductions
    )


def ask_less(stage: Stage, reductions: Sequence[Reduction]) -> Stage:
    """The stage as it is asked of a run with reduced trials.

    Who wrote fewer than were asked for is asked for all of them.
    """
    asked = stage.asked.get("trials", "")
    if not asked.isdigit():
        return stage
    fit = [item.reduced for item in reductions if item.kind == "trials" and item.full >= int(asked)]
    if not fit or min(fit) >= int(asked):
        return stage
    return replace(stage, asked={**stage.asked, "trials": str(min(fit))})
