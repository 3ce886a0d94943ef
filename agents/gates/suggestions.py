"""What a program does with the values that a trial suggests: a tuned parameter must be used."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agents.gates.program import parse_program

_NOTING = frozenset(
    {"print", "set_user_attr", "set_system_attr", "log", "info", "debug", "warning", "write"}
    | {"log_param", "log_params", "log_metric", "format", "str", "repr", "report"}
)
"""Calls that only say what a value is."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One call of `trial.suggest_...`."""

    name: str
    """The parameter's; empty where it is computed."""
    line: int


def find_idle(files: Mapping[str, str]) -> tuple[str, Suggestion] | None:
    """The first suggested value that is thrown away or written over, with its file."""
    for file, text in sorted(files.items()):
        tree = parse_program(text)
        if tree is None or "suggest_" not in text:
            continue
        for scope in _list_scopes(tree):
            if idle := _find_idle_in(scope, tree):
                return file, idle
    return None


def _list_scopes(tree: ast.Module) -> Iterator[ast.AST]:
    yield tree
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _find_idle_in(scope: ast.AST, tree: ast.Module) -> Suggestion | None:
    for statement in _own_statements(scope):
        match statement:
            case ast.Expr(value=value) if found := _suggestion(value):
                return found
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if found := _held(value):
                if not _is_used(name, scope, statement) or _is_replaced(name, scope, statement):
                    return found
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=value) if found := _held(
                value
            ):
                reads = [
                    node
                    for node in ast.walk(tree)
                    if isinstance(node, ast.Attribute) and node.attr == name
                ]
                if not any(isinstance(node.ctx, ast.Load) for node in reads):
                    return found
            case _:
                pass
    return None


def _own_statements(scope: ast.AST) -> Iterator[ast.stmt]:
    """Statements of one function, those of functions inside it left out."""
    stack: list[ast.AST] = list(ast.iter_child_nodes(scope))
    while stack:
        node = stack.pop(0)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.stmt):
            yield node
        stack += ast.iter_child_nodes(node)


def _suggestion(node: ast.AST) -> Suggestion | None:
    match node:
        case ast.Call(func=ast.Attribute(attr=attr), args=args, keywords=keywords) if (
            attr.startswith("suggest_")
        ):
            first = [*args, *(keyword.value for keyword in keywords if keyword.arg == "name")]
            named = first[0] if first else None
            text = named.value if isinstance(named, ast.Constant) else ""
            return Suggestion(text if isinstance(text, str) else "", node.lineno)
    return None


def _held(value: ast.expr) -> Suggestion | None:
    """A suggestion anywhere in what is assigned: alone, in a dictionary, in a call."""
    for node in ast.walk(value):
        if found := _suggestion(node):
            return found
    return None


def _is_used(name: str, scope: ast.AST, statement: ast.stmt) -> bool:
    noted = {
        id(part)
        for node in ast.walk(scope)
        if isinstance(node, ast.Call) and _called(node.func) in _NOTING
        for part in ast.walk(node)
    }
    inside = {id(part) for part in ast.walk(statement)}
    return any(
        isinstance(node, ast.Name)
        and node.id == name
        and isinstance(node.ctx, ast.Load)
        and id(node) not in noted
        and id(node) not in inside
        for node in ast.walk(scope)
    )


def _is_replaced(name: str, scope: ast.AST, statement: ast.stmt) -> bool:
    """Written over by something else before anything reads it."""
    for other in sorted(_own_statements(scope), key=lambda node: node.lineno):
        if other.lineno <= statement.lineno:
            continue
        loads = any(
            isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
            for node in ast.walk(other)
        )
        if loads:
            return False
        match other:
            case ast.Assign(targets=[ast.Name(id=bound)]) if bound == name:
                return True
    return False


def _called(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def list_names(files: Mapping[str, str]) -> frozenset[str]:
    """Names of every parameter that a program suggests, whether or not a run came by."""
    trees = [tree for text in files.values() if (tree := parse_program(text)) is not None]
    found = (_suggestion(node) for tree in trees for node in ast.walk(tree))
    return frozenset(one.name for one in found if one and one.name)
