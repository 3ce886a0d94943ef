"""An original that logs because the target is installed is told from one that has tracking."""

from dataclasses import replace
from pathlib import Path

import pytest

from agents.control import judge_baseline, judge_without, names_component, needs_control
from agents.gates.exhibit import Observation
from agents.intake import read_request
from agents.pipeline import adapt
from agents.records import Attempted, Baseline, Candidate, Report, Verdict
from sandbox.trial import Status
from tests.agents.gates.exhibits import STAGE, hear, keep, observe, see, track
from tests.agents.stand_in import SCRIPT, make_workshop, write_script
from tests.doubles import ScriptedCoder

PLAIN = {"train.py": "import transformers\n"}
LOGS = observe(hear(see(0.9)), keep(track({"loss": [0.5, 0.4], "accuracy": [0.9]})))
SILENT = observe(hear(see(0.9)))


def ended(observation: Observation, status: Status, code: int | None) -> Observation:
    attempt = replace(observation.attempt, status=status, exit_code=code, stderr="no mlflow here")
    return replace(observation, attempt=attempt)


@pytest.mark.parametrize(
    ("sources", "first", "needed"),
    [
        (PLAIN, LOGS, True),
        (PLAIN, SILENT, False),
        (PLAIN, ended(LOGS, "timeout", None), False),
        ({"train.py": "import mlflow\n"}, LOGS, False),
        ({"train.py": "", "log.py": "from mlflow import log_metric\n"}, LOGS, False),
        ({"train.py": "import mlflow_extra\n"}, LOGS, True),
        ({"train.py": "not python\x00"}, LOGS, True),
    ],
)
def test_only_what_logs_without_naming_the_target_needs_a_control(
    sources: dict[str, str], first: Observation, needed: bool
) -> None:
    assert needs_control(STAGE, sources, first) is needed


def test_other_work_needs_no_control() -> None:
    assert not needs_control(replace(STAGE, functionality="model_registration"), PLAIN, LOGS)
    assert not needs_control(replace(STAGE, task="translate", source="wandb"), PLAIN, LOGS)


def test_what_logs_only_where_the_target_is_installed_is_no_tracking_yet() -> None:
    baseline = judge_baseline(STAGE, LOGS)
    assert (baseline.sound, baseline.already) == (False, True)
    assert judge_without(STAGE, baseline, LOGS, SILENT) == Baseline(
        True,
        "It logs to mlflow merely because that is installed (`loss`, `accuracy`); without it "
        "nothing is logged. Only what a change adds to that counts.",
    )


def test_of_many_metrics_some_are_named() -> None:
    first = observe(hear(), keep(track({f"m{number}": [0.5] for number in range(7)})))
    reason = judge_without(STAGE, Baseline(False), first, SILENT).reason
    assert "(`m0`, `m1`, `m2`, `m3`, `m4` and 2 more)" in reason


@pytest.mark.parametrize(
    "control", [LOGS, ended(SILENT, "error", 1), ended(SILENT, "ok", 3), ended(SILENT, "oom", 0)]
)
def test_what_does_not_run_without_the_target_has_tracking_of_its_own(control: Observation) -> None:
    baseline = judge_baseline(STAGE, LOGS)
    assert judge_without(STAGE, baseline, LOGS, control) == baseline


def test_a_component_is_known_by_what_it_is_imported_as() -> None:
    assert names_component("mlflow") == ("mlflow",)
    assert names_component("unheard-of") == ("unheard-of",)


FRAMEWORK = """\
import importlib
import importlib.util

tracker = importlib.import_module("mlflow") if importlib.util.find_spec("mlflow") else None


def report(**values):
    if tracker:
        if not tracker.active_run():
            tracker.start_run()
        for name, value in values.items():
            tracker.log_metric(name, value)
"""
BY_ITSELF = SCRIPT.replace("import random\n", "import random\nimport framework\n").replace(
    'print(f"accuracy', 'framework.report(accuracy=accuracy)\nprint(f"accuracy'
)


@pytest.mark.process
async def test_a_change_must_add_to_what_the_installed_target_is_given(tmp_path: Path) -> None:
    path = write_script(tmp_path, BY_ITSELF)
    (path.parent / "framework.py").write_text(FRAMEWORK)
    named = BY_ITSELF.replace(
        "RATE = 0.5\n", 'import mlflow\nRATE = 0.5\nmlflow.start_run(run_name="and")\n'
    )
    more = named.replace("random.seed(3)\n", 'mlflow.log_params({"rate": RATE})\nrandom.seed(3)\n')
    coder = ScriptedCoder(
        {
            "explicit": Candidate(1, 0, "rules", "explicit", {"train.py": named}),
            "other": Candidate(2, 0, "rules", "other", {"train.py": more}),
        }
    )
    workshop = make_workshop(tmp_path, coder)
    request = read_request(path, "track", workshop.settings)
    records = [record async for record in adapt(request, workshop)]
    baselines = [record for record in records if isinstance(record, Baseline)]
    assert [baseline.sound for baseline in baselines] == [True]
    assert "merely because that is installed (`accuracy`)" in baselines[0].reason
    places = [record.place for record in records if isinstance(record, Attempted)]
    assert places[:2] == ["original-1", "original-without"]
    verdicts = [record for record in records if isinstance(record, Verdict)]
    assert verdicts[0].candidate == 1
    assert "the change adds no metric and no parameter" in (verdicts[0].reason or "")
    assert [verdict.candidate for verdict in verdicts[1:] if verdict.passed] == [2, 2, 2]
    assert isinstance(records[-1], Report)
