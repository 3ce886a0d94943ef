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


@dataclass(frozen=True, slots=True)
class _Call:
    scope: str
    node: ast.Call

    @property
    def text(self) -> str:
        return f"{self.scope}:{ast.unparse(self.node)}"


def find_added_calls(original: Mapping[str, str], files: Mapping[str, str]) -> frozenset[AddedCall]:
    """The calls of `files` that `original` (both path -> text) does not have.

    What a library hands back to one of these is the candidate's own making: a number put into a
    tensor and read back is seen by the witness like any other, and even follows the nudge.
    Files that do not parse have none.
    """
    found = set()
    for path, text in files.items():
        known = {call.text for call in _read_calls(original.get(path, ""))}
        for call in _read_calls(text):
            if call.text not in known:
                node = call.node
                last = node.end_lineno or node.lineno
                found.add(AddedCall(path, node.lineno, last, _name_of(node.func)))
    return frozenset(found)


def _read_calls(text: str) -> Iterator[_Call]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    yield from _walk(tree, "")


def _walk(node: ast.AST, scope: str) -> Iterator[_Call]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        scope = f"{scope}.{node.name}"
    if isinstance(node, ast.Call):
        yield _Call(scope, node)
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, scope)


def _name_of(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
