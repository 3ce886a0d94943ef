"""Optuna's distributions and trials: as what they are read, and why some are none."""

import json
import math

import pytest

from sandbox.oracles.optuna_trials import (
    Draft,
    UnknownLayoutError,
    UnreadableError,
    parse_range,
    read_params,
    read_range,
    read_values,
    restore_param,
    show_choice,
)
from sandbox.oracles.store import Range, StudyTrial


def space(name: str, **attributes: object) -> dict[str, object]:
    return {"name": name, "attributes": attributes}


@pytest.mark.parametrize(
    ("found", "read"),
    [
        (
            space("FloatDistribution", low=0.1, high=2, log=True, step=None),
            Range("float", low=0.1, high=2.0, log=True),
        ),
        (
            space("FloatDistribution", low=0, high=1, log=False, step=0.25),
            Range("float", low=0.0, high=1.0, step=0.25),
        ),
        (space("FloatDistribution", low=0, high=1, log=1), Range("float", low=0.0, high=1.0)),
        (
            space("IntDistribution", low=1, high=9, log=False, step=2),
            Range("int", low=1.0, high=9.0, step=2.0),
        ),
        (
            space("CategoricalDistribution", choices=["rbf", 3, None, True]),
            Range("choice", choices=("rbf", "3", "None", "True")),
        ),
    ],
)
def test_a_distribution_is_read_as_it_is_written(found: object, read: Range) -> None:
    assert parse_range(found) == read
    assert read_range(json.dumps(found)) == read


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (space("FloatDistribution", low=0.1), "a parameter's range has no bounds"),
        (space("IntDistribution", high=1), "a parameter's range has no bounds"),
        (space("FloatDistribution", low="0", high=1), "a parameter's range has no bounds"),
        ({"name": "X" * 70}, f"the distribution {'X' * 60} is not known here"),
        (
            space("CategoricalDistribution"),
            "the distribution CategoricalDistribution is not known here",
        ),
        ([1], "a parameter has no distribution"),
        ({"name": 3}, "a parameter has no distribution"),
    ],
)
def test_what_is_no_distribution_has_its_sentence(found: object, reason: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        parse_range(found)
    assert str(caught.value) == reason
    assert caught.value.unknown is ("known here" in reason)
    assert isinstance(caught.value, UnknownLayoutError) is ("known here" in reason)


def test_a_distribution_that_is_no_json_has_its_sentence() -> None:
    with pytest.raises(UnreadableError) as caught:
        read_range("{")
    assert str(caught.value) == "a parameter's distribution is no JSON"


@pytest.mark.parametrize(
    ("choice", "shown"), [("rbf", "rbf"), (0.5, "0.5"), (None, "None"), ("x" * 201, "x" * 200)]
)
def test_a_choice_is_shown_as_people_write_it(choice: object, shown: str) -> None:
    assert show_choice(choice) == shown


KERNEL = Range("choice", choices=("rbf", "poly"))
C = Range("float", low=0.1, high=2.0)


@pytest.mark.parametrize(
    ("internal", "of", "restored"),
    [(1, KERNEL, "poly"), (0.0, KERNEL, "rbf"), (1, C, 1.0), (9, C, 9.0)],
)
def test_a_parameter_is_restored_from_its_number(
    internal: object, of: Range, restored: str | float
) -> None:
    found = restore_param("p", internal, of)
    assert found == restored
    assert type(found) is type(restored)


@pytest.mark.parametrize(
    ("internal", "of", "reason"),
    [
        ("1", C, f"the parameter {'p' * 60!r} is not a number"),
        (True, C, f"the parameter {'p' * 60!r} is not a number"),
        (None, KERNEL, f"the parameter {'p' * 60!r} is not a number"),
        (2, KERNEL, f"the parameter {'p' * 60!r} is none of its choices"),
        (-1, KERNEL, f"the parameter {'p' * 60!r} is none of its choices"),
        (math.nan, KERNEL, f"the parameter {'p' * 60!r} is none of its choices"),
        (math.inf, KERNEL, f"the parameter {'p' * 60!r} is none of its choices"),
    ],
)
def test_what_no_parameter_can_be_has_its_sentence(
    internal: object, of: Range, reason: str
) -> None:
    with pytest.raises(UnreadableError) as caught:
        restore_param("p" * 70, internal, of)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("values", "read"), [(None, ()), ([], ()), ([1, 0.5], (1.0, 0.5)), ([math.inf], (math.inf,))]
)
def test_values_are_numbers(values: object, read: tuple[float, ...]) -> None:
    assert read_values(values) == read


@pytest.mark.parametrize("values", [0.5, "0.5", [None], [0.5, "x"], [True], {}])
def test_values_that_are_none_have_their_sentence(values: object) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_values(values)
    assert str(caught.value) == "a trial's values are not numbers"


def test_a_draft_becomes_a_trial_with_all_it_was_given() -> None:
    draft = Draft(3, "COMPLETE", values=(0.5,), began=7, ended=9)
    read_params(draft, {"C": 1, "kernel": 0}, {"C": C, "kernel": KERNEL})
    assert draft.finish() == StudyTrial(
        number=3,
        state="COMPLETE",
        params={"C": 1.0, "kernel": "rbf"},
        values=(0.5,),
        ranges={"C": C, "kernel": KERNEL},
        began=7,
        ended=9,
    )
    assert (Draft(0, "FAIL").finish().began, Draft(0, "FAIL").finish().ended) == (-1, -1)


def test_a_parameter_without_a_distribution_has_its_sentence() -> None:
    with pytest.raises(UnreadableError) as caught:
        read_params(Draft(0, "RUNNING"), {"d" * 70: 1}, {"C": C})
    assert str(caught.value) == f"the parameter {'d' * 60!r} has no distribution"
