"""Calls that a rewritten program has and its original has not, wherever they moved.

Where a request has statements moved into functions and values give way to suggested ones, the
text of a function says nothing. What counts as the original's own is a call of the same shape:
a number or a text in it, or a name that the original does not know, may stand for another value.
"""

import ast
from collections import defaultdict
from collections.abc import Mapping, Sequence

from sandbox.witness.additions import AddedCall, name_of, parse_quietly

Bindings = Mapping[str, Sequence[ast.expr]]
"""New name -> what is assigned to it."""


def find_remade_calls(
    original: Mapping[str, str], files: Mapping[str, str]
) -> frozenset[AddedCall]:
    """The calls of `files` whose like `original` (both path -> text) does not have anywhere."""
    before = [tree for text in original.values() if (tree := parse_quietly(text))]
    names = frozenset(_list_names(before))
    shapes: dict[str, list[ast.Call]] = defaultdict(list)
    for tree in before:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                shapes[name_of(node.func)].append(node)
    found = set()
    for path, text in files.items():
        tree = parse_quietly(text)
        if tree is None or text == original.get(path):
            continue
        match = _Match(names, _read_bindings(tree, names))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = name_of(node.func)
                if not any(match.resembles(shape, node) for shape in shapes[name]):
                    last = node.end_lineno or node.lineno
                    found.add(AddedCall(path, node.lineno, last, name))
    return frozenset(found)


def _list_names(trees: Sequence[ast.Module]) -> set[str]:
    names: set[str] = set()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                names.add(node.id)
            elif isinstance(node, ast.arg):
                names.add(node.arg)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                names.add(node.name)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                names.update(alias.asname or alias.name.split(".", 1)[0] for alias in node.names)
    return names


def _read_bindings(tree: ast.Module, names: frozenset[str]) -> Bindings:
    found: dict[str, list[ast.expr]] = defaultdict(list)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id not in names:
                    found[target.id].append(node.value)
    return found


class _Match:
    """Compares expressions of the original with those of one rewritten file."""

    def __init__(self, names: frozenset[str], bindings: Bindings) -> None:
        self._names = names
        self._bindings = bindings

    def resembles(self, old: ast.AST, new: ast.AST, depth: int = 0) -> bool:
        """The same expression but for values that were given names, or other values."""
        if depth > 40:
            return False
        if isinstance(old, ast.expr) and isinstance(new, ast.expr) and self._is_free(new):
            return self._may_stand_for(new, old, depth)
        if type(old) is not type(new):
            return False
        if isinstance(old, ast.Call) and isinstance(new, ast.Call):
            return self._resembling_calls(old, new, depth)
        return isinstance(old, ast.Constant) or all(
            self._resembling_fields(mine, getattr(new, field, None), depth)
            for field, mine in ast.iter_fields(old)
            if field not in ("ctx", "type_comment")
        )

    def _may_stand_for(self, new: ast.expr, old: ast.expr, depth: int) -> bool:
        if isinstance(old, ast.Constant | ast.Name | ast.Attribute | ast.Subscript):
            return True
        # A name for a part of the expression must have been given that part.
        given = self._bindings.get(new.id, ()) if isinstance(new, ast.Name) else ()
        return any(self.resembles(old, value, depth + 1) for value in given)

    def _resembling_calls(self, old: ast.Call, new: ast.Call, depth: int) -> bool:
        if not self.resembles(old.func, new.func, depth + 1) or len(old.args) != len(new.args):
            return False
        pairs = list(zip(old.args, new.args, strict=True))
        theirs = {keyword.arg: keyword.value for keyword in new.keywords}
        for keyword in old.keywords:
            if keyword.arg in theirs:
                pairs.append((keyword.value, theirs[keyword.arg]))
        return all(self.resembles(mine, other, depth + 1) for mine, other in pairs)

    def _resembling_fields(self, old: object, new: object, depth: int) -> bool:
        if isinstance(old, ast.AST) and isinstance(new, ast.AST):
            return self.resembles(old, new, depth + 1)
        if isinstance(old, list) and isinstance(new, list):
            return len(old) == len(new) and all(
                self._resembling_fields(mine, other, depth)
                for mine, other in zip(old, new, strict=True)
            )
        return old == new

    def _is_free(self, node: ast.expr) -> bool:
        """Stands for a value of the rewritten program's own: `lr`, `params["lr"]`, a suggestion."""
        match node:
            case ast.Name(id=name):
                return name not in self._names
            case ast.Attribute(value=held) | ast.Subscript(value=held):
                return self._is_free(held)
            case ast.Call(func=ast.Attribute(value=held, attr=name)):
                return name.startswith("suggest_") and self._is_free(held)
        return False
