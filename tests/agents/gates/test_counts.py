"""Whole numbers read from the script's own objects are no constants."""

import pytest

from agents.gates.counts import find_read_counts, is_read_count
from agents.gates.matching import Match
from agents.gates.numbers import Vouch
from tests.agents.gates.exhibits import see

BEFORE = """\
booster = train(params)
result = {"best_round": booster.best_iteration}
print(booster)
"""


def read(*lines: str) -> dict[str, str]:
    after = "import mlflow\n" + BEFORE + "\n".join(lines)
    return dict(find_read_counts({"train.py": BEFORE}, {"train.py": after}))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('mlflow.log_metric("best", booster.best_iteration)', {"best": "best_iteration"}),
        ('mlflow.log_metric("best", float(booster.best_iteration))', {"best": "best_iteration"}),
        ('mlflow.log_metrics({"best": result["best_round"]})', {"best": "best_round"}),
        ('run.log(metrics={"best": booster.best_iteration_})', {"best": "best_iteration_"}),
        ('log_metric("best", booster.inner[0].rounds)', {"best": "rounds"}),
        ('mlflow.log_metric("best", 3)', {}),
        ('mlflow.log_metric("best", booster)', {}),
        ('mlflow.log_metric("best", 3 + 0 * booster.best_iteration)', {}),
        ('mlflow.log_metric("best", made_up.best_iteration)', {}),
        ('mlflow.log_metric("best", max(booster.best_iteration, 3))', {}),
        ('mlflow.log_metric("best", float(booster.best_iteration, 3))', {}),
        ('mlflow.log_param("best", booster.best_iteration)', {}),
    ],
)
def test_only_what_is_read_from_an_object_of_the_originals_counts(
    line: str, found: dict[str, str]
) -> None:
    assert read(line) == found


def test_a_key_that_is_logged_in_two_ways_is_doubtful() -> None:
    first = 'mlflow.log_metric("best", booster.best_iteration)'
    assert read(first, 'mlflow.log_metric("best", 3)') == {}
    assert read(first, 'mlflow.log_metric("best", booster.stopped)') == {}
    assert read(first, first) == {"best": "best_iteration"}


def test_a_file_that_is_new_has_nothing_of_the_originals() -> None:
    assert find_read_counts({}, {"new.py": 'log_metric("best", booster.best)'}) == {}


@pytest.mark.parametrize(
    ("value", "label", "integral", "source", "told"),
    [
        (3, "best_iteration", True, "library", True),
        (3, "best_iteration_", True, "library", True),
        (3, "stopped_iteration", True, "library", False),
        (3, "best_iteration", False, "library", False),
        (3, "best_iteration", True, "expression", False),
        (3.5, "best_iteration", True, "library", False),
    ],
)
def test_the_library_must_hand_out_the_number_under_that_name(
    value: float, label: str, integral: bool, source: str, told: bool
) -> None:
    seen = see(value, label=label, integral=integral, source=source)
    match = Match(value, (Vouch(value, "value", seen),))
    assert is_read_count(match, "best_iteration") is told


def test_what_was_read_from_nothing_is_not_what_has_no_name() -> None:
    seen = see(3, label="", integral=True)
    assert not is_read_count(Match(3, (Vouch(3, "value", seen),)), "")
