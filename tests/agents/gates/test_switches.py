"""Where a framework logs may be changed; what else it is told may not."""

import pytest

from agents.gates.switches import count_switched, list_replaced
from tests.agents.gates.test_diff import judge_pair


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("trainer = Trainer(\nmax_epochs=3,\nlogger=False,\n)", {"False": 1}),
        ('args = Arguments(report_to="none", seed=1)', {"none": 1}),
        ('args = Arguments(report_to=["tensorboard", "wandb"])', {"tensorboard": 1, "wandb": 1}),
        ('settings = {"report_to": None, "seed": 1}', {"None": 1}),
        ('trainer = Trainer(logger=CSVLogger("logs"))', {}),
        ("trainer = Trainer(logger=[csv])", {}),
        ("trainer = Trainer(logger=3)", {}),
        ("trainer = Trainer(callbacks=None, seed=1)", {}),
        ("with Trainer(logger=False) as trainer:", {}),
    ],
)
def test_only_literals_given_to_logging_switches_may_give_way(
    text: str, words: dict[str, int]
) -> None:
    assert count_switched(text) == words


TRAINER = "import lightning\n\ntrainer = lightning.Trainer(max_epochs=3, logger=False)\n"


def test_a_logger_takes_the_place_of_none_and_comes_from_the_framework() -> None:
    after = TRAINER.replace(
        "\n\n", "\nfrom lightning.pytorch.loggers import MLFlowLogger\n\ntracker = MLFlowLogger()\n"
    ).replace("logger=False", "logger=tracker")
    gate = judge_pair(TRAINER, after)
    assert gate.light == "pass", gate.reason


def test_the_length_of_the_training_does_not_change_with_it() -> None:
    after = TRAINER.replace("max_epochs=3, logger=False", "max_epochs=1, logger=tracker")
    gate = judge_pair(TRAINER, after.replace("\n\n", "\nimport mlflow\n\ntracker = mlflow\n"))
    assert gate.light == "fail"
    assert "missing: 3" in gate.reason


def test_a_logger_for_the_component_may_be_used_without_the_framework() -> None:
    more = "\ntracker = MLFlowLogger()\ntracker.log_metrics(trainer.callback_metrics)\n"
    after = TRAINER.replace("\n\n", "\nfrom lightning.pytorch.loggers import MLFlowLogger\n\n")
    gate = judge_pair(TRAINER, after + more)
    assert gate.light == "pass", gate.reason
    other = (after + more).replace("MLFlowLogger", "CSVLogger")
    assert judge_pair(TRAINER, other).light == "fail"


PLAIN = "trainer = Trainer(max_epochs=3)\n"


@pytest.mark.parametrize(
    ("before", "after", "folders"),
    [
        (PLAIN, "trainer = Trainer(max_epochs=3, logger=MLFlowLogger())\n", ("lightning_logs/",)),
        (PLAIN, "trainer = Trainer(max_epochs=3, logger=False)\n", ()),
        (PLAIN, "trainer = Trainer(max_epochs=3)\nmlflow.log_metrics(found)\n", ()),
        ("Trainer(logger=csv)\n", "Trainer(logger=tracker)\n", ()),
        (
            PLAIN + "read('lightning_logs/version_0/metrics.csv')\n",
            "trainer = Trainer(max_epochs=3, logger=MLFlowLogger())\n",
            (),
        ),
        (PLAIN, "trainer = Trainer(logger=\n", ()),
    ],
)
def test_a_logger_in_the_place_of_the_default_one_takes_its_folder(
    before: str, after: str, folders: tuple[str, ...]
) -> None:
    assert list_replaced({"train.py": before}, {"train.py": after}) == folders
