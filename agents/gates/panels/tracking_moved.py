"""Experiment tracking that moves to another component: the same stream must arrive there."""

from dataclasses import replace

from agents.gates.behaviour import judge_behaviour
from agents.gates.coverage import ENOUGH, key_histories
from agents.gates.exhibit import Exhibit, Observation
from agents.gates.matching import Witnessed
from agents.gates.panel import Panel
from agents.gates.panels.tracking import (
    TITLES,
    count_store,
    find_record_problem,
    judge_bare_tracking,
)
from agents.gates.panels.translation import Move
from agents.gates.store import light_store
from agents.gates.streams import Sides, compare_runs, plain_key
from agents.gates.witness import judge_witness
from agents.gates.wording import light_gate
from agents.records import Gate
from sandbox.oracles.counters import is_counter


def compare_tracking(exhibit: Exhibit) -> str:
    """The first difference between the original's stream and the candidate's; empty if none."""
    stage = exhibit.stage
    first, last = exhibit.baselines[0].source, exhibit.baselines[-1].source
    assert first is not None and last is not None  # noqa: S101, PT018  # the panel checked it
    source = stage.source or ""
    sides = Sides(
        source=TITLES.get(source, source),
        target=TITLES.get(stage.target, stage.target),
        moved=exhibit.proof == "nudged",
    )
    return compare_runs(first.runs, last.runs, exhibit.observed.store.runs, sides)


def judge_moved_store(exhibit: Exhibit) -> Gate:
    """Light for the target's store alone: runs that ended well, written by its client."""
    store = exhibit.observed.store
    problem = "" if store.runs else "No run was found in the tracking store: nothing was logged."
    for run in store.runs:
        if run.status != "FINISHED":
            problem = f"The run `{run.name}` has the status {run.status}, expected FINISHED."
    return light_store(store, problem or find_record_problem(exhibit), count_store(store))


def judge_moved_witness(exhibit: Exhibit) -> Gate:
    """Light for values that the witness saw in the original too; their names are the original's.

    A number that the original logs and nobody measures, such as a count of rows, is held against
    the original's stream alone.
    """
    vouched = _find_vouched(exhibit)
    if exhibit.baselines and not vouched:
        reason = "No value that the original logs is one that the witness sees."
        return light_gate("witness", "cannot_tell", reason)
    cold = exhibit.cold
    return judge_witness(
        replace(
            exhibit,
            observed=_keep_keys(exhibit.observed, vouched),
            cold=_keep_keys(cold, vouched) if cold else None,
        ),
        naming=False,
    )


def _find_vouched(exhibit: Exhibit) -> frozenset[str]:
    """The original's keys, as `plain_key` has them, whose values the witness saw."""
    first = exhibit.baselines[0] if exhibit.baselines else None
    if first is None or first.source is None:
        return frozenset()
    witnessed = Witnessed(first.testimony, first.attempt.stdout)
    return frozenset(
        plain_key(key)
        for key, values in key_histories(first.source).items()
        if not is_counter(key, values)
        and sum(match.found for match in witnessed.match(values)) >= ENOUGH * len(values)
    )


def _keep_keys(observed: Observation, kept: frozenset[str]) -> Observation:
    store = observed.store
    runs = tuple(
        replace(
            run,
            metrics={key: points for key, points in run.metrics.items() if plain_key(key) in kept},
        )
        for run in store.runs
    )
    return replace(observed, store=replace(store, runs=runs))


MOVE = Move(
    panel=Panel(
        store=judge_moved_store,
        bare=judge_bare_tracking,
        witness=judge_moved_witness,
        behaviour=judge_behaviour,
    ),
    compare=compare_tracking,
)
