"""Attempts of an original on less work: how little makes it end, how much there is time for."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from agents.bench import Errand, Result
from agents.records import Attempted, Progress, Reduction
from agents.shrinking.knobs import Knobs
from agents.shrinking.levels import Levels, Probed, allow, choose, descend, estimate, grow
from agents.verdict import Kind

LOOK_SECONDS = 8.0
"""What a program may take before it is thought of as long."""

HEAD_START = 0.5
"""Part of the look after which the least level is tried beside it."""

PROBE_SECONDS = 12.0
LAST_PROBE_SECONDS = 30.0
"""For the smallest level there is: nothing is left to be tried after it."""

MOST_PROBES = 7
Make = Callable[[Errand, float, tuple[Reduction, ...]], Awaitable[Result]]


@dataclass(frozen=True, slots=True)
class Look:
    """The first attempt that a baseline rests on."""

    result: Result
    reductions: tuple[Reduction, ...] = ()
    seconds: float = 0.0
    """Estimated for all of the work; 0 where it is not known."""
    note: str = ""
    """Why nothing was reduced, or why that did not help."""


@dataclass(slots=True)
class Shortening:
    """Attempts of the original on smaller and larger levels."""

    knobs: Knobs
    make: Make
    seed: int
    limit: Callable[[], float]
    number: int = 0
    ready: Result | None = None
    """The least level, tried beside the first look."""

    async def look(self, errand: Errand) -> Result:
        """Run the original for a few seconds; the least level beside it where that may be needed.

        The level is stopped as soon as the original has ended by itself.
        """
        seconds = min(self.limit(), LOOK_SECONDS)
        first = asyncio.ensure_future(self.make(errand, seconds, ()))
        tasks = [first]
        try:
            done, _ = await asyncio.wait(tasks, timeout=HEAD_START * seconds)
            if done:
                return first.result()
            ladder = tuple(descend(self.knobs))
            tasks.append(asyncio.ensure_future(self._try(ladder[0], last=len(ladder) == 1)))
            result = await first
            if result.attempted.status == "timeout":
                self.ready = await tasks[1]
            return result
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def shorten(self) -> AsyncIterator[Progress | Attempted | Look]:
        """Try smaller and smaller levels until one ends, then larger ones. A Look is last."""
        kept: tuple[Levels, Result] | None = None
        async for step in self._descend():
            if isinstance(step, tuple):
                kept = step
            else:
                yield step
        if kept is None:
            return
        levels, result = kept
        if len(levels) > 1:
            yield Look(result, self.knobs.reduce(levels))
            return
        (kind,) = levels
        async for grown in self._grow(kind, levels[kind], result):
            yield grown

    async def _descend(self) -> AsyncIterator[Progress | Attempted | tuple[Levels, Result]]:
        """Levels until one ends soon; the last thing told is the level that is kept, if any."""
        kept: tuple[Levels, Result] | None = None
        ladder = tuple(descend(self.knobs))
        for place, levels in enumerate(ladder):
            if self.number >= MOST_PROBES:
                break
            if self.ready:
                result, self.ready = self.ready, None
            else:
                yield self._tell(levels)
                last = place == len(ladder) - 1 and not kept
                result = await self._try(levels, last=last)
            yield result.attempted
            if _ended(result):
                if kept is None or result.attempted.seconds < kept[1].attempted.seconds:
                    kept = (levels, result)
                if _is_soon(result):
                    break
            elif result.attempted.status != "timeout":
                if kept is None:
                    # So little may be too little: a fold without rows, a warm-up of nothing.
                    more = {kind: level * 10 for kind, level in levels.items()}
                    yield self._tell(more)
                    result = await self._try(more, last=True)
                    yield result.attempted
                    kept = (more, result) if _ended(result) else None
                break
        if kept:
            yield kept

    async def _grow(
        self, kind: Kind, level: int, least: Result
    ) -> AsyncIterator[Progress | Attempted | Look]:
        """Larger levels of one kind, until it is known what all of the work would take."""
        results = {level: least}
        probed = [Probed(level, least.attempted.seconds)]
        while self.number < MOST_PROBES:
            if estimate(self.knobs, kind, probed).seconds < self.limit():
                break
            bigger = grow(self.knobs, kind, probed)
            if bigger is None:
                break
            yield self._tell({kind: bigger})
            seconds = allow(self.knobs, kind, probed[0], bigger, self.limit())
            result = await self._run({kind: bigger}, seconds)
            yield result.attempted
            if _ended(result):
                results[bigger] = result
                probed.append(Probed(bigger, result.attempted.seconds))
            elif result.attempted.status == "timeout":
                probed.append(Probed(bigger, result.attempted.seconds, ended=False))
            else:
                break
        best = choose(self.knobs, kind, probed)
        full = estimate(self.knobs, kind, probed)
        known = len(probed) > 1 or full.seconds < self.limit()
        yield Look(
            results[best.level],
            self.knobs.reduce({kind: best.level}),
            round(full.seconds, 1) if known else 0.0,
        )

    async def _try(self, levels: Levels, *, last: bool) -> Result:
        seconds = LAST_PROBE_SECONDS if last else PROBE_SECONDS
        return await self._run(levels, seconds * measure_crowd())

    async def _run(self, levels: Levels, seconds: float) -> Result:
        self.number += 1
        errand = Errand(f"original-shrunk-{self.number}", "baseline", self.seed)
        return await self.make(errand, min(seconds, self.limit()), self.knobs.reduce(levels))

    def _tell(self, levels: Levels) -> Progress:
        shown = dict.fromkeys(f"{one.name} {one.reduced}" for one in self.knobs.reduce(levels))
        return Progress("baseline", f"running the original with {', '.join(shown)}")


def measure_crowd() -> float:
    """How many times longer everything takes while others use this machine, too: 1 to 3."""
    try:
        busy = os.getloadavg()[0]
    except OSError:
        return 1.0
    return min(max(busy / (os.cpu_count() or 1), 1.0), 3.0)


def _ended(result: Result) -> bool:
    return result.attempted.status == "ok" and result.attempted.exit_code == 0


def _is_soon(result: Result) -> bool:
    """It costs little; on a busy machine that shows in CPU seconds only."""
    attempted = result.attempted
    return min(attempted.seconds, attempted.cpu_seconds or attempted.seconds) <= LOOK_SECONDS
