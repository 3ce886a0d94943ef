"""What a parameter might be in a search, held against what it may be in the study after a move."""

import ast
import math
import re
from collections.abc import Mapping, Sequence

from agents.gates.numbers import is_close
from agents.gates.program import parse_program
from agents.gates.wording import show_number
from sandbox.oracles.store import Range

LOG_SLACK = 0.02
"""Relative: `exp(-7)` may have been written as `0.0009`."""
SLACK = 0.01
"""Share of a range's width: `0` may have become `1e-6`."""
_WHOLE = re.compile(
    r"""\bint\(\s*(?:round\(\s*)?(?:\w+\s*\[\s*["'](\w+)["']\s*\]|([^\W\d]\w*))\s*\)"""
)
MOST_CHOICES = 2_000
"""More values than this are not counted out one by one."""


def find_space_problem(name: str, old: Range, new: Range, *, whole: bool = False) -> str:
    """Why a parameter's range is not the one that it had; empty if it is.

    `whole`: the original drew any number and took its integer part.
    """
    if old.kind == "choice" or new.kind == "choice":
        problem = _choice_problem(old, new)
    else:
        problem = _number_problem(old, new, whole=whole)
    if not problem:
        return ""
    return f"`{name[:80]}` was {show_range(old)}, and is {show_range(new)} now: {problem}."


def show_range(space: Range) -> str:
    """A range in a few words."""
    if space.kind == "choice":
        texts = [f"`{text[:40]}`" for text in space.choices[:8]]
        rest = len(space.choices) - len(texts) + space.nested
        more = ([f"{rest} more"] if texts else [f"{rest} choices"]) if rest else []
        return "one of " + ", ".join(texts + more)
    if math.isinf(space.high):
        return "any number"
    kind = "a whole number" if space.kind == "int" else "a number"
    step = f" in steps of {show_number(space.step)}" if space.step else ""
    log = ", logarithmic" if space.log else ""
    return f"{kind} from {show_number(space.low)} to {show_number(space.high)}{step}{log}"


def _choice_problem(old: Range, new: Range) -> str:
    mine, theirs = _list_values(old), _list_values(new)
    if mine is None or theirs is None:
        return "it is to be chosen from the same values"
    if len(mine) + old.nested != len(theirs) + new.nested:
        return f"{len(theirs) + new.nested} values instead of {len(mine) + old.nested}"
    missing = [one for one in mine if not any(_is_same(one, other) for other in theirs)]
    if old.nested or new.nested:
        # What no text can name was given a name or a place of its own.
        missing = missing[old.nested + new.nested :]
    return f"`{missing[0][:80]}` is not among them" if missing else ""


def _list_values(space: Range) -> Sequence[str] | None:
    """Every value as a text; None where there are too many."""
    if space.kind == "choice":
        return tuple(dict.fromkeys(space.choices))
    if not 1 <= space.size <= MOST_CHOICES or math.isinf(space.size):
        return None
    step = space.step or 1.0
    return tuple(show_number(space.low + step * place) for place in range(int(space.size)))


def _is_same(first: str, second: str) -> bool:
    if first == second:
        return True
    try:
        return is_close(float(first), float(second))
    except ValueError:
        return False


def _number_problem(old: Range, new: Range, *, whole: bool) -> str:
    if math.isinf(old.high) or math.isinf(old.low):
        # Optuna has no distribution without bounds: which ones serve is the author's choice.
        return ""
    if old.log != new.log:
        return "the other is drawn on a logarithmic scale"
    return _step_problem(old, new, whole=whole) or _bound_problem(old, new, whole=whole)


def _step_problem(old: Range, new: Range, *, whole: bool) -> str:
    mine = old.step or (1.0 if old.kind == "int" else 0.0)
    theirs = new.step or (1.0 if new.kind == "int" else 0.0)
    if whole and not mine and theirs == 1.0:
        return ""
    if old.log and mine:
        # Neither library steps evenly on such a scale: the number is rounded afterwards.
        return ""
    return "" if is_close(mine, theirs, 1e-6) else "the steps differ"


def _bound_problem(old: Range, new: Range, *, whole: bool) -> str:
    for what, mine, theirs in (("lower", old.low, new.low), ("upper", old.high, new.high)):
        if not is_close(mine, theirs, 0.0, _find_slack(old, mine, whole=whole)):
            return f"the {what} bound differs"
    return ""


def _find_slack(old: Range, bound: float, *, whole: bool) -> float:
    """How far a bound may lie from where it was."""
    # Hyperopt rounds to multiples of a step, Optuna counts steps from the lower bound.
    step = 0.999 * (old.step or 0.0) if old.kind == "float" else 0.0
    if whole and not old.step:
        step = 1.0
    if old.log:
        return max(step, LOG_SLACK * abs(bound))
    width = 0.0 if old.kind == "int" else SLACK * (old.high - old.low)
    return max(step, width, 1e-9)


def find_whole(files: Mapping[str, str]) -> frozenset[str]:
    """Names of parameters of which a program takes the integer part."""
    pattern = re.compile(
        r"\bint\(\s*(?:round\(\s*)?(?:\w+\s*\[\s*[\"'](\w+)[\"']\s*\]|([^\W\d]\w*))\s*\)"
    )
    return frozenset(
        name for text in files.values() for found in pattern.findall(text) for name in found if name
    )


def find_aliases(files: Mapping[str, str]) -> Mapping[str, str]:
    """Label of a space -> the key under which a dictionary of spaces holds it."""
    found: dict[str, str] = {}
    for text in files.values():
        tree = parse_program(text)
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values, strict=True):
                    label = _first_text(value)
                    if isinstance(key, ast.Constant) and isinstance(key.value, str) and label:
                        found[label] = key.value
    return found


def _first_text(node: ast.expr) -> str:
    """The label of `hp.uniform("label", ...)`, also inside `scope.int(...)`."""
    while isinstance(node, ast.Call) and node.args:
        first = node.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            return first.value
        node = first
    return ""
