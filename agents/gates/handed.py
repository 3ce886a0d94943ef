"""What a search hands to a program: names that hold it, and the parts of statements made of it."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.gates.program import resolve_name

PLAIN_CALLS = frozenset(
    {"abs", "bool", "dict", "enumerate", "float", "int", "items", "iter", "len", "list", "map"}
    | {"max", "min", "next", "range", "reversed", "round", "set", "sorted", "str", "sum", "tuple"}
    | {"zip", "vars", "keys", "values", "copy", "pop", "get"}
)
"""Calls that only read or lay out what they are given."""

_RESULT = frozenset({"loss", "status"})
"""What Hyperopt wants to find in the dictionary of a result."""


@dataclass(frozen=True, slots=True)
class Handed:
    """Names that hold what a component makes, and how it is imported."""

    imports: Mapping[str, str]
    """Only those of the component."""
    names: frozenset[str] = frozenset()

    def holds(self, node: ast.expr) -> bool:
        """The component itself, something it made, or a part of that."""
        while True:
            if resolve_name(node, self.imports):
                return True
            match node:
                case ast.Dict(keys=keys) if _is_result(keys):
                    return True
                case ast.Name(id=name):
                    return name in self.names
                case ast.Attribute(value=inner, attr=name):
                    if f".{name}" in self.names:
                        return True
                    node = inner
                case ast.Subscript(value=inner, slice=index):
                    # What it chose from, by its place in a list, is its own as well.
                    if self.holds(index):
                        return True
                    node = inner
                case ast.Call(func=inner):
                    node = inner
                case ast.Starred(value=inner):
                    node = inner
                case _:
                    return False

    def shows(self, node: ast.expr) -> bool:
        """Held, or only laid out anew: `{**best}`, `dict(best)`, `[t for t in trials]`, `-loss`."""
        return self.holds(node) or any(self.shows(part) for part in _list_laid_out(node))


def _list_laid_out(node: ast.expr) -> Sequence[ast.expr]:
    """What an expression takes its content from, where it does no more than lay it out."""
    found: Sequence[ast.expr] = ()
    match node:
        case ast.Dict(keys=keys, values=values):
            found = [*values, *(key for key in keys if key)]
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            found = parts
        case ast.ListComp(generators=loops) | ast.DictComp(generators=loops):
            found = [loop.iter for loop in loops]
        case ast.SetComp(generators=loops) | ast.GeneratorExp(generators=loops):
            found = [loop.iter for loop in loops]
        case ast.Call(func=ast.Name(id=name), args=parts) if name in PLAIN_CALLS:
            found = parts
        case ast.UnaryOp(operand=part):
            found = [part]
        case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
            found = [left, right]
    return found


def _is_result(keys: Sequence[ast.expr | None]) -> bool:
    return {key.value for key in keys if isinstance(key, ast.Constant)} >= _RESULT


def follow_names(tree: ast.AST, handed: Handed) -> Handed:
    """The same with every name that is given something of it, at once or by way of others."""
    names = set(handed.names)
    bindings = list(_list_bindings(tree))
    while True:
        known = Handed(handed.imports, frozenset(names))
        found = {
            name
            for target, value in bindings
            if known.shows(value)
            for name in list_targets(target)
        }
        if found <= names:
            return known
        names |= found


def _list_bindings(tree: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value):
                yield from ((target, value) for target in targets)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                yield target, value
            case ast.AugAssign(target=target, value=value):
                yield target, value
            case ast.NamedExpr(target=target, value=value):
                yield target, value
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                yield target, value
            case ast.withitem(context_expr=value, optional_vars=target) if target is not None:
                yield target, value
            case _:
                pass


def list_targets(target: ast.expr) -> Iterator[str]:
    """Names that an assignment binds: `a, b` binds two, `self.best` binds `.best`."""
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Attribute(attr=name):
            yield f".{name}"
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from list_targets(part)
        case ast.Starred(value=value):
            yield from list_targets(value)


def list_own(node: ast.AST, handed: Handed) -> Iterator[ast.AST]:
    """Every part of a piece of syntax that is not made of what was handed over.

    Functions without a name that were handed in are parts of their own.
    """
    if isinstance(node, ast.expr) and handed.holds(node):
        for inner in ast.walk(node):
            if isinstance(inner, ast.Lambda):
                bound = frozenset(one.arg for one in inner.args.args)
                yield from list_own(inner.body, Handed(handed.imports, handed.names | bound))
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from list_own(child, handed)
