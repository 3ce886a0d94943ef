"""Studies that lie in a storage, held against what the witness saw of them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from agents.gates.objectives import is_same
from sandbox.oracles.store import Store, Study, StudyTrial

_OPEN = frozenset({"RUNNING", "WAITING"})


def find_kept_problem(store: Store) -> str:
    """What lies on disk must be what the witness saw: else it was written by hand."""
    witnessed = {study.name: study for study in store.studies if study.origin == "witness"}
    kept = [study for study in store.studies if study.origin != "witness" and study.trials]
    for study in kept:
        name = study.name[:80]
        seen = witnessed.get(study.name)
        if seen is None:
            return (
                f"The study `{name}` lies in a storage, but no trial of it was run: it was written "
                "past Optuna."
            )
        if seen.directions and study.directions != seen.directions:
            return (
                f"The study `{name}` is to {' and '.join(study.directions)} in the storage, and "
                f"was run to {' and '.join(seen.directions)}: it was written past Optuna."
            )
        trials = {trial.number: _settle(trial) for trial in seen.trials}
        for trial in study.trials:
            known = trials.get(trial.number)
            if trial.state not in _OPEN and (known is None or not _is_kept(known, trial)):
                return (
                    f"Trial {trial.number} of the study `{name}` is not in the storage as it was "
                    "run: it was written past Optuna."
                )
    return _missing_problem(witnessed.values(), kept)


def leave_out_copies(studies: Sequence[Study]) -> tuple[Study, ...]:
    """The studies, but for those into which nothing but trials of another were copied."""
    run = [study for study in studies if not _is_added(study)]
    return tuple(
        study
        for study in studies
        if not _is_added(study) or not any(_is_copy(study, other) for other in run)
    )


def _missing_problem(witnessed: Iterable[Study], kept: Sequence[Study]) -> str:
    for study in witnessed:
        stored = [
            {trial.number for trial in other.trials if trial.state not in _OPEN}
            for other in kept
            if other.name == study.name
        ]
        ended = {trial.number for trial in study.trials if trial.ended >= 0}
        # A copy made halfway holds less: one storage has to hold all.
        if stored and not any(ended <= numbers for numbers in stored):
            missing = min(ended - max(stored, key=len))
            return (
                f"Trial {missing} of the study `{study.name[:80]}` was run, and is not in the "
                "storage."
            )
    return ""


def _is_kept(known: StudyTrial, trial: StudyTrial) -> bool:
    return is_same(known, trial) and known.ranges == trial.ranges


def _is_added(study: Study) -> bool:
    return bool(study.trials) and all(trial.state == "ADDED" for trial in study.trials)


def _is_copy(study: Study, other: Study) -> bool:
    ended = [trial for trial in other.trials if trial.state not in _OPEN]
    return len(study.trials) == len(ended) and all(
        is_same(replace(trial, state=one.state), one)
        for trial, one in zip(study.trials, ended, strict=True)
    )


def _settle(trial: StudyTrial) -> StudyTrial:
    """A trial that was added is complete in the storage; whether it may be is asked elsewhere."""
    return replace(trial, state="COMPLETE") if trial.state == "ADDED" else trial
