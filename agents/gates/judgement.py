"""All gates of one attempt, in the order of the verdict."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from agents.gates.build import judge_build
from agents.gates.diff import judge_diff
from agents.gates.exhibit import Exhibit, Observation
from agents.gates.panels.choice import choose_panel
from agents.gates.program import keep_programs
from agents.gates.residue import judge_residue
from agents.gates.runs import judge_runs
from agents.gates.wording import light_gate
from agents.records import GATES, Gate, Stage


def judge_text(
    stage: Stage, entry: str, before: Mapping[str, str], after: Mapping[str, str]
) -> tuple[Gate, ...]:
    """The gates that need no attempt: build and diff; files that are no Python may be there."""
    return (
        judge_build(stage, keep_programs(before), keep_programs(after)),
        judge_diff(stage, entry, before, after),
    )


@contextmanager
def _without_collector() -> Iterator[None]:
    """Look for no reference cycles meanwhile.

    Of a million points several million objects are made, all of which live to the end: a quarter
    of the time would go into looking through them again and again.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@_without_collector()
def judge(exhibit: Exhibit) -> tuple[Gate, ...]:
    """All gates of one attempt. Of an attempt that did not run, only the text is judged."""
    stage = exhibit.stage
    build, diff = judge_text(
        stage,
        exhibit.entry,
        {**exhibit.beside_before, **exhibit.before},
        {**exhibit.beside_after, **exhibit.after},
    )
    runs = judge_runs(exhibit)
    panel = choose_panel(stage)
    if runs.passed and panel:
        shown = exhibit.as_run()
        dynamic = (panel.store(shown), panel.witness(shown), panel.behaviour(shown))
    else:
        reason = "The attempt did not run to its end."
        if panel is None:
            reason = f"Nothing here can judge {stage.functionality.replace('_', ' ')} yet."
        dynamic = (
            light_gate("store", "cannot_tell", reason),
            light_gate("witness", "cannot_tell", reason),
            light_gate("behaviour", "cannot_tell", reason),
        )
    residue = judge_residue(exhibit)
    gates = {gate.name: gate for gate in (build, runs, *dynamic, residue, diff)}
    return tuple(gates[name] for name in GATES)


def judge_original(stage: Stage, observation: Observation) -> Gate:
    """The negative control: must fail, or else the request is fulfilled already."""
    panel = choose_panel(stage)
    if panel is None:
        return light_gate("store", "cannot_tell", "Nothing here can judge this functionality yet.")
    return panel.bare(stage, observation)
