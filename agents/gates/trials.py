"""Every trial's value was measured in that very trial: the witness gate of a study."""

from collections.abc import Sequence

from agents.gates.exhibit import Exhibit
from agents.gates.numbers import SPARE
from agents.gates.objectives import Origin, Origins, list_own_sightings
from agents.gates.witness import find_testimony_problem
from agents.gates.wording import light_gate, show_number
from agents.records import Gate
from sandbox.oracles.store import Store, Study, StudyTrial


def choose_studies(store: Store) -> tuple[Study, ...]:
    """The studies that are judged: as the witness saw them, or else as they were kept."""
    witnessed = tuple(study for study in store.studies if study.origin == "witness")
    return tuple(study for study in witnessed or store.studies if study.trials)


def find_following_problem(exhibit: Exhibit, study: Study) -> str:
    """Where fewer trials are run than are written, what is written must be what decides."""
    if exhibit.cold is None or not exhibit.fewer_trials:
        return ""
    before, now = (
        sum(len(one.trials) for one in choose_studies(store))
        for store in (exhibit.cold.store, exhibit.observed.store)
    )
    if now > before:
        return ""
    return (
        f"The proof gave the search one trial more than before, and it ran {now} after {before}: "
        "the number of trials that is written does not decide how many are run."
    )


def judge_tuning_witness(exhibit: Exhibit) -> Gate:
    """Light for the origin of every trial's value."""
    testimony = exhibit.observed.testimony
    if problem := find_testimony_problem(testimony):
        return light_gate("witness", "fail", problem)
    studies = choose_studies(exhibit.observed.store)
    trials = [trial for study in studies for trial in study.complete if trial.values]
    if not trials:
        return light_gate("witness", "cannot_tell", "No trial came to a value.")
    origins = Origins(list_own_sightings(exhibit))
    found = [origins.find(trial) for trial in trials]
    figures = {"points": len(trials), "matched": sum(bool(vouches) for vouches in found)}
    problem = _origin_problem(trials, found)
    if problem and testimony.truncated:
        problem = f"More was computed than is recorded, so that this may be wrong: {problem}"
        return light_gate("witness", "cannot_tell", problem, figures)
    if not problem and exhibit.proof == "nudged":
        if not any(seen.nudged for trial in trials for seen in origins.within(trial)):
            reason = "No measured value could be moved, so that a constant is not told apart."
            return light_gate("witness", "cannot_tell", reason, figures)
        problem = _stuck_problem(trials, found)
    return light_gate("witness", "fail" if problem else "pass", problem, figures)


def _origin_problem(trials: Sequence[StudyTrial], found: Sequence[Sequence[Origin]]) -> str:
    missing = [trial for trial, vouches in zip(trials, found, strict=True) if not vouches]
    if len(missing) <= SPARE * len(trials):
        return ""
    return (
        f"Trial {missing[0].number} came to {show_number(missing[0].values[0])}, which was not "
        "seen where the script computes its values in that trial."
    )


def _stuck_problem(trials: Sequence[StudyTrial], found: Sequence[Sequence[Origin]]) -> str:
    stuck = [
        trial
        for trial, vouches in zip(trials, found, strict=True)
        if not any(origin.vouch.sighting.nudged for origin in vouches)
    ]
    if len(stuck) <= SPARE * len(trials):
        return ""
    return (
        f"Trial {stuck[0].number} came to {show_number(stuck[0].values[0])} when measured values "
        "were moved: it is no measured value. Return the variable itself."
    )
