"""The sample scripts, and a way to have the coder look at them."""

import re
from functools import cache
from pathlib import Path

from agents.records import Candidate, Reason, Refusal, Stage
from agents.rules.coder import RulesCoder

STAGE = Stage("inline", "experiment_tracking", "mlflow")
FOLDER = Path(__file__).parent / "scripts"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.txt")))


@cache
def read_sample(name: str) -> str:
    """A sample as it is on disk, line ends included."""
    return (FOLDER / f"{name}.txt").read_bytes().decode()


@cache
def propose(text: str, stage: Stage = STAGE) -> Candidate | Refusal:
    """What the coder makes of a script called train.py."""
    return RulesCoder().propose(
        stage, "train.py", {"train.py": text}, "explicit", number=1, stage_index=0
    )


def adapt(text: str, stage: Stage = STAGE) -> str:
    """The adapted text; fails where the coder refuses."""
    answer = propose(text, stage)
    assert isinstance(answer, Candidate), answer
    return answer.files["train.py"]


def refuse(text: str) -> tuple[Reason, ...]:
    """The reasons of a refusal; fails where the coder does not refuse."""
    answer = propose(text)
    assert isinstance(answer, Refusal), answer
    return answer.reasons


def calls_of(text: str) -> list[str]:
    """The arguments of every log_metric, in order."""
    return re.findall(r"mlflow\.log_metric\((.*)\)", text)
