"""A program that would run for hours, proved on less: the whole story, with a stand-in."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from agents.intake import read_request
from agents.pipeline import adapt
from agents.records import Attempted, Candidate, Record, Report, Sabotage, Shrunk, Verdict
from agents.view import fold_all, to_answer, to_judgement
from agents.workshop import Workshop
from sandbox.runners.process import ProcessRunner
from sandbox.trial import Attempt, Trial
from tests.agents.stand_in import make_workshop, write_script
from tests.doubles import ScriptedCoder
from ui.lines import describe

pytestmark = pytest.mark.process

SCRIPT = '''\
"""Perceptron on the AND of two bits, until it can do it in its sleep."""
import random

EPOCHS = 100_000
RATE = 0.5
random.seed(3)
points = [(random.random(), random.random()) for _ in range(60)]
targets = [int(x + y > 1.0) for x, y in points]
weights = [0.0, 0.0, 0.0]

for epoch in range(EPOCHS):
    correct = 0
    for x_y, target in zip(points, targets):
        guess = int(weights[0] + weights[1] * x_y[0] + weights[2] * x_y[1] > 0)
        step = RATE * (target - guess)
        weights = [weights[0] + step, weights[1] + step * x_y[0], weights[2] + step * x_y[1]]
        correct += guess == target
    accuracy = correct / len(points)
    print(f"epoch {epoch}: accuracy {accuracy:.3f}")
'''
LOGGED = (
    SCRIPT.replace("import random\n", "import random\nimport mlflow\n")
    .replace("EPOCHS = 100_000\n", 'EPOCHS = 100_000\nmlflow.start_run(run_name="train")\n')
    .replace("    print(f", '    mlflow.log_metric("accuracy", accuracy, step=epoch)\n    print(f')
    + "mlflow.end_run()\n"
)
BEYOND = LOGGED.replace(
    'log_metric("accuracy", accuracy,', 'log_metric("accuracy", accuracy if epoch < 500 else 1.0,'
)
"""Logs something else from epoch 500 on."""
WORDS = "Checked only that far: 24 of 100,000 epochs (`EPOCHS`); nothing beyond was run."


class HastyRunner(ProcessRunner):
    """Has no time for a text that says so, and for all others as much as they need."""

    def __init__(self, too_long: str = "EPOCHS = 100_000") -> None:
        super().__init__()
        self.too_long = too_long
        self.trials: list[str] = []

    async def run(self, trial: Trial) -> Attempt:
        script = trial.folder / "train.py"
        text = script.read_text() if script.exists() else ""
        told = [line for line in text.splitlines() if line.startswith("EPOCHS =")]
        self.trials += told or [""]
        if self.too_long in text:
            seconds = trial.limits.seconds
            detail = f"stopped after {seconds:g} s; --attempt-seconds allows more"
            return Attempt("timeout", None, "", "", trial.folder, seconds=seconds, detail=detail)
        attempt = await super().run(trial)
        # The same on every machine, however busy: 50 ms an epoch.
        level = self.trials[-1].rpartition(" ")[2]
        return replace(attempt, seconds=1.0 + 0.05 * int(level or 0))


def _workshop(tmp_path: Path, text: str, **settings: object) -> Workshop:
    candidate = Candidate(1, 0, "rules", "explicit", {"train.py": text})
    workshop = make_workshop(tmp_path, ScriptedCoder({"explicit": candidate}), **settings)
    return replace(workshop, runner=HastyRunner())


async def _adapt(path: Path, workshop: Workshop) -> list[Record]:
    request = read_request(path, "track", workshop.settings)
    return [record async for record in adapt(request, workshop)]


def _report(records: Sequence[Record]) -> Report:
    assert isinstance(records[-1], Report)
    return records[-1]


async def test_a_long_program_is_accepted_and_the_patch_holds_nothing_of_it(tmp_path: Path) -> None:
    path = write_script(tmp_path, SCRIPT)
    workshop = _workshop(tmp_path, LOGGED)
    records = await _adapt(path, workshop)
    report = _report(records)
    assert report.outcome == "accepted", report.summary
    assert [(item.name, item.full, item.reduced) for item in report.reductions] == [
        ("EPOCHS", 100_000, 24)
    ]
    assert report.summary.endswith(WORDS)
    changed = [line for line in report.patch.splitlines() if line[:1] in ("+", "-")]
    assert not any("EPOCHS" in line or "24" in line for line in changed)
    assert path.read_text() == SCRIPT
    assert all(item.stopped_by for item in records if isinstance(item, Sabotage))
    assert isinstance(workshop.runner, HastyRunner)
    # The store's template, the look, two levels; then every attempt on the same one.
    assert set(workshop.runner.trials[4:]) == {"EPOCHS = 24"}


async def test_terminal_and_json_say_how_far_it_was_checked(tmp_path: Path) -> None:
    records = await _adapt(write_script(tmp_path, SCRIPT), _workshop(tmp_path, BEYOND))
    # What happens from epoch 500 on was not run, so that nobody can know of it.
    assert _report(records).outcome == "accepted", _report(records).summary
    said = [line for record in records for line in describe(record)]
    assert f"shrunk        {WORDS}" in said
    assert any(line.startswith("accepted") and WORDS in line for line in said)
    assert any("train.py:4  EPOCHS: 100000 -> 24 (constant)" in line for line in said)
    for answer in (to_answer(fold_all(records)), to_judgement(fold_all(records))):
        assert json.loads(json.dumps(answer))["reduction"] == [
            {
                "name": "EPOCHS",
                "kind": "epochs",
                "file": "train.py",
                "line": 4,
                "from": 100_000,
                "to": 24,
            }
        ]
        assert WORDS in answer["checked"]


async def test_what_is_wrong_within_the_part_that_ran_is_found(tmp_path: Path) -> None:
    early = BEYOND.replace("epoch < 500", "epoch < 12")
    report = _report(await _adapt(write_script(tmp_path, SCRIPT), _workshop(tmp_path, early)))
    assert report.outcome == "not_accepted"
    assert "store: Logged " in report.summary
    assert report.summary.endswith(WORDS)


async def test_a_candidate_with_another_number_is_told_so_and_never_run(tmp_path: Path) -> None:
    fewer = LOGGED.replace("EPOCHS = 100_000", "EPOCHS = 50")
    workshop = _workshop(tmp_path, fewer)
    records = await _adapt(write_script(tmp_path, SCRIPT), workshop)
    verdict = next(item for item in records if isinstance(item, Verdict))
    runs = next(gate for gate in verdict.gates if gate.name == "runs")
    assert "EPOCHS 24 instead of 100000" in runs.reason
    assert not any(item.candidate for item in records if isinstance(item, Attempted))


async def test_where_no_knob_is_found_the_reason_is_given(tmp_path: Path) -> None:
    text = SCRIPT.replace("EPOCHS = 100_000", "import itertools").replace(
        "range(EPOCHS)", "itertools.count()"
    )
    workshop = replace(_workshop(tmp_path, LOGGED), runner=HastyRunner("itertools.count"))
    records = await _adapt(write_script(tmp_path, text), workshop)
    report = _report(records)
    assert report.outcome == "not_accepted"
    assert "epochs, steps, trials, folds or samples was found" in report.summary
    assert report.reductions == ()
    assert "--attempt-seconds" in report.summary


async def test_with_shrinking_off_the_limit_is_the_reason(tmp_path: Path) -> None:
    workshop = _workshop(tmp_path, LOGGED, shrink="off")
    report = _report(await _adapt(write_script(tmp_path, SCRIPT), workshop))
    assert report.outcome == "not_accepted"
    assert report.reductions == ()
    assert "was found" not in report.summary


async def test_a_short_program_is_never_shrunk(tmp_path: Path) -> None:
    short, logged = (text.replace("100_000", "50") for text in (SCRIPT, LOGGED))
    records = await _adapt(write_script(tmp_path, short), _workshop(tmp_path, logged))
    report = _report(records)
    assert (report.outcome, report.reductions) == ("accepted", ())
    assert "Checked only" not in report.summary
    assert to_answer(fold_all(records))["checked"] is None
    assert not any(isinstance(item, Shrunk) for item in records)


async def test_a_resumed_run_keeps_the_level_it_had(tmp_path: Path) -> None:
    workshop = _workshop(tmp_path, LOGGED)
    request = read_request(write_script(tmp_path, SCRIPT), "track", workshop.settings)
    whole = [record async for record in adapt(request, workshop)]
    events = tmp_path / "runs" / request.run / "events.jsonl"
    lines = events.read_bytes().splitlines(keepends=True)
    kept = next(i for i, line in enumerate(lines) if b'"Shrunk"' in line) + 1
    events.write_bytes(b"".join(lines[:kept]))
    # Today the machine is so fast that all of it would end.
    today = HastyRunner("no text has this")
    resumed = [record async for record in adapt(request, replace(workshop, runner=today))]
    assert set(today.trials) - {""} == {"EPOCHS = 24"}
    assert _report(resumed).reductions == _report(whole).reductions
    assert _report(resumed).patch == _report(whole).patch
    after = events.read_bytes().splitlines(keepends=True)
    assert after[:kept] == lines[:kept]
    assert len(after) == len(lines)
