"""A workshop with a stand-in for MLflow, in which every attempt is a real process."""

import sys
from dataclasses import replace
from pathlib import Path

from agents.coder import Coder
from agents.settings import Settings
from agents.workshop import Workshop
from knowledge.apidocs import Symbol
from sandbox.environment import Environment
from sandbox.runners.process import ProcessRunner
from tests.doubles import ScriptedEnvironments, ScriptedLibrary

SCRIPT = '''\
"""Perceptron on the AND of two bits."""
import random

RATE = 0.5
random.seed(3)
points = [(random.random(), random.random()) for _ in range(60)]
targets = [int(x + y > 1.0) for x, y in points]
weights = [0.0, 0.0, 0.0]

for x_y, target in zip(points * 5, targets * 5):
    guess = int(weights[0] + weights[1] * x_y[0] + weights[2] * x_y[1] > 0)
    step = RATE * (target - guess)
    weights = [weights[0] + step, weights[1] + step * x_y[0], weights[2] + step * x_y[1]]

correct = 0
for x_y, target in zip(points, targets):
    correct += int(weights[0] + weights[1] * x_y[0] + weights[2] * x_y[1] > 0) == target
accuracy = correct / len(points)
print(f"accuracy: {accuracy:.3f}")
'''
LOGGED = (
    SCRIPT.replace("import random\n", "import random\nimport mlflow\n")
    .replace('print(f"accuracy', 'mlflow.log_metric("accuracy", accuracy)\nprint(f"accuracy')
    .replace("RATE = 0.5\n", 'RATE = 0.5\nmlflow.start_run(run_name="train")\n')
    + "mlflow.end_run()\n"
)

STAND_IN = Environment(
    python=Path(sys.executable),
    packages={"mlflow": "0"},
    site_packages=(Path(__file__).parent.parent / "fakes",),
    fingerprint="stand-in",
    cached=True,
    import_path=(Path(__file__).parent.parent / "fakes",),
)
SYMBOL = Symbol("mlflow.log_metric", "mlflow", "0", "mlflow/__init__.py", 38, "function", "()", "")


def write_script(tmp_path: Path, text: str = SCRIPT) -> Path:
    path = tmp_path / "code" / "train.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def make_workshop(tmp_path: Path, coder: Coder, **settings: object) -> Workshop:
    return Workshop(
        settings=replace(Settings(), **settings),  # type: ignore[arg-type]  # names of settings
        runs=tmp_path / "runs",
        coders=(coder,),
        library=ScriptedLibrary({SYMBOL.name: SYMBOL}),
        environments=ScriptedEnvironments(STAND_IN),
        runner=ProcessRunner(),
        runner_reason="as the test says",
        cache=tmp_path / "cache",
    )
