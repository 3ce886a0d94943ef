import pytest

from agents.records import Refusal
from agents.rules.catalogue import list_rules
from tests.agents.rules.samples import propose, read_sample, refuse

METRIC = "from sklearn.metrics import f1_score\nprint(f1_score(a, b))\n"
TWICE = """\
from sklearn.metrics import f1_score
def show(a, b):
    value = f1_score(a, b)
    print(value)
"""


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("import keras\n" + METRIC, "own-door"),
        ("import pytorch_lightning as pl\n" + METRIC, "own-door"),
        ("from transformers import Trainer\nTrainer(model=m).train()\n" + METRIC, "own-door"),
        ("import xgboost as xgb\nxgb.train({}, d)\n" + METRIC, "own-door"),
        ("import torch.distributed as dist\n" + METRIC, "distributed"),
        ("import wandb\n" + METRIC, "other-tracker"),
        ("import os\n" + METRIC + "os._exit(0)\n", "hard-exit"),
        ("async def go():\n    pass\n" + METRIC, "async"),
        ("mlflow = 3\n" + METRIC, "taken-name"),
        ("def broken(:\n", "syntax"),
        (TWICE + "show(a, b)\nshow(c, d)\n", "several-callers"),
        (TWICE, "unknown-caller"),
        (TWICE + "run(show)\n", "unknown-caller"),
        (TWICE + "@timed\ndef other():\n    show(1, 2)\nother()\n", "unknown-caller"),
        (TWICE + "for a in xs:\n    show(a, a)\n", "unnumbered-loop"),
        (TWICE + "for a in xs:\n    for b in xs:\n        show(a, b)\n", "nested-loops"),
        ("import argparse\np = argparse.ArgumentParser()\np.add_argument('--lr')\n"
         "main(p.parse_args())\n" + METRIC, "hidden-options"),
        ("print('nothing')\n", "no-metric"),
        ("", "no-metric"),
    ],
)  # fmt: skip
def test_what_the_rules_do_not_know_is_refused_by_name(text: str, rule: str) -> None:
    reasons = refuse(text)
    assert rule in {reason.rule for reason in reasons}
    assert {reason.rule for reason in reasons} <= {known.name for known in list_rules()}
    assert all(reason.reason.endswith(".") for reason in reasons)


def test_a_script_that_logs_already_is_told_so() -> None:
    answer = propose("import mlflow\nmlflow.start_run()\n" + METRIC)
    assert isinstance(answer, Refusal)
    assert answer.already
    assert answer.reasons[0].line == 2


def test_a_name_bound_anew_is_not_taken_for_the_import() -> None:
    refuse("from sklearn.metrics import f1_score\nf1_score = len\nprint(f1_score(a))\n")


def test_a_script_without_a_metric_is_refused() -> None:
    assert refuse(read_sample("no_metric"))[0].rule == "no-metric"
