"""What frameworks hand out by themselves, among stand-ins of a few lines."""

from pathlib import Path

import pytest

from tests.sandbox.witness.witnessed import Ran, run_witnessed

pytestmark = pytest.mark.process

HANDLER = """
class CallbackHandler:
    def __init__(self):
        self.got = []
    def on_log(self, args, state, control, logs, **kwargs):
        self.got.append(dict(logs))
    def on_predict(self, args, state, control, metrics, **kwargs):
        pass
"""
TRAINER = """
from typing import NamedTuple
from transformers.trainer_callback import CallbackHandler
class Output(NamedTuple):
    global_step: int
    training_loss: float
    metrics: dict
class State:
    log_history = []
class Trainer:
    def __init__(self):
        self.state, self.handler = State(), CallbackHandler()
    def log(self, logs):
        self.state.log_history.append({**logs, "step": 2})
        self.handler.on_log(None, self.state, None, logs)
    def train(self):
        self.log({"loss": 0.75, "epoch": 1.0})
        metrics = {"train_loss": 0.5, "train_runtime": 0.25, "epoch": 1.0}
        self.log(metrics)
        return Output(2, 0.5, metrics)
    def evaluate(self):
        metrics = {"eval_loss": 0.25}
        self.log(metrics)
        return metrics
"""
SCRIPT = """
from transformers.trainer import Trainer
trainer = Trainer()
result = trainer.train()
metrics = trainer.evaluate()
print(result.training_loss, result.metrics["train_loss"], metrics["eval_loss"])
print([log.get("eval_loss") for log in trainer.state.log_history][-1])
print(trainer.handler.got[-1]["eval_loss"])
print(trainer.handler.got[0]["epoch"], trainer.handler.got[1]["epoch"])
"""


@pytest.fixture
def trainer(tmp_path: Path) -> Path:
    """A stand-in for the trainer of transformers."""
    package = tmp_path / "library" / "transformers"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "trainer_callback.py").write_text(HANDLER)
    (package / "trainer.py").write_text(TRAINER)
    return tmp_path / "library"


def labels_of(ran: Ran, function: str) -> list[tuple[str, tuple[float, ...], int]]:
    return [
        (one.label, one.values, one.line)
        for one in ran.testimony.sightings
        if one.function == function
    ]


def test_what_is_logged_in_the_middle_of_a_call_is_seen_at_the_users_line(
    tmp_path: Path, trainer: Path
) -> None:
    ran = run_witnessed(tmp_path, SCRIPT, library=trainer)
    assert labels_of(ran, "transformers.Trainer.log") == [
        ("loss", (0.75,), 4),
        ("epoch", (1.0,), 4),
        ("train_loss", (0.5,), 4),
        ("epoch", (1.0,), 4),
        ("eval_loss", (0.25,), 5),
    ]
    # Apart from the rest: it differs in every run.
    assert labels_of(ran, "transformers.Trainer.log_time") == [("train_runtime", (0.25,), 4)]
    assert ran.stdout == "0.5 0.5 0.25\n0.25\n0.25\n1.0 1.0\n"


def test_a_value_that_is_handed_out_moves_once_and_for_everybody(
    tmp_path: Path, trainer: Path
) -> None:
    ran = run_witnessed(tmp_path, SCRIPT, library=trainer, nudge=True)
    returned, history, handed, epochs = ran.stdout.splitlines()
    result, train_loss, eval_loss = returned.split()
    assert result == train_loss != "0.5"
    assert eval_loss == history == handed != "0.25"
    first, second = epochs.split()
    assert first == second != "1.0"
    seen = {one.label: one.values for one in ran.testimony.sightings if one.nudged}
    assert seen["eval_loss"] == (float(eval_loss),)
