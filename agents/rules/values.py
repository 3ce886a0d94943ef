"""What an expression of the script is: one number, folds, an estimator, a search."""

from collections.abc import Iterable
from dataclasses import replace
from functools import singledispatchmethod

import libcst as cst

from agents.rules.arithmetic import read_numeric
from agents.rules.library import read_library
from agents.rules.meaning import (
    LITERAL,
    NUMBER,
    UNKNOWN,
    Meaning,
    agreeing_split,
    join_kinds,
    literal_of,
)
from agents.rules.script import Binding, Function, Script

_DEEP = 40
_PATIENCE = 3_000
_KEEPING = frozenset({"float", "double", "detach", "cpu", "numpy", "to", "clone", "squeeze"})
_STATISTICS = frozenset({"mean", "std", "min", "max", "sum", "median"})
_NAMED_KINDS = frozenset({"estimator", "search", "folds", "validation", "criterion", "frame"})
_FITTED = {
    "best_score_": "score",
    "oob_score_": "score",
    "inertia_": "inertia",
    "best_loss_": "loss",
}


class Reader:
    """Tells what expressions mean, from the script's own text alone."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self._known: dict[tuple[cst.CSTNode, Function | None], Meaning] = {}
        self._open: set[tuple[cst.CSTNode, Function | None]] = set()
        self._cut = 0
        self._work = 0
        libraries = ("sklearn", "xgboost", "lightgbm", "catboost")
        self._estimating = any(library in script.words for library in libraries) or any(
            f"import {library}" in script.module.code or f"from {library}" in script.module.code
            for library in libraries
        )

    def read(
        self, node: cst.BaseExpression | None, function: Function | None, depth: int = 0
    ) -> Meaning:
        """The meaning of an expression seen from inside a function."""
        if node is None:
            return UNKNOWN
        key = (node, function)
        if key in self._known:
            return self._known[key]
        if key in self._open:
            # A value made of itself (`total = total + x`): the rest of it decides.
            self._cut += 1
            return LITERAL
        self._work = self._work + 1 if self._open else 0
        if depth > _DEEP or self._work > _PATIENCE:
            self._cut += 1
            return UNKNOWN
        self._open.add(key)
        cut = self._cut
        meaning = self._read(node, function, depth + 1)
        self._open.discard(key)
        if cut == self._cut or not self._open:
            self._known[key] = meaning
        return meaning

    def returns(self, function: Function, depth: int = 0) -> Meaning:
        """What a function of the script hands back, where all its returns agree."""
        returned = self.script.returns.get(function, ())
        found = [self.read(statement.value, function, depth) for statement in returned]
        return found[0] if len(found) == 1 else join_kinds(found)

    def _join(
        self, nodes: Iterable[cst.BaseExpression], function: Function | None, depth: int
    ) -> Meaning:
        return join_kinds([self.read(node, function, depth) for node in nodes])

    @singledispatchmethod
    def _read(self, node: cst.BaseExpression, function: Function | None, depth: int) -> Meaning:
        if isinstance(node, cst.Integer | cst.Float):
            return LITERAL
        if isinstance(node, cst.BaseString):
            return Meaning("text")
        return UNKNOWN

    @_read.register
    def _read_name(self, node: cst.Name, function: Function | None, depth: int) -> Meaning:
        bound = self.script.bound(node.value, function)
        vague = any(b.how in ("parameter", "import", "define", "other") for b in bound)
        if not bound or vague or len(bound) > 12:
            return UNKNOWN
        at = self.script.spans[node].start.line if node in self.script.spans else 0
        last = self.script.latest(node.value, function, at)
        scope = self.script.scope_of(node.value, function)
        if last is not None and last.how in ("assign", "item"):
            meaning = self._read_binding(last, scope, depth)
            if meaning.kind in _NAMED_KINDS:
                return replace(meaning, subject=node.value)
        meanings = [self._read_binding(b, scope, depth) for b in bound]
        if last is not None and meanings[0].measured and len({m.key for m in meanings}) == 1:
            # One kind of measure all along: the latest says of what.
            return meanings[bound.index(last)]
        return meanings[0] if len(meanings) == 1 else join_kinds(meanings)

    def _read_binding(self, binding: Binding, scope: Function | None, depth: int) -> Meaning:
        meaning = self.read(binding.value, scope, depth)
        if binding.how == "item":
            several = meaning.kind == "several" and binding.index < len(meaning.items)
            return meaning.items[binding.index] if several else UNKNOWN
        if binding.how == "loop":
            return LITERAL if self._counts(binding) else UNKNOWN
        return NUMBER if binding.how == "update" and meaning.kind == "literal" else meaning

    def _counts(self, binding: Binding) -> bool:
        """The loop's variable is a whole number that counts rounds."""
        iterable = binding.value
        name = self.script.name_of(iterable.func) if isinstance(iterable, cst.Call) else ""
        return (name, binding.index) in (("range", -1), ("enumerate", 0))

    @_read.register
    def _read_unary(
        self, node: cst.UnaryOperation, function: Function | None, depth: int
    ) -> Meaning:
        inner = self.read(node.expression, function, depth)
        if inner.kind == "folds":
            return Meaning("array")
        return NUMBER if inner.kind == "number" else inner

    @_read.register
    def _read_binary(
        self, node: cst.BinaryOperation, function: Function | None, depth: int
    ) -> Meaning:
        left, right = (self.read(n, function, depth) for n in (node.left, node.right))
        if isinstance(node.operator, cst.Multiply) and LITERAL in (left, right):
            # A score in percent is still that score.
            scaled = left if left.measured else right
            if scaled.measured:
                return scaled
        if {left.kind, right.kind} & {"folds", "array"}:
            return Meaning("array")
        return join_kinds((left, right))

    @_read.register
    def _read_comparison(
        self, node: cst.Comparison, function: Function | None, depth: int
    ) -> Meaning:
        sides = (node.left, *(target.comparator for target in node.comparisons))
        kinds = {self.read(side, function, depth).kind for side in sides}
        return UNKNOWN if "frame" in kinds else Meaning("array")

    @_read.register
    def _read_tuple(self, node: cst.Tuple, function: Function | None, depth: int) -> Meaning:
        items = tuple(self.read(e.value, function, depth) for e in node.elements)
        return Meaning("several", items=items)

    @_read.register
    def _read_list(self, node: cst.List, function: Function | None, depth: int) -> Meaning:
        kinds = {self.read(e.value, function, depth).kind for e in node.elements}
        return Meaning("numbers") if kinds <= {"number", "literal"} else UNKNOWN

    @_read.register
    def _read_choice(self, node: cst.IfExp, function: Function | None, depth: int) -> Meaning:
        return (
            NUMBER
            if self._join((node.body, node.orelse), function, depth).kind
            in (
                "number",
                "literal",
            )
            else UNKNOWN
        )

    @_read.register
    def _read_attribute(
        self, node: cst.Attribute, function: Function | None, depth: int
    ) -> Meaning:
        owner, last = self.read(node.value, function, depth), node.attr.value
        if owner.kind == "search" and last == "best_estimator_":
            return Meaning("estimator", "score", "", owner.subject)
        if last in _FITTED and owner.kind in ("search", "estimator"):
            return Meaning("number", _FITTED[last], "", owner.subject)
        bound = self.script.bindings.get((None, self.script.text(node)), [])
        if len(bound) != 1:
            return UNKNOWN
        return self.read(bound[0].value, bound[0].scope, depth)

    @_read.register
    def _read_subscript(
        self, node: cst.Subscript, function: Function | None, depth: int
    ) -> Meaning:
        if isinstance(node.value, cst.Attribute) and node.value.attr.value == "shape":
            return LITERAL
        owner, at = self.read(node.value, function, depth), node.slice[0].slice
        if len(node.slice) != 1 or not isinstance(at, cst.Index):
            return Meaning("array") if owner.kind in ("folds", "array") else UNKNOWN
        name = literal_of(at.value)
        if owner.kind == "validation" and name.startswith(("test_", "train_")):
            return Meaning("folds", f"cv_{name}", "", owner.subject)
        if owner.kind == "several" and isinstance(at.value, cst.Integer):
            index = int(at.value.value)
            return owner.items[index] if index < len(owner.items) else UNKNOWN
        return NUMBER if owner.kind in ("folds", "numbers") and not name else UNKNOWN

    @_read.register
    def _read_call(self, call: cst.Call, function: Function | None, depth: int) -> Meaning:
        name = self.script.name_of(call.func)
        known = read_library(self.script, call, name) if name else None
        if known is None and name and call.args:
            given = [self.read(a.value, function, depth) for a in call.args]
            known = read_numeric(call, name, given)
        if known is None:
            known = Meaning("array") if name.startswith("numpy.") else None
        return known or self._read_own(call, function, depth)

    def _read_own(self, call: cst.Call, function: Function | None, depth: int) -> Meaning:
        target = self.script.defined(call, function)
        if target is not None:
            returned = self.returns(target, depth)
            given = [self.script.text(a.value) for a in call.args]
            subject = given[0] if given and isinstance(call.args[0].value, cst.Name) else ""
            split = agreeing_split(given) or returned.split
            items = tuple(
                replace(i, split=agreeing_split(given) or i.split, subject=subject or i.subject)
                for i in returned.items
            )
            return replace(returned, origin=target, split=split, subject=subject, items=items)
        if self.read(call.func, function, depth).kind == "criterion":
            return NUMBER
        if isinstance(call.func, cst.Attribute):
            return self._read_method(call, call.func, function, depth)
        return UNKNOWN

    def _read_method(
        self, call: cst.Call, func: cst.Attribute, function: Function | None, depth: int
    ) -> Meaning:
        method, owner = func.attr.value, self.read(func.value, function, depth)
        found = UNKNOWN
        if method == "item" and not call.args:
            found = NUMBER
        elif method == "size" and call.args:
            found = LITERAL
        elif method == "fit" and owner.kind in ("estimator", "search"):
            found = owner
        elif method == "score" and len(call.args) >= 2:
            found = self._read_score(call, func, owner, function)
        elif method in _STATISTICS and not call.args:
            key = f"{owner.key}_{method}" if owner.kind == "folds" else ""
            if owner.kind in ("folds", "array", "number"):
                found = Meaning("number", key, "", owner.subject)
        elif method in _KEEPING and owner.kind in ("number", "array"):
            found = owner
        return found

    def _read_score(
        self, call: cst.Call, func: cst.Attribute, owner: Meaning, function: Function | None
    ) -> Meaning:
        """`score` of an estimator, also of one that a parameter or a loop holds."""
        split = agreeing_split(self.script.text(a.value) for a in call.args)
        if owner.kind in ("estimator", "search"):
            return Meaning("number", owner.key, split, owner.subject)
        if not self._estimating or not isinstance(func.value, cst.Name):
            return UNKNOWN
        bound = self.script.bound(func.value.value, function)
        handed = bool(bound) and all(b.how in ("parameter", "loop") for b in bound)
        own = any(f.name == "score" for f in self.script.functions)
        return (
            Meaning("number", "score", split, func.value.value) if handed and not own else UNKNOWN
        )
