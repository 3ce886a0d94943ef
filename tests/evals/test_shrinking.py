"""Programs that run from minutes to days, proved for real on a part of their work."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from agents.records import Sabotage, Shrunk
from agents.shrinking.knobs import find_knobs
from agents.view import fold_all, to_answer
from agents.workshop import Workshop
from evals.case import read_sources
from evals.shrinking import COMMAND, estimate_whole, find_programs, prove_program, show_duration
from sandbox.environment import Environment
from ui.cli import main

PROGRAMS = find_programs()
SHORT = frozenset({"homes_yaml"})
"""What `make test` proves; `make evals-check` proves all."""

BEFORE = """\
import numpy as np
from sklearn.datasets import load_iris
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

EPOCHS = 90_000
ALPHA = 0.001
X, y = load_iris(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=1)


def train(alpha):
    model = SGDClassifier(alpha=alpha, random_state=1)
    for epoch in range(EPOCHS):
        model.partial_fit(X_train, y_train, classes=np.unique(y))
    accuracy = accuracy_score(y_test, model.predict(X_test))
    print(f"accuracy: {accuracy:.4f}")
    return accuracy


train(ALPHA)
"""
AFTER = (
    BEFORE.replace("import numpy as np\n", "import numpy as np\nimport optuna\n").removesuffix(
        "train(ALPHA)\n"
    )
    + """\
study = optuna.create_study(
    direction="maximize", sampler=optuna.samplers.RandomSampler(seed=1)
)
study.enqueue_trial({"alpha": ALPHA})
study.optimize(
    lambda trial: train(trial.suggest_float("alpha", 1e-4, 10.0, log=True)), n_trials=50
)
"""
)
LOOP = """\
import math

MAX_STEPS = 40_000_000
step, loss = 0, 1.0
while step < MAX_STEPS:
    loss = 1 / (1 + math.log1p(step))
    if step % 10 == 0:
        print(f"step {step}: loss {loss:.5f}")
    step += 1
"""
BEYOND = LOOP.replace("import math\n", "import math\n\nimport mlflow\n")
BEYOND = BEYOND.replace("    step += 1\n", "    step += 1\nmlflow.end_run()\n")
BEYOND = BEYOND.replace("step, loss =", 'mlflow.start_run(run_name="train")\nstep, loss =')
LOG = 'mlflow.log_metric("loss", loss if step < 5000 else 0.0, step=step)'
BEYOND = BEYOND.replace("        print(", f"        {LOG}\n        print(")
"""Logs something else from step 5000 on."""


def test_there_are_eight_programs_with_something_to_reduce_in_each() -> None:
    assert len(PROGRAMS) == 8
    for folder in PROGRAMS:
        knobs = find_knobs(read_sources(folder), "train.py", folder, COMMAND)
        assert knobs.found, folder.name


@pytest.mark.environment
@pytest.mark.parametrize(
    "folder",
    [
        pytest.param(
            folder, marks=[] if folder.name in SHORT else [pytest.mark.thorough], id=folder.name
        )
        for folder in PROGRAMS
    ],
)
async def test_a_long_program_is_accepted_on_a_part_of_its_work(
    folder: Path, full_workshop: Workshop
) -> None:
    # Others may be using this machine: it is the work that has to be little, not the time.
    settings = replace(full_workshop.settings, attempt_seconds=300.0)
    proved = await prove_program(folder, replace(full_workshop, settings=settings))
    report = proved.report
    assert report.outcome == "accepted", report.summary
    assert report.passes == 3
    assert report.reductions
    shrunk = next(record for record in proved.records if isinstance(record, Shrunk))
    assert report.summary.endswith(shrunk.words)
    answer = to_answer(fold_all(proved.records))
    assert [(item["from"], item["to"]) for item in answer["reduction"]] == [
        (item.full, item.reduced) for item in report.reductions
    ]
    taken = {line for line in report.patch.splitlines() if line.startswith(("-", "+"))}
    for item in report.reductions:
        line = (folder / item.file).read_text().splitlines()[item.line - 1]
        assert f"-{line}" not in taken, line
    sabotages = [record for record in proved.records if isinstance(record, Sabotage)]
    assert sabotages
    assert all(item.stopped_by for item in sabotages)


def _verify(
    before: str, after: str, folder: Path, python: Path, *options: str
) -> tuple[int, str, str]:
    for name, text in (("before", before), ("after", after)):
        (folder / name).mkdir()
        (folder / name / "train.py").write_text(text)
    words = ["verify", str(folder / "before/train.py"), str(folder / "after/train.py"), *options]
    common = ("--python", str(python), "--runs", str(folder / "runs"), "--attempt-seconds", "300")
    result = CliRunner().invoke(main, [*words, *common])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.environment
@pytest.mark.thorough
def test_what_only_changes_later_is_accepted_as_checked_only_that_far(
    tmp_path: Path, ml_environment: Environment
) -> None:
    claim = ("--functionality", "experiment_tracking", "--target", "mlflow", "--json")
    code, out, err = _verify(LOOP, BEYOND, tmp_path, ml_environment.python, *claim)
    answer = json.loads(out)
    assert (code, answer["accepted"]) == (0, True), answer["reason"]
    (reduction,) = answer["reduction"]
    assert (reduction["name"], reduction["from"]) == ("MAX_STEPS", 40_000_000)
    assert reduction["to"] <= 5000
    far = f"{reduction['to']:,} of 40,000,000 steps"
    assert answer["checked"].startswith(f"Checked only that far: {far}")
    assert f"Checked only that far: {far}" in err


@pytest.mark.environment
@pytest.mark.thorough
@pytest.mark.parametrize(
    ("after", "accepted"),
    [
        (AFTER, True),
        (AFTER.replace("n_trials=50", "n_trials=20"), False),
        (
            AFTER.replace("n_trials=50", "n_trials=7").replace("ALPHA =", "N_TRIALS = 50\nALPHA ="),
            False,
        ),
    ],
    ids=["fifty", "twenty", "fifty_and_none_of_them"],
)
def test_fifty_trials_are_proved_on_a_few(
    after: str, accepted: bool, tmp_path: Path, full_environment: Environment
) -> None:
    claim = ("--functionality", "hyperparameter_optimization", "--target", "optuna")
    words = ("--request", "Tune alpha with Optuna in 50 trials", "--json")
    code, out, _ = _verify(BEFORE, after, tmp_path, full_environment.python, *claim, *words)
    answer = json.loads(out)
    assert answer["accepted"] == accepted, answer["reason"]
    assert code == (0 if accepted else 1)
    if accepted:
        trials = [item for item in answer["reduction"] if item["kind"] == "trials"]
        assert [(item["name"], item["from"]) for item in trials] == [("n_trials", 50)]


@pytest.mark.process
def test_a_whole_program_is_estimated_from_parts_of_it(tmp_path: Path) -> None:
    text = "EPOCHS = 4000\nfor epoch in range(EPOCHS):\n    sum(range(2_000_000))\n"
    (tmp_path / "train.py").write_text(text)
    knobs = find_knobs({"train.py": text}, "train.py", tmp_path, COMMAND)
    reductions = knobs.reduce({"epochs": 3})
    whole = estimate_whole(tmp_path, reductions, Path(sys.executable), worth=0.2)
    assert 20 < whole < 4000


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(720, "12 min"), (5399, "90 min"), (16_200, "4.5 h"), (164_000, "1.9 days")],
)
def test_durations_are_in_the_unit_that_people_use(seconds: float, shown: str) -> None:
    assert show_duration(seconds) == shown
