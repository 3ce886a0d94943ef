"""Every case for real: the rules end as the case says, references pass, cheats are stopped."""

from dataclasses import replace
from pathlib import Path

import pytest

from agents.intake import read_request
from agents.pipeline import adapt
from agents.records import Report
from agents.workshop import Workshop
from evals.case import Case, find_cases
from evals.proof import prove_case

CASES = find_cases(Path(__file__).parent.parent.parent / "evals" / "cases")

pytestmark = pytest.mark.environment


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_the_offline_coder_ends_as_the_case_says(case: Case, workshop: Workshop) -> None:
    request = read_request(case.before, case.request, replace(workshop.settings, run=case.run))
    report = [record async for record in adapt(request, workshop)][-1]
    assert isinstance(report, Report)
    assert report.outcome == case.expect, report.summary
    assert report.passes == (3 if case.expect == "accepted" else 0)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.reference], ids=lambda case: case.name
)
async def test_the_reference_passes_and_every_cheat_is_stopped_by_the_gate_meant_for_it(
    case: Case, workshop: Workshop
) -> None:
    cells = [cell async for cell in prove_case(case, workshop)]
    assert {cell.program for cell in cells} >= {"original", "reference"}
    assert [cell for cell in cells if not cell.right] == []
