"""`make oracles`: every program of every case, held against the gate meant for it, as a table."""

import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from agents.records import GATES
from evals.case import Case, find_cases
from evals.proof import Cell, prove_case
from evals.stack import (
    FULL_STACK,
    OLDER_STACK,
    build_environment,
    cache_folder,
    furnish_workshop,
)
from sandbox.environment import Needs

CASES = Path(__file__).parent / "cases"
OLDER = Path(__file__).parent / "older"
"""Cases that are proved with the components of a year before."""
MARKS = {"pass": ".", "fail": "X", "cannot_tell": "?", "not_needed": "-", "": " "}
LEGEND = ". passed   X stopped it   ? could not tell   - not needed"


def choose_cases(words: Sequence[str]) -> tuple[Case, ...]:
    """The cases whose name, functionality, source or target is one of these words; or all."""
    found = (*find_cases(CASES), *find_cases(OLDER))
    cases = tuple(case for case in found if case.reference is not None)
    if not words:
        return cases
    return tuple(
        case
        for case in cases
        if {case.name, case.functionality, case.folder.parent.name, case.source, case.target}
        & set(words)
    )


def choose_stack(case: Case) -> Needs:
    """What the environment of a case must hold."""
    return OLDER_STACK if case.folder.is_relative_to(OLDER) else FULL_STACK


def show_cell(cell: Cell) -> str:
    """One line of the table: program, a mark for each gate, and whether it was expected."""
    marks = "".join(f"{MARKS[cell.lights.get(gate, '')]:^11}" for gate in GATES)
    verdict = "" if cell.right else f"  UNEXPECTED: {cell.expected} was meant, {cell.found}"
    return f"  {cell.program:<34.34}{marks}{verdict}"


async def prove_all(cases: Sequence[Case]) -> int:
    """Print the table as it is made; returns the number of unexpected cells."""
    count: Counter[str] = Counter()
    print(f"{LEGEND}\n\n  {'':<34}{''.join(f'{gate:^11}' for gate in GATES)}")  # noqa: T201
    for case in cases:
        print(f"{case.folder.parent.name}: {case.name}", flush=True)  # noqa: T201
        environment = await build_environment(choose_stack(case), cache_folder())
        with tempfile.TemporaryDirectory(prefix="mlgraft-oracles-") as runs:
            workshop = furnish_workshop(environment, Path(runs), cache_folder())
            async for cell in prove_case(case, workshop):
                count["programs"] += 1
                count["checks"] += sum(light != "" for light in cell.lights.values())
                count["unexpected"] += not cell.right
                print(show_cell(cell), flush=True)  # noqa: T201
                if not cell.right:
                    print(f"      {cell.reason[:600]}", flush=True)  # noqa: T201
    counted = ", ".join(f"{count[what]} {what}" for what in ("programs", "checks", "unexpected"))
    print(f"\n{len(cases)} cases, {counted}")  # noqa: T201
    return count["unexpected"]


if __name__ == "__main__":
    sys.exit(1 if asyncio.run(prove_all(choose_cases(sys.argv[1:]))) else 0)
