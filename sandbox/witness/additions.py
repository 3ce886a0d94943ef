"""Calls that a candidate has and its original has not, by the text of each function."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AddedCall:
    """A call that does not stand in the same function of the original."""

    file: str
    first: int
    """1-based first line of the call."""
    last: int
    name: str
    """The last part of what is called: `item`, `accuracy_score`."""


_READING = frozenset(("item", "float"))
"""Calls that only read the number out of a value: `loss.item()`, `float(loss)`."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """An expression in one function of one file."""

    scope: str
    node: ast.expr

    @property
    def text(self) -> str:
        return f"{self.scope}:{ast.unparse(self.node)}"

    def is_reading(self, known: frozenset[str]) -> bool:
        """Only reads a number out of something that stands in this function of the original."""
        match self.node:
            case ast.Call(func=ast.Attribute(value=held, attr=name), args=[], keywords=[]):
                pass
            case ast.Call(func=ast.Name(id=name), args=[held], keywords=[]):
                pass
            case _:
                return False
        return name in _READING and _Piece(self.scope, held).text in known


def find_added_calls(original: Mapping[str, str], files: Mapping[str, str]) -> frozenset[AddedCall]:
    """The calls of `files` that `original` (both path -> text) does not have.

    What a library hands back to one of these is the candidate's own making: a number put into a
    tensor and read back is seen by the witness like any other, and even follows the nudge.
    Reading a number out of a value of the original's own adds nothing. Files that do not parse
    have no calls.
    """
    found = set()
    for path, text in files.items():
        if text == original.get(path):
            continue
        known = frozenset(piece.text for piece in _read_pieces(original.get(path, "")))
        for piece in _read_pieces(text):
            node = piece.node
            if not isinstance(node, ast.Call) or piece.text in known or piece.is_reading(known):
                continue
            last = node.end_lineno or node.lineno
            found.add(AddedCall(path, node.lineno, last, name_of(node.func)))
    return frozenset(found)


def _read_pieces(text: str) -> Iterator[_Piece]:
    tree = parse_quietly(text)
    if tree is not None:
        yield from _walk(tree, "")


def parse_quietly(text: str) -> ast.Module | None:
    """The syntax tree of a file; None where it cannot be parsed."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _walk(node: ast.AST, scope: str) -> Iterator[_Piece]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        scope = f"{scope}.{node.name}"
    if isinstance(node, ast.expr):
        yield _Piece(scope, node)
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, scope)


def name_of(node: ast.expr) -> str:
    """The last part of what is called; empty for anything but a name or an attribute."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
