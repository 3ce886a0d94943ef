"""Nothing of the component that was moved away from is left behind. Translation only."""

from collections.abc import Iterable

from agents.gates.accounts import find_unaccounted
from agents.gates.exhibit import Exhibit
from agents.gates.leftovers import TRACES, Leftover, find_leftovers, find_mentions
from agents.gates.winners import find_unused_best
from agents.gates.wording import light_gate
from agents.records import Gate


def judge_residue(exhibit: Exhibit) -> Gate:
    """Light for what is left of the source component; adding a component leaves nothing."""
    stage = exhibit.stage
    if stage.task == "inline" or not stage.source:
        return light_gate("residue", "not_needed")
    trace = TRACES.get(stage.source)
    if trace is None:
        reason = f"What shows that {stage.source} is still used is not known here."
        return light_gate("residue", "cannot_tell", reason)
    for file, text in sorted(exhibit.after.items()):
        if found := _first(find_leftovers(trace, text)):
            return _fail(file, stage.source, found)
    for file, text in sorted(exhibit.beside_after.items()):
        if found := _first(find_mentions(trace, text)):
            return _fail(file, stage.source, found)
    problem = _account_problem(exhibit, stage.source)
    return light_gate("residue", "fail" if problem else "pass", problem)


def _account_problem(exhibit: Exhibit, source: str) -> str:
    """What of the source component was merely deleted; empty if nothing was."""
    target = exhibit.stage.target
    for file, text in sorted(exhibit.before.items()):
        after = exhibit.after.get(file, "")
        others = [other for name, other in exhibit.after.items() if name != file]
        if problem := find_unaccounted(source, target, text, after, others):
            return f"{file}, {problem}"
    return find_unused_best(exhibit.stage, exhibit.before, exhibit.after)


def _first(found: Iterable[Leftover]) -> Leftover | None:
    return min(found, key=lambda one: one.line, default=None)


def _fail(file: str, source: str, found: Leftover) -> Gate:
    reason = f"{file}, line {found.line}: {found.what}; {source} is to be replaced everywhere."
    return light_gate("residue", "fail", reason)
