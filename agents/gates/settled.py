"""The values that an original settles on by name: what a tuned parameter was before."""

import ast
from collections import defaultdict
from collections.abc import Mapping

from agents.gates.exhibit import Exhibit
from agents.gates.numbers import is_close
from agents.gates.options import normalise_option
from agents.gates.parameters import list_given
from agents.gates.program import parse_program, reachable_files
from sandbox.oracles.store import Range

Value = float | str
"""A number, or any other constant as a text: `rbf`, `True`, `None`."""


def read_settled(exhibit: Exhibit) -> Mapping[str, tuple[Value, ...]]:
    """Name -> the constants given to it; names that are ever given anything else are left out."""
    reachable = reachable_files(exhibit.before, exhibit.entry)
    found: dict[str, list[Value | None]] = defaultdict(list)
    for file in reachable:
        tree = parse_program(exhibit.before[file])
        for node in ast.walk(tree) if tree else ():
            for name, value in list_given(node):
                found[normalise_option(name)].append(_constant(value))
            if isinstance(node, ast.Call):
                for name, default in _read_default(node):
                    found[name].append(default)
    settled: dict[str, tuple[Value, ...]] = {}
    for name, values in found.items():
        plain = tuple(value for value in values if value is not None)
        if len(plain) == len(values):
            settled[name] = plain
    return settled


def _read_default(node: ast.Call) -> list[tuple[str, Value | None]]:
    """An option may be given on the command line: what it is then is not known here."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in ("add_argument", "option"):
        return []
    names = [part.value for part in node.args if isinstance(part, ast.Constant)]
    return [(normalise_option(name), None) for name in names if isinstance(name, str)]


def _constant(value: ast.expr | None) -> Value | None:
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub):
        inner = _constant(value.operand)
        return -inner if isinstance(inner, float) else None
    if not isinstance(value, ast.Constant):
        return None
    if isinstance(value.value, bool) or not isinstance(value.value, int | float):
        return value.value if isinstance(value.value, str) else repr(value.value)
    return float(value.value)


def is_among(value: Value, values: tuple[Value, ...]) -> bool:
    """Whether a trial's value is one of these; a number chosen from a list is a text there."""
    return any(_is_equal(value, other) for other in values)


def _is_equal(first: Value, second: Value) -> bool:
    mine, theirs = _number(first), _number(second)
    if mine is not None and theirs is not None:
        return is_close(mine, theirs)
    return first == second


def _number(value: Value) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def is_within(value: Value, space: Range) -> bool:
    """Whether a parameter may take a value."""
    if space.kind == "choice":
        return is_among(value, space.choices)
    number = _number(value)
    slack = 1e-9 * max(1.0, abs(space.low), abs(space.high))
    return number is not None and space.low - slack <= number <= space.high + slack
