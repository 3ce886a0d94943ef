"""A move from one component to another: what the original left there must be left here."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from agents.gates.exhibit import Exhibit, Observation
from agents.gates.panel import Panel
from agents.gates.store import light_store
from agents.gates.wording import light_gate
from agents.records import Gate, Stage
from sandbox.oracles.store import Store


def is_empty(store: Store) -> bool:
    """Nothing of what a component keeps is there."""
    return not (
        store.runs
        or store.registered
        or store.studies
        or store.saved
        or store.repositories
        or store.versioned
    )


@dataclass(frozen=True, slots=True)
class Move:
    """How one functionality is judged when it moves to another component."""

    panel: Panel
    """Demands on the candidate alone; on its store no more than the original itself does."""
    compare: Callable[[Exhibit], str]
    """The first difference between what the original left in the source and the candidate in the
    target, as a sentence; empty where there is none."""
    empty: Callable[[Store], bool] = is_empty
    """Whether a store holds nothing: the target's on the original, the source's on the candidate.
    """
    idle: Callable[[Store], bool] | None = None
    """Where it is not the same: whether the original leaves nothing with the source."""
    gone: Callable[[Store], bool] | None = None
    """And whether the candidate leaves nothing with it that should have moved."""


def make_translation(move: Move) -> Panel:
    """The panel of a functionality for translations."""
    return Panel(
        store=partial(_judge_store, move),
        bare=partial(_judge_bare, move),
        witness=move.panel.witness,
        behaviour=move.panel.behaviour,
    )


def _judge_store(move: Move, exhibit: Exhibit) -> Gate:
    source = exhibit.stage.source
    for baseline in exhibit.baselines:
        if problem := _source_problem(move, exhibit.stage, baseline):
            return light_gate("store", "cannot_tell", problem)
    gate = move.panel.store(exhibit)
    if not gate.passed:
        return gate
    left = exhibit.observed.source
    if left is None or left.unreadable:
        return light_store(left or Store("", unreadable=f"{source} was not looked at."), "")
    if not (move.gone or move.empty)(left):
        reason = f"The adapted script still leaves something with {source}: it is to be replaced."
        return light_gate("store", "fail", reason, gate.figures)
    if problem := move.compare(exhibit):
        return light_gate("store", "fail", problem, gate.figures)
    return gate


def _judge_bare(move: Move, stage: Stage, observation: Observation) -> Gate:
    """The negative control: nothing of the target is there yet, and there is something to move."""
    if problem := _source_problem(move, stage, observation):
        return light_gate("store", "cannot_tell", problem)
    store = observation.store
    if store.unreadable:
        return light_gate("store", "cannot_tell", f"The store cannot be read: {store.unreadable}")
    if not move.empty(store):
        return light_gate("store", "pass", f"It leaves something with {stage.target}.")
    return light_gate("store", "fail", f"Nothing was found that {stage.target} keeps.")


def _source_problem(move: Move, stage: Stage, observation: Observation) -> str:
    source = observation.source
    if source is None:
        return f"Nothing here can read what {stage.source} leaves, so nothing can be compared."
    if source.unreadable:
        return f"What the original leaves with {stage.source} cannot be read: {source.unreadable}"
    if (move.idle or move.empty)(source):
        return f"The original leaves nothing with {stage.source} here: there is nothing to compare."
    return ""
