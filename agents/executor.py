"""Candidate -> Attempt + Verdict: runs original and candidate alike, and has the gates judge."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace

from agents.baseline import look_at_original
from agents.bench import Bench, Errand, Result, reread_errand, run_errand
from agents.budget import Budget
from agents.control import judge_baseline, judge_without, names_component, needs_control
from agents.declined import refuse_to_run, refuse_to_shrink
from agents.gates.baselines import ANYWHERE, compare_baselines
from agents.gates.exhibit import Exhibit, Observation
from agents.gates.judgement import judge, judge_text
from agents.gates.program import keep_programs
from agents.journal import Journal
from agents.proofs import MEANINGS
from agents.records import (
    Attempted,
    Baseline,
    Candidate,
    Progress,
    Proof,
    Reduction,
    Shrunk,
    Spent,
    Stage,
    Verdict,
)
from agents.secrecy import find_secrets
from agents.shortening import Look
from agents.shrinking.applying import find_missing, shrink_texts
from agents.shrinking.studies import ask_less, shorten_study, vary_trials
from sandbox.runner import SandboxError

QUICK = 4
"""Attempts run side by side only where one takes less than its deadline divided by this."""


class Executor:
    """Makes the attempts of one stage; those of an interrupted process are read back."""

    def __init__(self, bench: Bench, stage: Stage, journal: Journal, budget: Budget) -> None:
        self._bench = bench
        self._stage = stage
        self._journal = journal
        self._budget = budget
        self.seed = bench.request.settings.seed
        self._originals: dict[int, tuple[Observation, ...]] = {}
        self._places = asyncio.Semaphore(2 if (os.cpu_count() or 1) > 1 else 1)
        self._rerun = False
        self._honest: dict[int, Result] = {}
        self._trials: dict[int, tuple[Reduction, ...]] = {}
        self._seconds = 0.0

    @property
    def limit(self) -> float:
        """Seconds that one attempt may take."""
        return self._bench.request.settings.attempt_seconds

    async def observe_original(
        self,
    ) -> AsyncIterator[Progress | Attempted | Baseline | Shrunk | Spent]:
        """Run the original: once, then again and under a second seed. The Baseline comes last."""
        yield Progress("baseline", "running the original")
        look: Look | None = None
        async for step in look_at_original(
            self._bench,
            self._journal,
            self._make_within,
            self.seed,
            lambda: self._budget.attempt_seconds,
        ):
            if isinstance(step, Look):
                look = step
            else:
                yield step
        assert look is not None  # noqa: S101  # look_at_original yields it last
        first = look.result
        self._seconds = first.attempted.seconds
        if not look.reductions:
            yield first.attempted
        else:
            self._bench = replace(self._bench, reductions=look.reductions)
            yield Shrunk(look.reductions, look.seconds, first.attempted.place)
        if spent := self._budget.reserve():
            yield spent
            return
        baseline = judge_baseline(self._stage, first.observation)
        if needs_control(self._stage, self._bench.sources, first.observation):
            target = self._stage.target
            yield Progress("baseline", f"running the original as if {target} were not there")
            hidden = names_component(target)
            errand = Errand("original-without", "baseline", self.seed, hidden=hidden)
            control = await self.make(errand)
            yield control.attempted
            baseline = judge_without(self._stage, baseline, first.observation, control.observation)
        if look.note and first.attempted.status == "timeout":
            baseline = replace(baseline, reason=f"{baseline.reason} {look.note}")
        if baseline.sound:
            if first.attempted.seconds * QUICK >= self.limit:
                self._places = asyncio.Semaphore(1)
            yield Progress("baseline", "running the original again, and under a second seed")
            second, seeded = await asyncio.gather(
                self.make(Errand("original-2", "baseline", self.seed)),
                self.make(Errand("original-seed", "baseline", self.seed + 1)),
            )
            yield second.attempted
            yield seeded.attempted
            self._originals = {
                self.seed: (first.observation, second.observation),
                self.seed + 1: (seeded.observation,),
            }
        yield baseline

    async def prove(
        self, candidate: Candidate, proofs: tuple[Proof, ...]
    ) -> AsyncIterator[Progress | Attempted | Shrunk | Verdict | Spent]:
        """Attempt a candidate once for each proof; ends early at the first that does not pass."""
        judged = judge_text(
            self._stage,
            self._bench.request.entry,
            {**self._bench.beside, **self._bench.sources},
            self._files(candidate),
        )
        if spent := self._budget.reserve(1):
            yield spent
            return
        number = self._budget.attempts
        # What does not build is never run; a diff that is too wide is judged on its merits, too.
        if any(gate.name == "build" and not gate.passed for gate in judged):
            yield refuse_to_run(candidate, number, proofs[0], judged)
            return
        if missing := find_missing(self._files(candidate), self._bench.reductions):
            yield refuse_to_shrink(candidate, number, proofs[0], judged, missing)
            return
        if self._bench.reductions and (shrunk := self._shorten_study(candidate)):
            yield shrunk
        yield Progress("attempt", f"{number}: {MEANINGS[proofs[0]]}")
        cold = await self.make(Errand(str(number), proofs[0], self.seed, candidate))
        late = cold.attempted.status == "timeout" and candidate.number not in self._trials
        if late and (shrunk := self._shorten_study(candidate)):
            yield cold.attempted
            yield shrunk
            if spent := self._budget.reserve(1):
                yield spent
                return
            number = self._budget.attempts
            yield Progress("attempt", f"{number}: {MEANINGS[proofs[0]]}, with fewer trials")
            cold = await self.make(Errand(str(number), proofs[0], self.seed, candidate))
        self._honest[candidate.number] = cold
        verdict = self._judge(candidate, number, cold, None)
        yield cold.attempted
        if self._may_be_chance(verdict):
            yield Progress("baseline", "running the original once more: is it the same every time?")
            third = await self.make(Errand("original-3", "baseline", self.seed))
            yield third.attempted
            self._replace_second(third.observation)
            verdict = self._judge(candidate, number, cold, None)
        yield verdict
        if not verdict.passed:
            return
        rest: list[Errand] = []
        for proof in proofs[1:]:
            if spent := self._budget.reserve(1):
                yield spent
                return
            seed = self.seed + (proof == "seed")
            rest.append(Errand(str(self._budget.attempts), proof, seed, candidate))
            yield Progress("attempt", f"{rest[-1].place}: {MEANINGS[proof]}")
        for errand, result in zip(rest, await asyncio.gather(*map(self.make, rest)), strict=True):
            yield result.attempted
            yield self._judge(candidate, int(errand.place), result, cold.observation)

    def _shorten_study(self, candidate: Candidate) -> Shrunk | None:
        """Have a search make no more trials than an attempt has time for; None: it has for all."""
        trials = int(self.limit / QUICK / max(self._seconds, 0.1))
        files = keep_programs(self._files(candidate))
        reductions = shorten_study(self._stage, self._bench.sources, files, trials)
        if not reductions:
            return None
        self._trials[candidate.number] = reductions
        return Shrunk((*self._bench.reductions, *reductions), 0.0)

    def _reduce(self, candidate: Candidate | None, proof: Proof) -> tuple[Reduction, ...]:
        """What is made smaller for an attempt of a candidate, or of the original."""
        trials = self._trials.get(candidate.number, ()) if candidate else ()
        return vary_trials(self._stage, (*self._bench.reductions, *trials), proof)

    def _may_be_chance(self, verdict: Verdict) -> bool:
        """Two runs of an unseeded original may agree: a coarse accuracy has few values."""
        different = any(
            gate.light == "fail" and gate.name in ("witness", "behaviour") for gate in verdict.gates
        )
        return different and not self._rerun

    def _replace_second(self, third: Observation) -> None:
        """Take the third run for the second one where it shows what the second did not."""
        self._rerun = True
        first, _ = self._originals[self.seed]
        shown = compare_baselines(first, third)
        pooled = any(process == ANYWHERE for _, _, process in shown.values)
        if shown.unstable or pooled or None in shown.lines:
            self._originals[self.seed] = (first, third)

    async def make(self, errand: Errand) -> Result:
        """Make one attempt, or read back the one an interrupted process made."""
        reductions = self._reduce(errand.candidate, errand.proof)
        return await self._make_within(errand, self._budget.attempt_seconds, reductions)

    async def _make_within(
        self, errand: Errand, seconds: float, reductions: tuple[Reduction, ...]
    ) -> Result:
        past = self._journal.recall(Attempted, place=errand.place)
        if past is not None:
            return reread_errand(self._bench, past)
        async with self._places:
            try:
                bench = replace(self._bench, reductions=reductions)
                return await run_errand(bench, errand, seconds)
            except OSError as error:
                folder = self._bench.folder
                raise SandboxError(
                    f"An attempt cannot use {folder}: {error.strerror}. Nothing of yours was "
                    f"changed; free some space, then `mlgraft runs resume {folder.name}`."
                ) from error

    def exhibit(self, candidate: Candidate, result: Result, cold: Observation | None) -> Exhibit:
        """Lay out everything that a verdict on one attempt rests on."""
        attempted = result.attempted
        reductions = self._reduce(candidate, attempted.proof)
        files = self._files(candidate)
        after = keep_programs(files)
        return Exhibit(
            stage=ask_less(self._stage, reductions),
            entry=self._bench.request.entry,
            before=self._bench.sources,
            after=after,
            baselines=self._originals[attempted.seed],
            observed=result.observation,
            proof=attempted.proof,
            cold=cold if attempted.proof == "nudged" else None,
            shrunk_before=shrink_texts(self._bench.sources, reductions) if reductions else None,
            shrunk_after=shrink_texts(after, reductions) if reductions else None,
            fewer_trials=any(item.kind == "trials" for item in reductions),
            secrets=find_secrets(self._bench.request.command),
            beside_before=self._bench.beside,
            beside_after={name: text for name, text in files.items() if not name.endswith(".py")},
        )

    def show_honest(self, candidate: Candidate) -> Exhibit:
        """The first attempt of a candidate that was proved before."""
        return self.exhibit(candidate, self._honest[candidate.number], None)

    def _files(self, candidate: Candidate) -> dict[str, str]:
        files = {**self._bench.beside, **self._bench.sources, **candidate.files}
        return {name: text for name, text in files.items() if name not in candidate.deleted}

    def _judge(
        self, candidate: Candidate, number: int, result: Result, cold: Observation | None
    ) -> Verdict:
        """Have every gate look at one attempt of a candidate."""
        attempted, observed = result.attempted, result.observation
        if past := self._journal.recall(Verdict, number=number):
            return past
        baselines = self._originals[attempted.seed]
        original = sum(item.attempt.cpu_seconds for item in baselines) / len(baselines)
        points = [sent.seconds for sent in observed.testimony.sent if sent.value is not None]
        return Verdict(
            number=number,
            stage=candidate.stage,
            candidate=candidate.number,
            coder=candidate.coder,
            proof=attempted.proof,
            status=attempted.status,
            seconds=attempted.seconds,
            gates=judge(self.exhibit(candidate, result, cold)),
            overhead_seconds=attempted.cpu_seconds - original,
            overhead_point_ms=1000 * sum(points) / len(points) if points else 0.0,
            layout=observed.store.schema,
        )
