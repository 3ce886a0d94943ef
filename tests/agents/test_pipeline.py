"""The whole story, with a stand-in for MLflow and a real process for every attempt."""

from dataclasses import replace
from pathlib import Path

import pytest

from agents.intake import read_request
from agents.pipeline import adapt
from agents.records import (
    Attempted,
    Baseline,
    Candidate,
    Evidence,
    Plan,
    Reason,
    Record,
    Refusal,
    Report,
    Verdict,
)
from agents.rules.coder import RulesCoder
from agents.workshop import Workshop
from sandbox.runners.process import ProcessRunner
from sandbox.trial import Attempt, Trial
from tests.agents.stand_in import LOGGED, SCRIPT, make_workshop, write_script
from tests.doubles import ScriptedCoder, ScriptedEnvironments, ScriptedRunner

pytestmark = pytest.mark.process


def _candidate(text: str, number: int = 1, style: str = "explicit") -> Candidate:
    calls = ("mlflow.log_metric", "mlflow.no_such_name")
    return Candidate(number, 0, "rules", style, {"train.py": text}, calls=calls)


async def _adapt(path: Path, workshop: Workshop, words: str = "track") -> list[Record]:
    request = read_request(path, words, workshop.settings)
    return [record async for record in adapt(request, workshop)]


def _kinds(records: list[Record], kind: type[Record]) -> list[Record]:
    return [record for record in records if isinstance(record, kind)]


async def test_the_offline_coder_adapts_a_script_with_three_proofs(tmp_path: Path) -> None:
    path = write_script(tmp_path)
    records = await _adapt(path, make_workshop(tmp_path, RulesCoder()))
    report = records[-1]
    assert isinstance(report, Report)
    assert report.outcome == "accepted", report.summary
    assert report.passes == 3
    verdicts = [record for record in records if isinstance(record, Verdict)]
    assert [verdict.proof for verdict in verdicts] == ["cold", "seed", "nudged"]
    assert 'mlflow.log_metric("accuracy", accuracy)' in report.patch
    assert path.read_text() == SCRIPT
    assert (tmp_path / "runs" / records[0].run / report.store).is_file()  # type: ignore[union-attr]  # the Request


async def test_the_records_come_in_the_order_of_the_story(tmp_path: Path) -> None:
    coder = ScriptedCoder({"explicit": _candidate(LOGGED)})
    records = await _adapt(write_script(tmp_path), make_workshop(tmp_path, coder))
    seen = list(dict.fromkeys(type(record).__name__ for record in records))
    assert seen == [
        "Request",
        "Plan",
        "Progress",
        "Prepared",
        "Attempted",
        "Baseline",
        "Evidence",
        "Candidate",
        "Verdict",
        "Sabotage",
        "Report",
    ]
    plan = _kinds(records, Plan)[-1]
    assert isinstance(plan, Plan)
    assert plan.stages[0].version == "0"
    # A name that the library does not know is not cited.
    assert [item.name for item in _kinds(records, Evidence)] == ["mlflow.log_metric"]  # type: ignore[union-attr]  # Evidence


async def test_a_constant_fails_and_the_next_style_is_tried(tmp_path: Path) -> None:
    constant = LOGGED.replace('"accuracy", accuracy)', '"accuracy", 0.75)')
    coder = ScriptedCoder(
        {"explicit": _candidate(constant), "other": _candidate(LOGGED, 2, "other")}
    )
    records = await _adapt(write_script(tmp_path), make_workshop(tmp_path, coder))
    verdicts = [record for record in records if isinstance(record, Verdict)]
    assert not verdicts[0].passed
    assert {gate.name for gate in verdicts[0].gates if not gate.passed} == {"witness"}
    report = records[-1]
    assert isinstance(report, Report)
    assert (report.outcome, report.candidate, report.passes) == ("accepted", 2, 3)


async def test_where_no_style_passes_the_best_draft_is_kept_and_marked(tmp_path: Path) -> None:
    crash = LOGGED + "raise SystemExit(3)\n"
    coder = ScriptedCoder({"explicit": _candidate(crash)})
    report = (await _adapt(write_script(tmp_path), make_workshop(tmp_path, coder)))[-1]
    assert isinstance(report, Report)
    assert (report.outcome, report.passes) == ("not_accepted", 0)
    assert "exit code 3" in report.summary
    assert "raise SystemExit(3)" in report.patch


async def test_what_does_not_build_is_never_run(tmp_path: Path) -> None:
    coder = ScriptedCoder({"explicit": _candidate(LOGGED + "import ctypes\nctypes.c_int(1)\n")})
    records = await _adapt(write_script(tmp_path), make_workshop(tmp_path, coder))
    assert [item.candidate for item in records if isinstance(item, Attempted)] == [0, 0, 0]
    verdict = next(record for record in records if isinstance(record, Verdict))
    assert verdict.gates[0].name == "build"
    assert verdict.gates[0].light == "fail"
    assert verdict.gates[1].light == "cannot_tell"


async def test_an_original_that_fails_ends_the_work_with_its_own_words(tmp_path: Path) -> None:
    path = write_script(tmp_path, SCRIPT + "raise ValueError('no such colour')\n")
    coder = ScriptedCoder({"explicit": _candidate(LOGGED)})
    records = await _adapt(path, make_workshop(tmp_path, coder))
    report = records[-1]
    assert isinstance(report, Report)
    assert report.outcome == "not_accepted"
    assert "no such colour" in report.summary
    assert not _kinds(records, Candidate)


async def test_an_original_that_never_ends_is_stopped_at_the_attempts_limit(tmp_path: Path) -> None:
    path = write_script(tmp_path, SCRIPT + "while True:\n    pass\n")
    coder = ScriptedCoder({"explicit": _candidate(LOGGED)})
    workshop = make_workshop(tmp_path, coder, attempt_seconds=1.0)
    records = await _adapt(path, workshop)
    assert [item.status for item in records if isinstance(item, Attempted)] == ["timeout"]
    report = records[-1]
    assert isinstance(report, Report)
    assert "--attempt-seconds" in report.summary


async def test_an_original_that_tracks_already_is_not_adapted(tmp_path: Path) -> None:
    coder = ScriptedCoder({"explicit": _candidate(LOGGED + "# more\n")})
    records = await _adapt(write_script(tmp_path, LOGGED), make_workshop(tmp_path, coder))
    baseline = next(record for record in records if isinstance(record, Baseline))
    assert baseline.already
    report = records[-1]
    assert isinstance(report, Report)
    assert report.outcome == "refused"


async def test_a_refusal_is_given_before_anything_is_built(tmp_path: Path) -> None:
    refusal = Refusal(0, "rules", (Reason(4, "no-metric", "Nothing is measured."),))
    workshop = make_workshop(tmp_path, ScriptedCoder({"explicit": refusal}))
    records = await _adapt(write_script(tmp_path), workshop)
    assert [type(record).__name__ for record in records] == [
        "Request",
        "Plan",
        "Refusal",
        "Report",
    ]
    assert isinstance(workshop.environments, ScriptedEnvironments)
    assert workshop.environments.asked == 0


async def test_attempts_are_counted_and_their_limit_ends_the_run(tmp_path: Path) -> None:
    coder = ScriptedCoder({"explicit": _candidate(LOGGED)})
    workshop = make_workshop(tmp_path, coder, max_attempts=1, passes=2)
    report = (await _adapt(write_script(tmp_path), workshop))[-1]
    assert isinstance(report, Report)
    assert report.outcome == "budget"
    assert "--max-attempts" in report.summary
    assert report.patch


@pytest.mark.parametrize("kept", [2, 7, 14])
async def test_a_run_cut_off_anywhere_resumes_to_the_same_patch(tmp_path: Path, kept: int) -> None:
    coder = ScriptedCoder({"explicit": _candidate(LOGGED)})
    workshop = make_workshop(tmp_path, coder, passes=2)
    request = read_request(write_script(tmp_path), "track", workshop.settings)
    whole = [record async for record in adapt(request, workshop)]
    events = tmp_path / "runs" / request.run / "events.jsonl"
    lines = events.read_bytes().splitlines(keepends=True)
    assert len(lines) > kept
    events.write_bytes(b"".join(lines[:kept]) + lines[kept][:20])
    resumed = [record async for record in adapt(request, workshop)]
    assert isinstance(resumed[-1], Report)
    assert isinstance(whole[-1], Report)
    assert resumed[-1].patch == whole[-1].patch
    assert resumed[-1].outcome == "accepted"
    after = events.read_bytes().splitlines(keepends=True)
    assert after[:kept] == lines[:kept]
    assert len(after) == len(lines)


class TurningRunner(ProcessRunner):
    """Tells every trial how many went before it: a script that uses it is not the same twice."""

    def __init__(self) -> None:
        super().__init__()
        self.turns = 0

    async def run(self, trial: Trial) -> Attempt:
        self.turns += 1
        return await super().run(
            replace(trial, variables={**trial.variables, "TURN": str(self.turns)})
        )


async def test_an_original_that_agreed_with_itself_by_chance_is_run_once_more(
    tmp_path: Path,
) -> None:
    # The store's template is made first, then come three runs of the original.
    plain = "accuracy = correct / len(points)"
    chance = f"import os\n{plain} / max(4, int(os.environ['TURN']))"
    text, logged = SCRIPT.replace(plain, chance), LOGGED.replace(plain, chance)
    workshop = replace(
        make_workshop(tmp_path, ScriptedCoder({"explicit": _candidate(logged)})),
        runner=TurningRunner(),
    )
    records = await _adapt(write_script(tmp_path, text), workshop)
    places = [item.place for item in records if isinstance(item, Attempted)]
    assert places == ["original-1", "original-2", "original-seed", "1", "original-3"]
    report = records[-1]
    assert isinstance(report, Report)
    assert report.outcome == "not_accepted"
    assert "without a seed" in report.summary


async def test_a_broken_sandbox_is_an_attempt_that_says_so(tmp_path: Path) -> None:
    def play(trial: Trial) -> Attempt:
        return Attempt("infra_error", None, "", "", trial.folder, detail="the sandbox is gone")

    workshop = replace(
        make_workshop(tmp_path, ScriptedCoder({"explicit": _candidate(LOGGED)})),
        runner=ScriptedRunner(play),
    )
    report = (await _adapt(write_script(tmp_path), workshop))[-1]
    assert isinstance(report, Report)
    assert report.outcome == "not_accepted"
    assert "the sandbox is gone" in report.summary
