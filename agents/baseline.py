"""The original, looked at first: in full where it ends, else with less work to do."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace

from agents.bench import Bench, Errand, Result
from agents.records import Attempted, Progress, Reduction
from agents.shrinking.knobs import Knobs, find_knobs
from agents.shrinking.levels import Levels, Probed, choose, descend, estimate, grow

LOOK_SECONDS = 8.0
"""What a program may take before it is thought of as long."""

PROBE_SECONDS = 15.0
MOST_PROBES = 7
NOTHING_FOUND = "No option or constant for epochs, steps or samples was found to reduce."

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


async def look_at_original(
    bench: Bench, make: Make, seed: int, limit: Callable[[], float]
) -> AsyncIterator[Progress | Attempted | Look]:
    """Run the original, with less to do where it would not end. The Look comes last.

    `limit` says how many seconds an attempt may take now.
    """
    errand = Errand("original-1", "baseline", seed)
    knobs = Knobs((), {})
    if bench.request.settings.shrink == "auto":
        command = bench.request.command
        knobs = find_knobs(bench.sources, bench.request.entry, bench.folder / "original", command)
    look = min(limit(), LOOK_SECONDS) if knobs.found else limit()
    first = await make(errand, look, ())
    if first.attempted.status != "timeout" or not knobs.found:
        note = NOTHING_FOUND if bench.request.settings.shrink == "auto" else ""
        yield Look(first, note=note)
        return
    detail = f"it did not end within a first look of {look:g} seconds"
    yield replace(first.attempted, detail=detail)
    shortened: Look | None = None
    async for step in _shorten(knobs, make, seed, limit):
        if isinstance(step, Look):
            shortened = step
        else:
            yield step
    if shortened and not 0 < shortened.seconds < limit():
        yield shortened
        return
    yield Progress("baseline", "running the original in full: it should end in time")
    whole = await make(replace(errand, place="original-full"), limit(), ())
    if whole.attempted.status == "timeout" and shortened:
        yield whole.attempted
        yield replace(shortened, seconds=0.0)
        return
    yield Look(whole, note="" if shortened else "Reducing its epochs, steps or samples did not do.")


async def _shorten(
    knobs: Knobs, make: Make, seed: int, limit: Callable[[], float]
) -> AsyncIterator[Progress | Attempted | Look]:
    """Try smaller and smaller levels until one ends, then larger ones. A Look is last."""
    kept: tuple[Levels, Result] | None = None
    number = 0
    for levels in descend(knobs):
        number += 1
        if number > MOST_PROBES:
            break
        yield Progress("baseline", f"running the original with {_name(knobs, levels)}")
        errand = Errand(f"original-shrunk-{number}", "baseline", seed)
        result = await make(errand, min(PROBE_SECONDS, limit()), knobs.reduce(levels))
        yield result.attempted
        if _ended(result) and (not kept or result.attempted.seconds < kept[1].attempted.seconds):
            kept = (levels, result)
            if result.attempted.seconds <= LOOK_SECONDS:
                break
        elif result.attempted.status != "timeout" and not kept:
            # So little may be too little: a fold without rows, a warm-up of nothing.
            more = {kind: level * 10 for kind, level in levels.items()}
            number += 1
            errand = Errand(f"original-shrunk-{number}", "baseline", seed)
            result = await make(errand, min(PROBE_SECONDS, limit()), knobs.reduce(more))
            yield result.attempted
            if _ended(result):
                kept = (more, result)
                break
    if kept is None:
        return
    levels, result = kept
    if len(levels) > 1:
        yield Look(result, knobs.reduce(levels))
        return
    (kind,) = levels
    results = {levels[kind]: result}
    probed = [Probed(levels[kind], result.attempted.seconds)]
    while number < MOST_PROBES and (level := grow(knobs, kind, probed)):
        number += 1
        yield Progress("baseline", f"running the original with {_name(knobs, {kind: level})}")
        errand = Errand(f"original-shrunk-{number}", "baseline", seed)
        result = await make(errand, min(PROBE_SECONDS, limit()), knobs.reduce({kind: level}))
        yield result.attempted
        if not _ended(result):
            break
        results[level] = result
        probed.append(Probed(level, result.attempted.seconds))
    best = choose(probed)
    full = estimate(knobs, kind, probed)
    seconds = full if full < float("inf") else 0.0
    yield Look(results[best.level], knobs.reduce({kind: best.level}), seconds)


def _ended(result: Result) -> bool:
    return result.attempted.status == "ok" and result.attempted.exit_code == 0


def _name(knobs: Knobs, levels: Levels) -> str:
    shown = dict.fromkeys(f"{one.name} {one.reduced}" for one in knobs.reduce(levels))
    return ", ".join(shown)
