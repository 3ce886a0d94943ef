"""The whole story on one screen: Request -> Plan -> Evidence -> Candidate -> Verdict -> Report."""

import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace

from agents.bench import Bench
from agents.budget import Budget
from agents.coder import propose_all, take_given
from agents.executor import Executor
from agents.intake import read_sources
from agents.journal import Journal, JournalError, take_up
from agents.planner import make_plan
from agents.proofs import choose_proofs
from agents.records import (
    Baseline,
    Candidate,
    Evidence,
    Plan,
    Prepared,
    Record,
    Refusal,
    Report,
    Request,
    Spent,
    Verdict,
)
from agents.reporter import make_report
from agents.researcher import gather_evidence
from agents.saboteur import sabotage
from agents.secrecy import MASK
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
        if any(MASK in word for word in request.command):
            raise JournalError(
                f"The command of run {request.run} held a secret, which is not kept: it cannot be "
                "gone on with. Ask for the same again with `mlgraft adapt`."
            )
        sources = read_sources(journal.folder / "original", request.entry)
        told: list[Record] = []
        async for record in _work(request, sources, workshop, journal):
            written = journal.write(record)
            told.append(record)
            yield written
        report = make_report(told, sources, time.monotonic() - started)
        journal.finish(report)
        yield report


async def _work(
    request: Request, sources: Mapping[str, str], workshop: Workshop, journal: Journal
) -> AsyncIterator[Record]:
    yield request
    plan = Plan((request.given.stage,)) if request.given else make_plan(request)
    yield plan
    if isinstance(plan, Refusal):
        return
    drafts = _draft(request, plan, sources, workshop)
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
        for told in _present(draft, step.prepared, workshop):
            yield told
        if isinstance(draft, Refusal):
            continue
        verdicts: list[Verdict] = []
        async for record in executor.prove(draft, choose_proofs(request.settings.passes)):
            yield record
            if isinstance(record, Verdict):
                verdicts.append(record)
        if isinstance(record, Spent):
            return
        if all(verdict.passed for verdict in verdicts):
            async for record in sabotage(executor, draft):
                yield record
            return


def _draft(
    request: Request, plan: Plan, sources: Mapping[str, str], workshop: Workshop
) -> Sequence[Candidate | Refusal]:
    """Draft every stage. A refusal costs nothing: nothing is built or run before."""
    if request.given:
        return (take_given(request.given),)
    return [
        draft
        for index, stage in enumerate(plan.stages)
        for draft in propose_all(workshop.coders, stage, index, request.entry, sources)
    ]


def _present(
    draft: Candidate | Refusal, prepared: Prepared, workshop: Workshop
) -> Iterator[Evidence | Candidate | Refusal]:
    """A draft, after the documentation of what it calls."""
    if isinstance(draft, Candidate):
        yield from gather_evidence(draft, prepared, workshop.library)
    yield draft


def _find_refused(drafts: Sequence[Candidate | Refusal]) -> tuple[Refusal, ...]:
    """List the refusals of the stages for which there is no candidate."""
    drafted = {draft.stage for draft in drafts if isinstance(draft, Candidate)}
    return tuple(
        draft for draft in drafts if isinstance(draft, Refusal) and draft.stage not in drafted
    )
