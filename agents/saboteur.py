"""Every acceptance proves that it could have failed: the change is spoilt and run again."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from itertools import pairwise
from math import gcd

from agents.bench import Errand, Result
from agents.executor import Executor
from agents.gates.coverage import key_histories
from agents.gates.exhibit import Exhibit, Observation
from agents.gates.judgement import judge
from agents.gates.naming import find_kinds
from agents.gates.witness import match_logged
from agents.records import Attempted, Candidate, Gate, Progress, Proof, Sabotage
from agents.sabotage import Known, Spoilt, spoil
from sandbox.oracles.store import Store

TEXT_GATES = frozenset({"build", "diff"})
"""These look at how a change is written; what is spoilt here is what it does."""

SIDE_BY_SIDE = 2


async def sabotage(
    executor: Executor, candidate: Candidate
) -> AsyncIterator[Progress | Attempted | Sabotage]:
    """Spoil an accepted candidate in every way known and say which gate stopped which.

    All of it takes at most as long as one attempt may: what is left then is not tried.
    """
    honest = executor.show_honest(candidate)
    known = Known(
        kinds=find_kinds(match_logged(honest)),
        lengths={key: len(values) for key, values in key_histories(honest.observed.store).items()},
        paces=measure_paces(honest.observed.store),
    )
    used = 0.0
    plots = spoil(honest.stage, honest.before, honest.after, known)
    for start in range(0, len(plots), SIDE_BY_SIDE):
        if used > executor.limit:
            left = len(plots) - start
            yield Progress("sabotage", f"{left} more are not tried: the time for them is spent")
            return
        some = plots[start : start + SIDE_BY_SIDE]
        for plot in some:
            yield Progress("sabotage", plot.edit)
        numbered = list(enumerate(some, start=start + 1))
        tried = await asyncio.gather(
            *(_try(executor, candidate, honest, plot, number) for number, plot in numbered)
        )
        for results, stopped in tried:
            for result in results:
                used += result.attempted.seconds
                yield result.attempted
            yield stopped


def measure_paces(store: Store) -> Mapping[str, int]:
    """How far the steps of every metric lie apart: the largest number that divides them all."""
    steps: dict[str, set[int]] = {}
    for run in store.runs:
        for key, points in run.metrics.items():
            steps.setdefault(key, set()).update(point.step for point in points)
    return {
        key: gcd(*(one - other for one, other in pairwise(sorted(found)))) or 1
        for key, found in steps.items()
    }


async def _try(
    executor: Executor, candidate: Candidate, honest: Exhibit, plot: Spoilt, number: int
) -> tuple[tuple[Result, ...], Sabotage]:
    """Run one spoilt change cold, and nudged too where nothing stopped it."""
    before = honest.before
    files = {name: text for name, text in plot.files.items() if text != before.get(name)}
    spoilt = replace(candidate, files=files)
    results: list[Result] = []
    cold: Observation | None = None
    stopped: tuple[str, ...] = ()
    proofs: tuple[Proof, ...] = ("cold", "nudged")
    for proof in proofs:
        place = f"{candidate.number}-spoilt-{number}-{proof}"
        result = await executor.make(Errand(place, proof, executor.seed, spoilt))
        results.append(result)
        exhibit = executor.exhibit(spoilt, result, cold)
        stopped = name_stopping(judge(exhibit))
        if stopped:
            break
        cold = result.observation
    return tuple(results), Sabotage(candidate.number, plot.edit, plot.meant, stopped)


def name_stopping(gates: tuple[Gate, ...]) -> tuple[str, ...]:
    """The gates that look at the run and stop it; those that cannot tell only where none fails."""
    lights: Mapping[str, str] = {
        gate.name: gate.light for gate in gates if gate.name not in TEXT_GATES
    }
    failed = tuple(name for name, light in lights.items() if light == "fail")
    return failed or tuple(name for name, light in lights.items() if light == "cannot_tell")
