"""The whole story on one screen: Request -> Plan -> Evidence -> Candidate -> Verdict -> Report."""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

from agents.bench import Bench
from agents.budget import Budget
from agents.coder import propose_all
from agents.executor import Executor, choose_proofs
from agents.intake import read_sources
from agents.journal import Journal, take_up
from agents.planner import make_plan
from agents.records import (
    Baseline,
    Candidate,
    Plan,
    Record,
    Refusal,
    Report,
    Request,
    Spent,
    Verdict,
)
from agents.reporter import make_report
from agents.researcher import gather_evidence
from agents.workshop import Workshop, lay_out


async def adapt(request: Request, workshop: Workshop) -> AsyncIterator[Record]:
    """Work on one request: yields every record once it is on disk, the Report last.

    A request whose run has a journal already is gone on with at its last finished step. Raises
    IntakeError, SandboxError and JournalError; whatever is recorded by then can be resumed.
    """
    started = time.monotonic()
    with take_up(workshop.runs, request) as journal:
        if journal.recall(Report):
            for record in journal.past:
                yield record
            return
        sources = read_sources(journal.folder / "original", request.entry)
        told: list[Record] = []
        async for record in _work(request, sources, workshop, journal):
            journal.write(record)
            told.append(record)
            yield record
        report = make_report(told, sources, time.monotonic() - started)
        journal.finish(report)
        yield report


async def _work(
    request: Request, sources: Mapping[str, str], workshop: Workshop, journal: Journal
) -> AsyncIterator[Record]:
    yield request
    plan = make_plan(request)
    yield plan
    if isinstance(plan, Refusal):
        return
    # A refusal costs nothing: every stage is drafted before anything is built or run.
    drafts = [
        draft
        for index, stage in enumerate(plan.stages)
        for draft in propose_all(workshop.coders, stage, index, request.entry, sources)
    ]
    if refused := _find_refused(drafts):
        for refusal in refused:
            yield refusal
        return
    async for record in _prove(request, plan, drafts, sources, workshop, journal):
        yield record


async def _prove(
    request: Request,
    plan: Plan,
    drafts: Sequence[Candidate | Refusal],
    sources: Mapping[str, str],
    workshop: Workshop,
    journal: Journal,
) -> AsyncIterator[Record]:
    # No coder knows more than one functionality yet, so a plan that was not refused has one stage.
    async for step in lay_out(workshop, request, plan.stages[0], sources, journal):
        if not isinstance(step, Bench):
            yield step
    assert isinstance(step, Bench)  # noqa: S101  # lay_out yields it last
    versions = step.prepared.packages
    plan = Plan(tuple(replace(one, version=versions.get(one.target, "")) for one in plan.stages))
    yield plan
    executor = Executor(step, plan.stages[0], journal, Budget(request.settings))
    record: Record
    async for record in executor.observe_original():
        yield record
    if not (isinstance(record, Baseline) and record.sound):
        return
    for draft in drafts:
        if isinstance(draft, Candidate):
            for evidence in gather_evidence(draft, step.prepared, workshop.library):
                yield evidence
        yield draft
        if isinstance(draft, Refusal):
            continue
        verdicts: list[Verdict] = []
        async for record in executor.prove(draft, choose_proofs(request.settings.passes)):
            yield record
            if isinstance(record, Verdict):
                verdicts.append(record)
        if isinstance(record, Spent) or all(verdict.passed for verdict in verdicts):
            return


def _find_refused(drafts: Sequence[Candidate | Refusal]) -> tuple[Refusal, ...]:
    """List the refusals of the stages for which there is no candidate."""
    drafted = {draft.stage for draft in drafts if isinstance(draft, Candidate)}
    return tuple(
        draft for draft in drafts if isinstance(draft, Refusal) and draft.stage not in drafted
    )
