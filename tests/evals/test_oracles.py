"""Programs that the offline coder has no rules for, judged for real; `make oracles` prints all."""

from pathlib import Path

import pytest

from agents.workshop import Workshop
from evals.case import Case, find_cases
from evals.proof import prove_case

CASES = tuple(
    case
    for case in find_cases(Path(__file__).parent.parent.parent / "evals" / "cases")
    if case.reference
    and (
        (case.task, case.functionality, case.target) != ("inline", "experiment_tracking", "mlflow")
        or case.expect == "refused"
    )
)
SHORT: frozenset[str] = frozenset({"hydra_script", "wandb_diabetes_argparse"})
"""One case of each kind: what `make test` proves; `make oracles` proves all."""

pytestmark = pytest.mark.environment


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, marks=[] if case.name in SHORT else [pytest.mark.thorough], id=case.name)
        for case in CASES
    ],
)
async def test_every_cheat_is_stopped_by_its_gate_and_the_reference_passes(
    case: Case, full_workshop: Workshop
) -> None:
    cells = [cell async for cell in prove_case(case, full_workshop)]
    assert {cell.program for cell in cells} >= {"original", "reference"}
    assert [cell for cell in cells if not cell.right] == []
