"""A line that calls another trial's value the best is told; other numbers are none of it."""

from dataclasses import replace

import pytest

from agents.gates.reported import find_false_best
from sandbox.oracles.store import Study, StudyTrial
from tests.agents.gates.exhibits import digits, finish

SCORES = (0.8123, 0.9017, 0.7922)


def study(*scores: float | None, direction: str = "maximize", state: str = "COMPLETE") -> Study:
    trials = tuple(
        StudyTrial(number, state, {}, () if score is None else (score,))
        for number, score in enumerate(scores)
    )
    return Study("s", (direction,) if direction else (), trials)


def told(line: str, *studies: Study) -> str:
    exhibit = digits()
    observed = replace(exhibit.observed, attempt=finish(f"start\n{line}\nend\n"))
    return find_false_best(replace(exhibit, observed=observed), studies or (study(*SCORES),))


def false(line: str, wrong: str, best: str) -> str:
    return f"The script prints {wrong} as its best (`{line}`); the best of the trials is {best}."


@pytest.mark.parametrize(
    "line",
    [
        "best 0.8123",
        "Best accuracy: 0.812",
        "optimal=0.81230",
        "the optimum is -0.8123",
        "  winner 0.8123",
        "best error 0.188",
        "BEST\t8.123e-1 or 0.812",
    ],
)
def test_another_trial_called_the_best_is_told(line: str) -> None:
    assert told(line) == false(line.strip(), "0.8123", "0.9017")


@pytest.mark.parametrize(
    "line",
    [
        "best 0.9017",
        "best 0.902 of 0.8123",
        "best loss -0.9017",
        "best error 0.0983",
        "best C 0.333",
        "best 0.81",
        "best 1",
        "score 0.8123",
        "bestial 0.8123",
        "best v0.8123",
        "best 0.8123.1",
        "best 0.8123x",
        "best 0.8129",
    ],
)
def test_the_best_itself_and_other_numbers_are_none_of_it(line: str) -> None:
    assert told(line) == ""


def test_the_best_is_the_least_where_it_is_to_be_minimized() -> None:
    least = study(*SCORES, direction="minimize")
    assert told("best 0.7922", least) == ""
    assert told("best 0.9017", least) == false("best 0.9017", "0.9017", "0.7922")


def test_every_study_has_a_best_of_its_own() -> None:
    two = (study(0.1234, 0.5432), study(*SCORES))
    assert told("best 0.9017", *two) == told("best 0.5432", *two) == ""
    assert told("best 0.1234", *two) == false("best 0.1234", "0.1234", "0.5432")


@pytest.mark.parametrize(
    "other",
    [
        study(*SCORES, direction=""),
        replace(study(*SCORES), directions=("maximize", "minimize")),
        study(*SCORES, state="FAIL"),
        study(None),
        study(),
    ],
)
def test_a_study_without_one_best_tells_nothing(other: Study) -> None:
    assert told("best 0.8123", other) == ""


def test_trials_without_a_value_or_an_endless_one_hide_no_other() -> None:
    mixed = study(None, float("inf"), *SCORES, direction="minimize")
    assert told("best 0.8123", mixed) == false("best 0.8123", "0.8123", "0.7922")


def test_a_long_line_is_shown_in_part_and_later_lines_are_read() -> None:
    line = "best 0.8123 " + "x" * 200
    assert told(f"best C 0.333\nbest 0.9017\n{line}") == false(line[:120], "0.8123", "0.9017")
