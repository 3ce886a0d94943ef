"""`make shrinking`: programs that run for long, what they would take, and what their proof took."""

import asyncio
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path

from agents.intake import read_request, read_sources
from agents.pipeline import adapt
from agents.records import Attempted, Record, Reduction, Report
from agents.shrinking.applying import shrink_folder, shrink_texts
from agents.shrinking.command import shrink_command
from agents.shrinking.knobs import Knobs, find_knobs
from agents.verdict import Kind
from agents.workshop import Workshop
from evals.stack import FULL_STACK, build_environment, cache_folder, furnish_workshop

LONG = Path(__file__).parent / "long"
REQUEST = "Track this run with MLflow"
COMMAND = ("python", "train.py")
MORE = 4
MOST_LEVELS = 12
WORTH_SECONDS = 1.5
"""A difference between two levels that the noise of a machine is small against."""
MOST_SECONDS = 1800.0


@dataclass(frozen=True, slots=True)
class Proved:
    """One long program, and what came of it."""

    program: str
    records: tuple[Record, ...]
    seconds: float
    cpu_seconds: float
    """Of everything that was run for it, this process included.

    An attempt that was stopped is counted with its wall seconds: it is not known what it used.
    """
    load: float
    """How many processes of this machine wanted to run, over the last minute of it."""

    @property
    def report(self) -> Report:
        """What the run ended in."""
        last = self.records[-1]
        assert isinstance(last, Report)  # noqa: S101  # adapt yields it last
        return last


def find_programs() -> tuple[Path, ...]:
    """The folders of the long programs; each holds a `train.py`."""
    return tuple(sorted(path.parent for path in LONG.glob("*/train.py")))


async def prove_program(folder: Path, workshop: Workshop) -> Proved:
    """Adapt one of them as `mlgraft adapt` does."""
    began, used = time.monotonic(), _cpu_seconds()
    request = read_request(folder / "train.py", REQUEST, workshop.settings)
    records = tuple([record async for record in adapt(request, workshop)])
    stopped = sum(
        record.seconds
        for record in records
        if isinstance(record, Attempted) and record.status == "timeout"
    )
    return Proved(
        program=folder.name,
        records=records,
        seconds=time.monotonic() - began,
        cpu_seconds=_cpu_seconds() - used + stopped,
        load=os.getloadavg()[0],
    )


def _cpu_seconds() -> float:
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(sum(resource.getrusage(who)[:2]) for who in both)


def estimate_whole(
    folder: Path, reductions: Sequence[Reduction], python: Path, worth: float = WORTH_SECONDS
) -> float:
    """CPU seconds that a program would take in full, alone and without mlgraft.

    One process runs it on as little work as its proof, twice, so that imports are not counted,
    then on more until that makes a difference; a straight line through both is followed to all of
    the work. Work is what its knobs come to, multiplied across kinds: trials times folds times
    steps.
    """
    knobs = find_knobs(read_sources(folder, "train.py"), "train.py", folder, COMMAND)
    reduced: Mapping[Kind, int] = {item.kind: item.reduced for item in reductions}
    ladder = [reduced, reduced]
    while _count(knobs, ladder[-1]) < _count(knobs, {}) and len(ladder) < MOST_LEVELS:
        kind = max(reduced, key=lambda one: knobs.longest(one) / ladder[-1][one])
        ladder.append({**ladder[-1], kind: min(ladder[-1][kind] * MORE, knobs.longest(kind))})
    with tempfile.TemporaryDirectory(prefix="mlgraft-long-") as scratch:
        for place, levels in enumerate(ladder):
            _lay_out(folder, knobs.reduce(levels), Path(scratch) / str(place))
        done = subprocess.run(
            [python, "-c", _TIMING, str(worth)],
            cwd=scratch,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=True,
            timeout=MOST_SECONDS,
        )
    seconds = json.loads(done.stdout.splitlines()[-1])
    less, more, whole = (_count(knobs, one) for one in (reduced, ladder[len(seconds) - 1], {}))
    first, last = seconds[1], seconds[-1]
    return float(first + (last - first) / (more - less) * (whole - less))


def _count(knobs: Knobs, levels: Mapping[Kind, int]) -> int:
    longest = {kind: knobs.longest(kind) for kind in knobs.kinds}
    return prod(min(levels.get(kind, full), full) for kind, full in longest.items())


def _lay_out(folder: Path, reductions: Sequence[Reduction], work: Path) -> None:
    """Copy a program with less work to do, and the words it is started with."""
    shutil.copytree(folder, work)
    shrink_folder(work, reductions)
    for name, text in shrink_texts(read_sources(work, "train.py"), reductions).items():
        (work / name).write_text(text, encoding="utf-8")
    words = shrink_command(COMMAND, reductions)[1:]
    (work / "words.json").write_text(json.dumps(words), encoding="utf-8")


_TIMING = """
import contextlib, io, json, os, runpy, sys, time
from pathlib import Path

taken, home, worth = [], Path.cwd(), float(sys.argv[1])
for folder in sorted(home.iterdir(), key=lambda path: int(path.name)):
    os.chdir(folder)
    sys.argv = json.loads(Path("words.json").read_text())
    for name, module in list(sys.modules.items()):
        if str(home) in (getattr(module, "__file__", None) or ""):
            del sys.modules[name]
    began = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
        sys.path.insert(0, str(folder))
        runpy.run_path("train.py", run_name="__main__")
        sys.path.pop(0)
    taken.append(time.process_time() - began)
    if len(taken) > 2 and taken[-1] - taken[1] >= worth:
        break
print(json.dumps(taken))
"""


def show_duration(seconds: float) -> str:
    """Seconds in the unit that people use: `12 min`, `4.5 h`, `1.9 days`."""
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 36 * 3600 else f"{seconds / 86400:.1f} days"


def show_row(proved: Proved, whole: float) -> str:
    """One line of the table."""
    reduced = ", ".join(
        dict.fromkeys(
            f"{one.name} {one.full:,} -> {one.reduced}" for one in proved.report.reductions
        )
    )
    cells = (
        proved.program,
        reduced or "nothing",
        show_duration(whole),
        proved.report.outcome,
        f"{proved.seconds:.0f} s",
        f"{proved.cpu_seconds:.0f} s",
        f"{proved.load:.0f}",
    )
    return f"| {' | '.join(cells)} |"


HEAD = """\
| program | reduced | in full | outcome | proof, wall | proof, CPU | load |
| --- | --- | --- | --- | --- | --- | --- |"""


async def prove_all(words: Sequence[str]) -> int:
    """Print the table as it is made; returns how many programs were not accepted."""
    environment = await build_environment(FULL_STACK, cache_folder())
    print(HEAD, flush=True)  # noqa: T201
    failed = 0
    for folder in find_programs():
        if words and folder.name not in words:
            continue
        with tempfile.TemporaryDirectory(prefix="mlgraft-long-") as runs:
            workshop = furnish_workshop(environment, Path(runs), cache_folder())
            proved = await prove_program(folder, workshop)
        whole = estimate_whole(folder, proved.report.reductions, environment.python)
        failed += proved.report.outcome != "accepted"
        print(show_row(proved, whole), flush=True)  # noqa: T201
    return failed


if __name__ == "__main__":
    sys.exit(1 if asyncio.run(prove_all(sys.argv[1:])) else 0)
