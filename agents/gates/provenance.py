"""Where a value comes from that only the candidate reads: out of a model, or made up."""

import ast
import builtins
from collections import Counter
from collections.abc import Iterator, Mapping

from agents.gates.program import find_imports, parse_program
from agents.gates.rebinding import find_models
from sandbox.witness.additions import AddedCall, name_of

_NEUTRAL = frozenset({0.5, 1.0, 2.0, 100.0})
"""Numbers that a measure is made with: thresholds, percentages."""
_TINY = 1e-5
_ANSWERING = frozenset({"predict", "predict_proba", "forward", "evaluate", "test", "validate"})
_MOST_NAMES = 200


def list_made_up(
    original: Mapping[str, str], files: Mapping[str, str], calls: frozenset[AddedCall]
) -> frozenset[AddedCall]:
    """Those of the added calls whose value is not what a model answered about the script's data.

    `torch.tensor(0.93).item()` is seen by the witness like any other. A measure is made of what a
    model is asked and of the script's own labels, and of no number that could be the result.
    """
    found = set()
    for file in {call.file for call in calls}:
        tree, before = parse_program(files.get(file, "")), parse_program(original.get(file, ""))
        if tree is None:
            continue
        source = Source(tree, before or ast.Module([], []))
        found |= {call for call in calls if call.file == file and not source.is_measured(call)}
    return frozenset(found)


class Source:
    """One file of the candidate beside the original's."""

    def __init__(self, tree: ast.Module, before: ast.Module) -> None:
        self._imports = find_imports(tree)
        self._own = {
            node.id
            for node in ast.walk(before)
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
        } | {node.arg for node in ast.walk(before) if isinstance(node, ast.arg)}
        self._functions = _list_functions(before)
        """Those of the original, and of the candidate's own those that return what is measured."""
        self._added = _list_functions(tree) - self._functions
        self._known = frozenset(self._functions)
        self._bound = _count_bindings(before), _count_bindings(tree)
        self._classes = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
        self.scopes: Mapping[ast.AST, list[ast.AST]] = dict(_read_scopes(tree))
        """Each function, and the file itself, with its own nodes."""
        # What the original's own model answered is no label: to agree with it is no accuracy.
        self._own -= _list_answers(before)
        for _ in range(2):
            self._functions |= {
                scope.name
                for scope in self.scopes
                if isinstance(scope, ast.FunctionDef)
                and scope.name in self._added
                and self._returns_measured(scope)
            }

    def is_measured(self, call: AddedCall) -> bool:
        """Tell whether what a call reads was answered by a model."""
        for scope, nodes in self.scopes.items():
            for node in nodes:
                if isinstance(node, ast.Call) and _is_call(node, call):
                    return self.judge(node, scope)
        return False

    def _returns_measured(self, scope: ast.FunctionDef) -> bool:
        returned = [node.value for node in self.scopes[scope] if isinstance(node, ast.Return)]
        return bool(returned) and all(value and self.judge(value, scope) for value in returned)

    def list_asked(self, node: ast.expr, scope: ast.AST) -> frozenset[str] | None:
        """Names of the models that an expression asks; None where the original's code asks."""
        names = {
            name_of(part.func.value if isinstance(part.func, ast.Attribute) else part.func)
            for part in self._unfold(node, self._list_fresh(scope))
            if isinstance(part, ast.Call) and self._asks(part)
        }
        return None if names & self._known else frozenset(names)

    def is_new(self, name: str) -> bool:
        """Tell whether the candidate binds a name where the original does not."""
        before, after = self._bound
        return after[name] > before[name]

    def judge(self, node: ast.expr, scope: ast.AST) -> bool:
        """Tell whether an expression in a scope comes to what a model answered."""
        parts = list(self._unfold(node, self._list_fresh(scope)))
        asked = [part for part in parts if self._asks(part)]
        own = self._own | _read_parameters(scope)
        data = any(isinstance(part, ast.Name) and part.id in own for part in parts)
        whole = any(
            isinstance(part, ast.Call) and name_of(part.func) in self._functions | _ANSWERING
            for part in asked
        )
        return bool(asked) and (whole or data) and not any(map(_is_made_up, parts))

    def _list_fresh(self, scope: ast.AST) -> Mapping[str, list[ast.expr]]:
        bound = _read_bindings(self.scopes[scope])
        return {name: values for name, values in bound.items() if name not in self._own}

    def _asks(self, node: ast.AST) -> bool:
        """A call of an object, of one of the script's functions, or of `model.predict`."""
        match node:
            case ast.Call(func=ast.Name(id=name)):
                known = self._classes | self._imports.keys() | (self._added - self._functions)
                return name not in known and not hasattr(builtins, name)
            case ast.Call(func=ast.Attribute(attr=name, value=ast.Name(id=owner))):
                return owner == "self" or (name in _ANSWERING and owner not in self._imports)
        return False

    def _unfold(self, node: ast.expr, bound: Mapping[str, list[ast.expr]]) -> Iterator[ast.AST]:
        """An expression and what the names in it are bound to, up to where a model is asked."""
        waiting: list[ast.AST] = [node]
        told: set[str] = set()
        while waiting:
            part = waiting.pop()
            yield part
            if self._asks(part):
                continue
            waiting.extend(ast.iter_child_nodes(part))
            if isinstance(part, ast.Name) and part.id not in told and len(told) < _MOST_NAMES:
                told.add(part.id)
                waiting.extend(bound.get(part.id, ()))


def _count_bindings(tree: ast.Module) -> Counter[str]:
    stored = Counter(
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    )
    stored.update(node.arg for node in ast.walk(tree) if isinstance(node, ast.arg))
    return stored


def _list_functions(tree: ast.Module) -> set[str]:
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _list_answers(tree: ast.Module) -> set[str]:
    """Names that are bound to what a model answered."""
    models = find_models(tree)
    return {
        name
        for _, nodes in _read_scopes(tree)
        for name, values in _read_bindings(nodes).items()
        for value in values
        for part in ast.walk(value)
        if isinstance(part, ast.Call) and name_of(part.func) in models
    }


def _read_parameters(scope: ast.AST) -> set[str]:
    if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
        return set()
    return {item.arg for item in ast.walk(scope.args) if isinstance(item, ast.arg)}


def _is_call(node: ast.Call, call: AddedCall) -> bool:
    last = node.end_lineno or node.lineno
    return (node.lineno, last, name_of(node.func)) == (call.first, call.last, call.name)


def _is_made_up(node: ast.AST) -> bool:
    """A number that a result could be written with."""
    match node:
        case ast.Constant(value=float(value)):
            return value not in _NEUTRAL and value != 0 and abs(value) > _TINY
        case ast.BinOp(left=left, right=right, op=op):
            return not isinstance(op, ast.MatMult) and any(
                isinstance(side, ast.Constant)
                and isinstance(side.value, int | float)
                and side.value not in _NEUTRAL
                and not 0 < abs(side.value) <= _TINY
                for side in (left, right)
            )
    return False


def _read_scopes(tree: ast.Module) -> Iterator[tuple[ast.AST, list[ast.AST]]]:
    """Each function with its own nodes, those of functions inside it left out."""

    def visit(node: ast.AST, own: list[ast.AST]) -> Iterator[tuple[ast.AST, list[ast.AST]]]:
        for child in ast.iter_child_nodes(node):
            own.append(child)
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                inner: list[ast.AST] = []
                yield from visit(child, inner)
                yield child, inner
            else:
                yield from visit(child, own)

    nodes: list[ast.AST] = []
    yield from visit(tree, nodes)
    yield tree, nodes


def _read_bindings(nodes: list[ast.AST]) -> Mapping[str, list[ast.expr]]:
    """Name -> everything it is bound to in these statements."""
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        match node:
            case ast.Assign(targets=targets, value=value):
                pairs = [(target, value) for target in targets]
            case (
                ast.AugAssign(target=target, value=value)
                | ast.NamedExpr(target=target, value=value)
            ):
                pairs = [(target, value)]
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                pairs = [(target, value)]
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                pairs = [(target, value)]
            case _:
                continue
        for target, value in pairs:
            for name in ast.walk(target):
                if isinstance(name, ast.Name) and not isinstance(name.ctx, ast.Load):
                    found.setdefault(name.id, []).append(value)
    return found
