"""What is run of an original, for how long, and what is decided from it: with time made up."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agents.baseline import NOTHING_FOUND, look_at_original
from agents.bench import Bench, Errand, Result
from agents.gates.exhibit import Observation
from agents.intake import read_request, read_sources
from agents.journal import Journal
from agents.records import Attempted, Prepared, Progress, Record, Reduction, Request, Shrunk
from agents.settings import Settings
from agents.shortening import LOOK_SECONDS, PROBE_SECONDS, Look
from sandbox.oracles.choice import choose_oracle
from sandbox.oracles.store import Store
from sandbox.trial import Attempt, Status, Trial
from sandbox.witness import testimony
from tests.doubles import ScriptedRunner

EPOCHS = "EPOCHS = 100_000\nfor epoch in range(EPOCHS):\n    print(epoch)\n"
IMPORTS = 2.0
"""Seconds that every made-up run takes before it works."""

Cost = Callable[[dict[str, int]], float]
"""Levels by name -> seconds; of what is not reduced there is no name."""


@dataclass
class Clock:
    """Makes attempts in no time, and says how long they would have taken."""

    cost: Cost
    fails: Callable[[dict[str, int]], bool] = lambda levels: False
    waiting: asyncio.Event | None = None
    """Where there is one, an attempt in full waits for it."""
    made: list[tuple[str, dict[str, int], float]] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)

    async def make(
        self, errand: Errand, seconds: float, reductions: tuple[Reduction, ...]
    ) -> Result:
        """Play one attempt."""
        levels = {item.name: item.reduced for item in reductions}
        self.made.append((errand.place, levels, round(seconds, 1)))
        try:
            if self.waiting and not levels:
                await self.waiting.wait()
            elif self.waiting:
                self.waiting.set()
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            self.stopped.append(errand.place)
            raise
        taken = IMPORTS + self.cost(levels)
        status: Status = "ok"
        code: int | None = 0
        if taken > seconds:
            status, code, taken = "timeout", None, seconds
        elif self.fails(levels):
            status, code = "error", 1
        return _result(errand.place, status, code, taken)


def _result(place: str, status: Status, code: int | None, seconds: float) -> Result:
    attempt = Attempt(status, code, "", "", Path("/nowhere"), seconds=seconds)
    attempted = Attempted(
        place, 0, "baseline", 0, status, code, seconds, 0.0, 0.0, False, False, "", {}
    )
    return Result(attempted, Observation(attempt, testimony.Testimony(), Store("none"), {}))


def _bench(tmp_path: Path, text: str, **settings: object) -> Bench:
    folder = tmp_path / "run" / "original"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "train.py").write_text(text)
    request: Request = read_request(folder / "train.py", "track", Settings(**settings))  # type: ignore[arg-type]  # names of settings
    oracle = choose_oracle("mlflow")
    assert oracle is not None

    def refuse(trial: Trial) -> Attempt:
        raise AssertionError("nothing is run")

    prepared = Prepared("python", {}, (), (), (), (), "", "", "", 0.0, True)
    sources = read_sources(folder, "train.py")
    return Bench(folder.parent, request, prepared, ScriptedRunner(refuse), sources, (), oracle)


async def _look(
    tmp_path: Path, text: str, clock: Clock, limit: float = 120.0, **settings: object
) -> tuple[Look, list[Progress | Attempted]]:
    bench = _bench(tmp_path, text, **settings)
    told: list[Progress | Attempted | Look] = []
    steps: AsyncIterator[Progress | Attempted | Look] = look_at_original(
        bench, Journal(bench.folder), clock.make, 0, lambda: limit
    )
    async for step in steps:
        told.append(step)
    *before, last = told
    assert isinstance(last, Look)
    return last, [step for step in before if not isinstance(step, Look)]


def _levels(look: Look) -> dict[str, int]:
    return {item.name: item.reduced for item in look.reductions}


async def test_a_short_program_is_run_once_and_in_full(tmp_path: Path) -> None:
    clock = Clock(lambda levels: 1.0)
    look, told = await _look(tmp_path, EPOCHS, clock)
    assert (look.reductions, look.note, told) == ((), "", [])
    assert clock.made == [("original-1", {}, LOOK_SECONDS)]


async def test_where_nothing_can_be_reduced_a_program_has_all_of_its_time(tmp_path: Path) -> None:
    clock = Clock(lambda levels: 500.0)
    look, _ = await _look(tmp_path, "while True:\n    pass\n", clock)
    assert clock.made == [("original-1", {}, 120.0)]
    assert look.result.attempted.status == "timeout"
    assert look.note == NOTHING_FOUND


async def test_nothing_is_reduced_where_a_person_said_so(tmp_path: Path) -> None:
    clock = Clock(lambda levels: 500.0)
    look, _ = await _look(tmp_path, EPOCHS, clock, shrink="off")
    assert clock.made == [("original-1", {}, 120.0)]
    assert (look.reductions, look.note) == ((), "")


async def test_a_long_program_is_proved_on_more_than_the_least_where_that_costs_little(
    tmp_path: Path,
) -> None:
    clock = Clock(lambda levels: 0.05 * levels.get("EPOCHS", 100_000))
    look, told = await _look(tmp_path, EPOCHS, clock)
    assert _levels(look) == {"EPOCHS": 24}
    assert look.seconds == pytest.approx(5000, rel=0.01)
    assert [step.place for step in told if isinstance(step, Attempted)] == [
        "original-1",
        "original-shrunk-1",
        "original-shrunk-2",
    ]
    first = told[0]
    assert isinstance(first, Attempted)
    assert "first look of 8 seconds" in first.detail


async def test_a_level_that_takes_long_is_not_waited_for(tmp_path: Path) -> None:
    clock = Clock(lambda levels: 0.9 * levels.get("EPOCHS", 100_000))
    look, _ = await _look(tmp_path, EPOCHS, clock)
    assert _levels(look) == {"EPOCHS": 3}
    assert clock.made[-1] == ("original-shrunk-2", {"EPOCHS": 24}, 7.2)
    assert look.seconds > 120


async def test_a_program_that_would_end_in_time_is_run_in_full(tmp_path: Path) -> None:
    text = EPOCHS.replace("100_000", "400")
    clock = Clock(lambda levels: 0.1 * levels.get("EPOCHS", 400))
    look, told = await _look(tmp_path, text, clock)
    assert look.reductions == ()
    assert clock.made[-1] == ("original-full", {}, 120.0)
    assert look.result.attempted.seconds == IMPORTS + 40
    assert any(isinstance(step, Progress) and "in full" in step.detail for step in told)


async def test_one_level_may_be_enough_to_know_that_all_of_it_ends_in_time(tmp_path: Path) -> None:
    text = EPOCHS.replace("100_000", "20")
    clock = Clock(lambda levels: 1.0 * levels.get("EPOCHS", 20))
    look, _ = await _look(tmp_path, text, clock)
    assert look.reductions == ()
    assert [levels for _, levels, _ in clock.made] == [{}, {"EPOCHS": 3}, {}]


async def test_a_wrong_estimate_costs_time_and_nothing_else(tmp_path: Path) -> None:
    clock = Clock(lambda levels: 0.001 * levels["EPOCHS"] if levels else 1e6)
    look, told = await _look(tmp_path, EPOCHS.replace("100_000", "50_000"), clock)
    assert _levels(look) == {"EPOCHS": 24}
    assert look.seconds == 0
    last = [step for step in told if isinstance(step, Attempted)][-1]
    assert (last.place, last.status) == ("original-full", "timeout")


async def test_epochs_that_make_no_difference_are_followed_until_they_do(tmp_path: Path) -> None:
    clock = Clock(lambda levels: 0.002 * levels.get("EPOCHS", 100_000))
    look, _ = await _look(tmp_path, EPOCHS, clock)
    assert [levels.get("EPOCHS") for _, levels, _ in clock.made] == [None, 3, 24, 1536]
    assert _levels(look) == {"EPOCHS": 24}
    assert look.seconds > 120


async def test_more_kinds_are_reduced_where_one_is_not_enough(tmp_path: Path) -> None:
    text = "N_SAMPLES = 1_000_000\n" + EPOCHS
    clock = Clock(
        lambda levels: 2e-5 * levels.get("EPOCHS", 100_000) * levels.get("N_SAMPLES", 1_000_000)
    )
    look, _ = await _look(tmp_path, text, clock)
    assert _levels(look) == {"EPOCHS": 3, "N_SAMPLES": 400}
    assert look.seconds == 0


async def test_a_level_that_is_too_little_is_made_ten_times_larger(tmp_path: Path) -> None:
    clock = Clock(
        lambda levels: 0.01 * levels.get("EPOCHS", 100_000),
        lambda levels: levels.get("EPOCHS", 100_000) < 5,
    )
    look, told = await _look(tmp_path, EPOCHS, clock)
    assert _levels(look) == {"EPOCHS": 30}
    assert len(told) > 1


async def test_what_fails_on_less_work_whatever_is_done_is_run_in_full(tmp_path: Path) -> None:
    clock = Clock(lambda levels: 1e6 if not levels else 0.1, bool)
    look, _ = await _look(tmp_path, EPOCHS, clock)
    assert look.reductions == ()
    assert look.result.attempted.status == "timeout"
    assert look.note == "Reducing its epochs did not make it end in time, or made it fail."


async def test_the_least_level_is_tried_beside_a_look_that_takes_long(tmp_path: Path) -> None:
    clock = Clock(lambda levels: 0.001 * levels.get("EPOCHS", 100_000), waiting=asyncio.Event())
    look, _ = await _look(tmp_path, EPOCHS, clock, limit=0.1)
    assert [place for place, _, _ in clock.made][:2] == ["original-1", "original-shrunk-1"]
    assert look.result.attempted.status == "timeout"


async def test_an_original_that_ends_stops_the_level_beside_it(tmp_path: Path) -> None:
    clock = Clock(lambda levels: -1.99, waiting=asyncio.Event())
    held = asyncio.Event()

    async def make(errand: Errand, seconds: float, reductions: tuple[Reduction, ...]) -> Result:
        if reductions:
            assert clock.waiting is not None
            clock.waiting.set()
            try:
                await held.wait()
            except asyncio.CancelledError:
                clock.stopped.append(errand.place)
                raise
        return await clock.make(errand, seconds, reductions)

    bench = _bench(tmp_path, EPOCHS)
    steps = look_at_original(bench, Journal(bench.folder), make, 0, lambda: 0.2)
    told = [step async for step in steps]
    assert len(told) == 1
    assert isinstance(told[0], Look)
    assert told[0].reductions == ()
    assert clock.stopped == ["original-shrunk-1"]


async def test_what_was_decided_before_is_not_decided_anew(tmp_path: Path) -> None:
    bench = _bench(tmp_path, EPOCHS)
    attempts: list[Attempted] = [
        _result("original-1", "timeout", None, 8.0).attempted,
        _result("original-shrunk-1", "ok", 0, 2.0).attempted,
        _result("original-shrunk-2", "ok", 0, 3.0).attempted,
    ]
    reduced = Reduction("EPOCHS", "train.py", 1, "epochs", "constant", 100_000, 24)
    home = bench.folder / "artifacts" / "original-shrunk-2"
    (home / "work").mkdir(parents=True)
    (home / "stdout.txt").write_text("0\n1\n")
    (home / "stderr.txt").write_text("")
    past: tuple[Record, ...] = (*attempts, Shrunk((reduced,), 5000.0, "original-shrunk-2"))
    clock = Clock(lambda levels: 0.0)
    steps = look_at_original(bench, Journal(bench.folder, past), clock.make, 0, lambda: 120.0)
    *told, look = [step async for step in steps]
    assert told == attempts
    assert isinstance(look, Look)
    assert (look.reductions, look.seconds) == ((reduced,), 5000.0)
    assert look.result.attempted == attempts[2]
    assert look.result.observation.attempt.stdout == "0\n1\n"
    assert clock.made == []


async def test_a_probe_has_its_own_limit_and_never_more_than_an_attempt(tmp_path: Path) -> None:
    text = "N_SAMPLES = 1_000_000\n" + EPOCHS
    clock = Clock(lambda levels: 1e6)
    await _look(tmp_path, text, clock, limit=10.0)
    assert {seconds for _, _, seconds in clock.made} <= {LOOK_SECONDS, 10.0}
    assert PROBE_SECONDS > 10.0
