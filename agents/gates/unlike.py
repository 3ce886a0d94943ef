"""Models of an attempt that predict otherwise than the original's did for the same rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from agents.gates.exhibit import Exhibit
from agents.gates.numbers import is_close
from sandbox.witness.testimony import Cell, Probe, Rows, Testimony

RELATIVE, ABSOLUTE = 1e-4, 1e-5
"""Wider than for metrics: other numbers of rows are summed in another order, in 32 bits."""

Asked = tuple[str, str, Rows]
"""Class of a model, its function, and the rows that it was given."""


def is_same(mine: Cell, theirs: Cell) -> bool:
    """Two predicted cells are one: numbers by what they are, anything else by its text."""
    if isinstance(mine, int | float) and isinstance(theirs, int | float):
        return is_close(float(mine), float(theirs), RELATIVE, ABSOLUTE)
    return str(mine) == str(theirs)


def find_unlike(exhibit: Exhibit, own: Mapping[int, Probe]) -> frozenset[int]:
    """Numbers of the objects that the original's answers deny: they were changed on the way.

    Only for what two runs of the original say alike, and not when the witness moves values: what
    is chosen by a score may then be another model.
    """
    if exhibit.proof == "nudged" or len(exhibit.baselines) < 2:
        return frozenset()
    first, second = (_list_answers(one.testimony) for one in exhibit.baselines[:2])
    return frozenset(
        probe.object
        for probe in own.values()
        if _is_final(probe)
        and (known := first.get(_asked(probe)))
        and _agree(known, second.get(_asked(probe), ()))
        and not any(are_same(answer, probe.outputs.values) for answer in known)
    )


def are_same(mine: Sequence[Cell], theirs: Sequence[Cell]) -> bool:
    """All cells of two predictions are the same."""
    return len(mine) == len(theirs) and all(map(is_same, mine, theirs))


def _is_final(probe: Probe) -> bool:
    return probe.occasion != "save" and not probe.trained_after


def _asked(probe: Probe) -> Asked:
    return probe.model, probe.function, probe.inputs


def _list_answers(testimony: Testimony) -> Mapping[Asked, list[tuple[Cell, ...]]]:
    found: dict[Asked, list[tuple[Cell, ...]]] = defaultdict(list)
    for probe in testimony.probes:
        if _is_final(probe):
            found[_asked(probe)].append(probe.outputs.values)
    return found


def _agree(first: Sequence[Sequence[Cell]], second: Sequence[Sequence[Cell]]) -> bool:
    return len(first) == len(second) and all(map(are_same, first, second))
