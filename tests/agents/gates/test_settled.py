"""What an original settles on by name, and what a trial's value is held against."""

import math
from dataclasses import replace

import pytest

from agents.gates.settled import Value, is_among, is_within, read_settled
from sandbox.oracles.store import Range
from tests.agents.gates.exhibits import ENTRY, digits


def settled(text: str, **files: str) -> dict[str, tuple[Value, ...]]:
    more = {f"{name}.py": content for name, content in files.items()}
    return dict(read_settled(replace(digits(), before={ENTRY: text, **more})))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("C = 1", {"c": (1.0,)}),
        ("f(lr=0.1)", {"lr": (0.1,)}),
        ("lr = -0.1", {"lr": (-0.1,)}),
        ("f(kernel='rbf')", {"kernel": ("rbf",)}),
        ("f(deep=True)", {"deep": ("True",)}),
        ("f(seed=None)", {"seed": ("None",)}),
        ("f(C=1)\nf(C=2)", {"c": (1.0, 2.0)}),
        ("x = f()", {}),
        ("f(C=1)\nf(C=x)", {}),
        ("f(C=x)\nf(C=1)", {}),
        ("f(C=-x)", {}),
        ("f(C=-'a')", {}),
        ("f(C=not 1)", {}),
        ("p.add_argument('--n-trees', default=3)", {"default": (3.0,)}),
        ("trees = 5\np.add_argument('--trees')", {}),
        ("trees = 5\n@click.option('-t', '--trees', 3)\ndef f(): pass", {}),
        ("trees = 5\np.other('--trees')", {"trees": (5.0,)}),
        ("trees = 5\noption('--trees')", {"trees": (5.0,)}),
        ("def (", {}),
    ],
)
def test_a_name_is_settled_where_only_constants_are_given_to_it(
    text: str, found: dict[str, tuple[Value, ...]]
) -> None:
    assert settled(text) == found


def test_only_files_that_the_script_reaches_are_read() -> None:
    assert settled("import a\n", a="C = 1\n", b="gamma = 2\n") == {"c": (1.0,)}


@pytest.mark.parametrize(
    ("value", "values", "among"),
    [
        (1.0, (2.0, 1.0), True),
        (1.0, (1.000001,), True),
        (1.0, (1.1,), False),
        ("32", (32.0,), True),
        ("rbf", ("poly", "rbf"), True),
        ("rbf", (1.0,), False),
        (1.0, ("rbf",), False),
        (1.0, (), False),
    ],
)
def test_a_number_chosen_from_a_list_is_a_text_there(
    value: Value, values: tuple[Value, ...], among: bool
) -> None:
    assert is_among(value, values) is among


WIDE = Range("float", low=-1000.0, high=2000.0)


@pytest.mark.parametrize(
    ("value", "space", "within"),
    [
        ("rbf", Range("choice", choices=("rbf", "poly")), True),
        ("16", Range("choice", choices=("8", "16")), True),
        (16.0, Range("choice", choices=("8", "16")), True),
        ("sigmoid", Range("choice", choices=("rbf", "poly")), False),
        (0.1, Range("float", low=0.1, high=1.0), True),
        (1.0, Range("float", low=0.1, high=1.0), True),
        (1.0 + 5e-10, Range("float", low=0.1, high=1.0), True),
        (0.1 - 5e-10, Range("float", low=0.1, high=1.0), True),
        (1.0 + 2e-9, Range("float", low=0.1, high=1.0), False),
        (0.1 - 2e-9, Range("float", low=0.1, high=1.0), False),
        (2000.0 + 1.9e-6, WIDE, True),
        (2000.0 + 2.1e-6, WIDE, False),
        (-1000.0 - 1.9e-6, WIDE, True),
        (-1000.0 - 2.1e-6, WIDE, False),
        (-3000.0 - 2.9e-6, replace(WIDE, low=-3000.0), True),
        ("rbf", WIDE, False),
        (math.nan, WIDE, False),
    ],
)
def test_a_range_has_its_bounds_in_it_and_hardly_more(
    value: Value, space: Range, within: bool
) -> None:
    assert is_within(value, space) is within
