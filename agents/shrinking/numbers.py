"""Where a number stands in a line of Python, what it is, and how a smaller one is written."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

LARGEST = 10**15
LARGEST_POWER = 15
LARGEST_ROOT = 1024
"""Arithmetic in a text must not take time of its own."""

_CONVERSIONS = frozenset({"int", "float"})
_DECLARED = frozenset({"field", "Field", "Option", "Argument", "XField", "hp"})
_FROM_OUTSIDE = frozenset({"getenv", "get"})


@dataclass(frozen=True, slots=True)
class Spelling:
    """A number as it is written: one piece of one line."""

    line: int
    """1-based."""
    start: int
    end: int
    """Bytes of the line, as Python counts columns."""
    value: int
    form: str
    """`int`, `float`, or the quote of a text: the smaller number is written in the same form."""

    def write(self, number: int) -> str:
        """Write another number in the same form."""
        if self.form == "int":
            return str(number)
        return f"{number}.0" if self.form == "float" else f"{self.form}{number}{self.form}"


def read_numbers(node: ast.expr | None) -> Iterator[Spelling]:
    """The numbers that an expression may come to: literal, computed, converted, or a default."""
    if node is None or node.lineno != node.end_lineno:
        # An expression over several lines is left alone, all but the plain parts of it.
        if isinstance(node, ast.Call | ast.IfExp):
            yield from _read_inside(node)
        return
    value = compute(node)
    if value is not None and float(value).is_integer() and 0 < value <= LARGEST:
        form = "float" if isinstance(value, float) else "int"
        yield _spell(node, int(value), form)
    elif isinstance(node, ast.Call | ast.IfExp):
        yield from _read_inside(node)


def _read_inside(node: ast.Call | ast.IfExp) -> Iterator[Spelling]:
    if isinstance(node, ast.IfExp):
        yield from read_numbers(node.body)
        yield from read_numbers(node.orelse)
        return
    name = called_name(node)
    if name in _CONVERSIONS and node.args:
        yield from read_numbers(node.args[0])
    elif name in _FROM_OUTSIDE and len(node.args) == 2:  # name and default
        yield from _read_default(node.args[1])
    elif name in _DECLARED:
        given = [word.value for word in node.keywords if word.arg == "default"] or node.args
        yield from read_numbers(given[0] if given else None)


def _read_default(node: ast.expr) -> Iterator[Spelling]:
    """The default of an environment variable is a text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if node.value.isdecimal() and node.lineno == node.end_lineno:
            wide = (node.end_col_offset or 0) - node.col_offset - len(node.value)
            if wide == 2:  # one quote on each side: no prefix, no triple quotes
                yield _spell(node, int(node.value), '"')
        return
    yield from read_numbers(node)


def _spell(node: ast.expr, value: int, form: str) -> Spelling:
    return Spelling(node.lineno, node.col_offset, node.end_col_offset or 0, value, form)


def compute(node: ast.expr) -> int | float | None:
    """What plain arithmetic on numbers comes to; None for anything else."""
    if isinstance(node, ast.Constant):
        plain = isinstance(node.value, int | float) and not isinstance(node.value, bool)
        return node.value if plain else None  # type: ignore[return-value]  # plain says so
    if not isinstance(node, ast.BinOp):
        return None
    left, right = compute(node.left), compute(node.right)
    if left is None or right is None or max(abs(left), abs(right)) > LARGEST:
        return None
    result: int | float | None = None
    match node.op:
        case ast.Add():
            result = left + right
        case ast.Sub():
            result = left - right
        case ast.Mult():
            result = left * right
        case ast.FloorDiv() if right:
            result = left // right
        case ast.Pow() if 0 <= right <= LARGEST_POWER and abs(left) <= LARGEST_ROOT:
            result = left**right
        case _:
            pass
    return result


def called_name(node: ast.Call) -> str:
    """The last name of what is called, or an empty string."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def name_of(node: ast.AST | None) -> str:
    """The last name of a plain name or attribute, or an empty string."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
