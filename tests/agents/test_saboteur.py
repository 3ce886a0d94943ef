"""Accepted, spoilt, judged again: a stand-in for MLflow, a real process for every attempt."""

from dataclasses import replace
from pathlib import Path

import pytest

from agents.intake import read_request
from agents.pipeline import adapt
from agents.records import (
    Attempted,
    Candidate,
    Gate,
    Given,
    Record,
    Report,
    Request,
    Sabotage,
    Stage,
    Verdict,
)
from agents.rules.coder import RulesCoder
from agents.saboteur import measure_paces, name_stopping
from agents.view import fold_all, to_judgement
from agents.workshop import Workshop
from sandbox.oracles.store import Point, Store, TrackedRun
from tests.agents.stand_in import LOGGED, SCRIPT, make_workshop, write_script

STAGE = Stage("inline", "experiment_tracking", "mlflow")


def compare(tmp_path: Path, after: str, **settings: object) -> tuple[Request, Workshop]:
    workshop = make_workshop(tmp_path, RulesCoder(), **settings)
    path = write_script(tmp_path, SCRIPT)
    request = read_request(path, "experiment tracking with mlflow", workshop.settings)
    return replace(request, given=Given(STAGE, {"train.py": after})), workshop


async def tell(request: Request, workshop: Workshop) -> list[Record]:
    return [record async for record in adapt(request, workshop)]


@pytest.mark.process
async def test_an_acceptance_shows_what_would_have_stopped_it(tmp_path: Path) -> None:
    request, workshop = compare(tmp_path, LOGGED)
    records = await tell(request, workshop)
    stopped = {
        record.edit.partition(" (")[0]: record.stopped_by
        for record in records
        if isinstance(record, Sabotage)
    }
    assert stopped == {
        "`accuracy` logged as a constant": ("witness",),
        "`accuracy` renamed to `mse`": ("witness",),
        "all logging removed": ("store",),
    }
    judgement = to_judgement(fold_all(records))
    assert judgement["accepted"] is True
    assert judgement["reason"] is None
    assert set(judgement["gates"].values()) == {"pass", "not_needed"}
    assert judgement["figures"]["behaviour"]["outcome"] == "identical"
    assert judgement["figures"]["store_layout"].startswith("mlflow sqlite")
    assert [row["stopped_by"] for row in judgement["sabotage"]] == ["witness", "witness", "store"]


@pytest.mark.process
async def test_what_was_not_accepted_is_not_spoilt(tmp_path: Path) -> None:
    request, workshop = compare(tmp_path, LOGGED.replace("accuracy)\nprint", "0.8)\nprint"))
    records = await tell(request, workshop)
    assert not [record for record in records if isinstance(record, Sabotage)]
    judgement = to_judgement(fold_all(records))
    assert judgement["accepted"] is False
    assert judgement["gates"]["witness"] == "fail"
    assert "0.8" in judgement["reason"]


@pytest.mark.process
async def test_a_run_stopped_while_it_is_spoilt_goes_on_there(tmp_path: Path) -> None:
    request, workshop = compare(tmp_path, LOGGED)
    first: list[Record] = []
    stream = adapt(request, workshop)
    async for record in stream:
        first.append(record)
        if isinstance(record, Sabotage):
            break
    await stream.aclose()  # type: ignore[attr-defined]  # an async generator has it
    records = await tell(request, workshop)
    assert isinstance(records[-1], Report)
    assert records[-1].outcome == "accepted"
    kept = [record for record in first if isinstance(record, Attempted)]
    again = [record for record in records if isinstance(record, Attempted)]
    assert again[: len(kept)] == kept


@pytest.mark.process
async def test_spoiling_takes_no_longer_than_one_attempt_may(tmp_path: Path) -> None:
    request, workshop = compare(tmp_path, LOGGED, attempt_seconds=30.0)
    stream = adapt(request, workshop)
    seen = [record async for record in stream]
    used = sum(
        record.seconds
        for record in seen
        if isinstance(record, Attempted) and "spoilt" in record.place
    )
    assert 0 < used < 2 * 30.0


def test_a_sabotage_that_passes_makes_the_verdict_worthless() -> None:
    passed = Verdict(1, 0, 1, "given", "cold", "ok", 1.0, (Gate("witness", "pass"),))
    records: tuple[Record, ...] = (
        Candidate(1, 0, "given", "as given", {"t.py": "x"}),
        passed,
        Sabotage(1, "`a` logged as a constant", "witness", ()),
        Report("not_accepted", "It passes, but so does the same change spoilt."),
    )
    judgement = to_judgement(fold_all(records))
    assert judgement["accepted"] is False
    assert judgement["gates"]["witness"] == "cannot_tell"
    assert judgement["reason"].startswith("It passes, but")
    assert judgement["sabotage"] == [{"edit": "`a` logged as a constant", "stopped_by": None}]


def test_the_gates_that_read_the_text_do_not_count_and_failing_comes_first() -> None:
    diff, build = Gate("diff", "fail"), Gate("build", "fail")
    doubt, failed = Gate("witness", "cannot_tell"), Gate("store", "fail")
    assert name_stopping((diff, build, Gate("runs", "pass"))) == ()
    assert name_stopping((diff, doubt, failed)) == ("store",)
    assert name_stopping((diff, doubt)) == ("witness",)


@pytest.mark.parametrize(
    ("steps", "pace"), [((0, 1, 2), 1), ((50, 100, 250), 50), ((9, 19), 10), ((7,), 1), ((), 1)]
)
def test_the_pace_of_a_metric_divides_all_distances(steps: tuple[int, ...], pace: int) -> None:
    points = tuple(Point(0.5, step, order) for order, step in enumerate(steps))
    run = TrackedRun("1", "r", "", "FINISHED", "", {}, {"loss": points}, {}, ())
    assert measure_paces(Store("none", runs=(run,))) == {"loss": pace}
