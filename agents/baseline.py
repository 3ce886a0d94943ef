"""The original, looked at first: in full where it ends, else with less work to do."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

from agents.bench import Bench, Errand, reread_errand
from agents.journal import Journal
from agents.records import Attempted, Progress, Shrunk
from agents.shortening import LOOK_SECONDS, Look, Make, Shortening
from agents.shrinking.knobs import Knobs, find_knobs

NOTHING_FOUND = (
    "No option, constant or configured number of epochs, steps, trials, folds or samples was "
    "found that could be reduced."
)
NO_USE = "Reducing its {} did not make it end in time, or made it fail."


def reread_look(journal: Journal) -> tuple[tuple[Attempted, ...], Shrunk] | None:
    """The attempts on which an interrupted process decided what is reduced, and what it decided."""
    attempts: list[Attempted] = []
    for record in journal.past:
        if isinstance(record, Attempted):
            attempts.append(record)
        elif isinstance(record, Shrunk) and record.place:
            return tuple(attempts), record
    return None


async def look_at_original(
    bench: Bench, journal: Journal, make: Make, seed: int, limit: Callable[[], float]
) -> AsyncIterator[Progress | Attempted | Look]:
    """Run the original, with less to do where it would not end. The Look comes last.

    What an interrupted process decided is not decided anew: another day is slower or faster.
    `limit` says how many seconds an attempt may take now.
    """
    if told := reread_look(journal):
        attempts, shrunk = told
        for attempt in attempts:
            yield attempt
        past = next(attempt for attempt in attempts if attempt.place == shrunk.place)
        result = reread_errand(replace(bench, reductions=shrunk.reductions), past)
        yield Look(result, shrunk.reductions, shrunk.seconds)
        return
    errand = Errand("original-1", "baseline", seed)
    knobs = Knobs((), {})
    if bench.request.settings.shrink == "auto":
        command = bench.request.command
        knobs = find_knobs(bench.sources, bench.request.entry, bench.folder / "original", command)
    if not knobs.found:
        note = NOTHING_FOUND if bench.request.settings.shrink == "auto" else ""
        yield Look(await make(errand, limit(), ()), note=note)
        return
    shortening = Shortening(knobs, make, seed, limit)
    first = await shortening.look(errand)
    if first.attempted.status != "timeout":
        yield Look(first)
        return
    detail = f"it did not end within a first look of {min(limit(), LOOK_SECONDS):g} seconds"
    yield replace(first.attempted, detail=detail)
    shortened: Look | None = None
    async for step in shortening.shorten():
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
    yield Look(whole, note="" if shortened else NO_USE.format(", ".join(knobs.kinds)))
