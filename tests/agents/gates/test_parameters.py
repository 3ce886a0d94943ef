"""Logged parameters are held against the numbers that the script itself gives to their names."""

import pytest

from agents.gates.exhibit import Exhibit
from agents.gates.parameters import find_false_parameter
from tests.agents.gates.exhibits import ENTRY, digits, keep, restore, track

SCRIPT = """\
import argparse
from dataclasses import dataclass

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", default=5)
args = parser.parse_args()
LR = 0.1
MOMENTUM: float = 0.9
SHIFT = -2
LAYERS = [64, 32]
a = b = 7
self.depth = 3
WIDTH, HEIGHT = 4, 5
config = {"model__alpha": 0.5, "beta": 1}
STEPS = 10 * 10
rounds = 1
rounds += 1
model = fit(max_iter=200, tol=1e-3)


def f(size=8):
    for fold in range(3):
        pass
"""


def logged(name: str, value: str, script: str = SCRIPT) -> str:
    exhibit: Exhibit = restore(digits(), keep(track({"acc": [0.9]}, {"fine": "text", name: value})))
    files = {ENTRY: script, "unused.py": f"{name} = 123456\n"}
    return find_false_parameter(
        Exhibit(
            stage=exhibit.stage,
            entry=ENTRY,
            before=files,
            after=files,
            baselines=exhibit.baselines,
            observed=exhibit.observed,
            proof="cold",
        )
    )


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("lr", "0.5", "0.1"),
        ("LR", "0.5", "0.1"),
        ("train/lr", "0.5", "0.1"),
        ("momentum", "0.5", "0.9"),
        ("shift", "2", "-2"),
        ("layers", "16", "64, 32"),
        ("a", "8", "7"),
        ("b", "8", "7"),
        ("depth", "4", "3"),
        ("model__alpha", "0.6", "0.5"),
        ("alpha", "0.6", "0.5"),
        ("beta", "2", "1"),
        ("max_iter", "500", "200"),
        ("max-iter", "500", "200"),
        ("tol", "1", "0.001"),
    ],
)
def test_a_number_that_the_script_never_gives_is_false(name: str, value: str, shown: str) -> None:
    expected = f"The parameter `{name}` was logged as {value}; the script has {shown}."
    assert logged(name, value) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lr", "0.1"),
        ("lr", "1e-1"),
        ("shift", "-2"),
        ("layers", "32"),
        ("lr", "warm"),
        ("epochs", "99"),
        ("steps", "99"),
        ("rounds", "99"),
        ("size", "99"),
        ("fold", "99"),
        ("width", "99"),
        ("unheard_of", "99"),
    ],
)
def test_what_may_be_something_else_at_run_time_is_not_judged(name: str, value: str) -> None:
    assert logged(name, value) == ""


def test_a_name_given_several_numbers_may_be_logged_as_any_of_them() -> None:
    script = "fit(k=1)\nfit(k=2)\nfit(k=1)\n"
    assert logged("k", "2", script) == ""
    assert logged("k", "3", script).endswith("the script has 1, 2.")
    assert logged("k", "3", "def (") == ""
