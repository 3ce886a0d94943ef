"""Proves the benchmark: references pass, originals fail the store gate, cheats are stopped."""

import shlex
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from agents.bench import Bench
from agents.budget import Budget
from agents.executor import Executor
from agents.intake import read_request
from agents.journal import take_up
from agents.planner import make_plan
from agents.proofs import choose_proofs
from agents.records import Baseline, Candidate, Plan, Proof, Verdict
from agents.view import SEVERITY
from agents.workshop import Workshop, lay_out
from evals.case import Case, apply_cheat, read_cheat, read_sources

CHEAT_PROOFS: tuple[Proof, ...] = ("cold", "nudged")
"""A cheat that both let through has passed: a second seed would only cost time."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One program of a case, held against what its case says of it."""

    case: str
    program: str
    """`original`, `reference`, or the cheat's file name."""
    expected: str
    """The gate meant to stop it, or `pass`."""
    found: str
    """The gates that did, joined by commas; or `pass`."""
    reason: str
    lights: Mapping[str, str] = field(default_factory=dict)
    """Gate -> the worst light it showed in any attempt of the program."""
    layout: str = ""
    """Which layout of the store was read in its first attempt."""

    @property
    def right(self) -> bool:
        """The gate meant for it stopped it, or it passed where it should."""
        return self.expected in self.found.split(",")


async def prove_case(case: Case, workshop: Workshop) -> AsyncIterator[Cell]:
    """Judge every program of one case. Raises CaseError, IntakeError and SandboxError."""
    settings = replace(workshop.settings, run=case.run, max_attempts=1_000)
    request = read_request(case.before, case.request, settings)
    plan = make_plan(request)
    if not isinstance(plan, Plan):
        yield Cell(case.name, "original", "store", "planner", plan.reasons[0].reason)
        return
    stage = plan.stages[0]
    sources = read_sources(case.before)
    with take_up(workshop.runs, request) as journal:
        steps = [step async for step in lay_out(workshop, request, stage, sources, journal)]
        bench = steps[-1]
        assert isinstance(bench, Bench)  # noqa: S101  # lay_out yields it last
        executor = Executor(bench, stage, journal, Budget(settings))
        record = [step async for step in executor.observe_original()][-1]
        if not (isinstance(record, Baseline) and record.sound):
            reason = record.reason if isinstance(record, Baseline) else "the budget is spent"
            yield Cell(case.name, "original", "store", "pass", reason)
            return
        # judge_baseline calls an original sound only where the store gate fails on it.
        yield Cell(case.name, "original", "store", "store", "", {"store": "fail"})
        programs = _list_programs(case)
        for number, (program, (expected, files)) in enumerate(programs.items(), start=1):
            candidate = Candidate(number, 0, "rules", program, files)
            proofs = choose_proofs(3) if expected == "pass" else CHEAT_PROOFS
            verdicts: list[Verdict] = []
            async for step in executor.prove(candidate, proofs):
                if isinstance(step, Verdict):
                    verdicts.append(step)
            stopped = [gate for verdict in verdicts for gate in verdict.gates if not gate.passed]
            names = dict.fromkeys(gate.name for gate in stopped if gate.light == "fail")
            names = names or dict.fromkeys(f"{gate.name}?" for gate in stopped)
            reason = "; ".join(f"{gate.name}: {gate.reason}" for gate in stopped[:3])
            lights = _worst_lights(verdicts)
            found = ",".join(names) or "pass"
            layout = verdicts[0].layout if verdicts else ""
            yield Cell(case.name, program, expected, found, reason, lights, layout)


def _worst_lights(verdicts: Sequence[Verdict]) -> Mapping[str, str]:
    lights: dict[str, str] = {}
    for verdict in verdicts:
        for gate in verdict.gates:
            known = lights.get(gate.name, "not_needed")
            lights[gate.name] = max(known, gate.light, key=SEVERITY.index)
    return lights


def entry_of(case: Case) -> str:
    """Name the script that a case runs."""
    return next(word for word in shlex.split(case.run) if word.endswith(".py"))


def _list_programs(case: Case) -> Mapping[str, tuple[str, Mapping[str, str]]]:
    """Map each program's name to the outcome meant for it and its files."""
    if case.reference is None:
        return {}
    programs = {
        "reference": ("pass", read_sources(case.reference, beside=case.task == "translate"))
    }
    for path in case.cheats:
        cheat = read_cheat(path)
        programs[path.name] = (cheat.gate, apply_cheat(case, cheat))
    return programs
