"""Finds where a script computes, stores and shows values: the spots a witness may look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import libcst as cst

from sandbox.witness.labels import clean_label, split_conversions, split_fields
from sandbox.witness.syntax import (
    TEXTS,
    TRIVIAL,
    WRAPPABLE,
    is_constant,
    is_text,
    last_name,
    last_name_or,
    members_of,
    operands_of,
    read_index,
    read_text,
    turned_of,
)

Role = Literal["shown", "assigned", "added"]

_PRINTERS = frozenset(("print", "echo", "secho", "pprint"))
_SHOWING = frozenset(
    (
        *("debug", "info", "warning", "error", "critical", "exception", "log", "log_metric"),
        *("log_metrics", "write", "writerow", "append", "insert", "format", "set_postfix"),
        *("add_scalar", "add_scalars", "update", "dump", "dumps", "echo", "print"),
    )
)
_KEEPING = frozenset(("append", "insert", "update"))
_COMPILING = frozenset(
    ("jit", "njit", "vectorize", "guvectorize", "compile", "script", "trace", "vmap", "grad")
)


_FEEDING = frozenset(("forward", "__getitem__", "__iter__", "__next__", "__len__", "collate_fn"))
"""What data and models are made of: run for every sample, and no measurement."""


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """One expression in a place where its value is kept or shown."""

    node: cst.BaseExpression
    scope: str
    """Qualified name of the enclosing function or class; empty for the module."""
    role: Role
    label: str
    targets: tuple[str, ...] = ()
    """Last names of what it is assigned to."""


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything of one file that may matter."""

    spots: tuple[Spot, ...]
    loads: Mapping[cst.BaseExpression, str]
    """Every expression that may be wrapped wherever it stands -> its scope."""
    functions: frozenset[str]
    """Names of the functions the file defines."""
    numpy_names: frozenset[str]
    """What the file calls numpy."""


def survey_module(module: cst.Module) -> Survey:
    """Find the spots of one file."""
    surveyor = _Surveyor(_find_compiled(module))
    module.visit(surveyor)
    return Survey(
        spots=tuple(surveyor.spots),
        loads=surveyor.loads,
        functions=frozenset(surveyor.functions),
        numpy_names=frozenset(surveyor.numpy_names),
    )


class _CompiledNames(cst.CSTVisitor):
    """Collects the names of functions that are handed to a compiler of some kind."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_Call(self, node: cst.Call) -> None:
        if last_name(node.func) in _COMPILING and node.args:
            self.names.add(last_name(node.args[0].value))


def _find_compiled(module: cst.Module) -> frozenset[str]:
    finder = _CompiledNames()
    module.visit(finder)
    return frozenset(finder.names)


class _Surveyor(cst.CSTVisitor):
    def __init__(self, compiled: frozenset[str]) -> None:
        self.spots: list[Spot] = []
        self.loads: dict[cst.BaseExpression, str] = {}
        self.functions: set[str] = set()
        self.numpy_names: set[str] = set()
        self._compiled = compiled
        self._scopes: list[str] = []

    @property
    def _scope(self) -> str:
        return ".".join(self._scopes)

    def on_visit(self, node: cst.CSTNode) -> bool:
        # Only where a value is loaded at run time, in code that Python itself runs.
        if isinstance(
            node,
            cst.Decorator
            | cst.Param
            | cst.Annotation
            | cst.Lambda
            | cst.AssignTarget
            | cst.Del
            | cst.Global
            | cst.Nonlocal
            | cst.AsName
            | cst.MatchValue
            | cst.MatchClass
            | cst.MatchMapping
            | cst.ImportFrom,
        ):
            return False
        if isinstance(node, cst.FormattedStringExpression) and node.equal is not None:
            # `{x=}` shows its own source.
            return False
        if isinstance(node, (*WRAPPABLE, cst.Attribute)):
            self.loads[node] = self._scope
        return super().on_visit(node)

    def visit_Import(self, node: cst.Import) -> bool:
        for alias in node.names:
            if alias.evaluated_name == "numpy":
                self.numpy_names.add(alias.evaluated_alias or "numpy")
        return False

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        name = node.name.value
        self.functions.add(name)
        decorators = {last_name(found.decorator) for found in node.decorators}
        self._scopes.append(name)
        return not (name in _FEEDING or name in self._compiled or decorators & _COMPILING)

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self._scopes.pop()

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self._scopes.append(node.name.value)

    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:
        self._scopes.pop()

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            self._assign(target.target, node.value)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if node.value is not None:
            self._assign(node.target, node.value)

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self._assign(node.target, node.value)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        name = last_name(node.target)
        if isinstance(node.value, WRAPPABLE):
            self._add(node.value, "added", name, (name,))

    def visit_Return(self, node: cst.Return) -> None:
        if node.value is not None and self._scopes:
            self._keep(node.value, last_name_or(node.value, self._scopes[-1]))

    def visit_Yield(self, node: cst.Yield) -> None:
        if isinstance(node.value, cst.BaseExpression):
            self._keep(node.value, last_name_or(node.value, ""))

    def visit_DictElement(self, node: cst.DictElement) -> None:
        self._keep(node.value, read_text(node.key) or last_name(node.key))

    def visit_FormattedString(self, node: cst.FormattedString) -> None:
        before = ""
        for part in node.parts:
            if isinstance(part, cst.FormattedStringText):
                before = part.value
            elif isinstance(part, cst.FormattedStringExpression):
                if part.equal is None:
                    self._show(part.expression, clean_label(before))
                before = ""

    def visit_BinaryOperation(self, node: cst.BinaryOperation) -> None:
        if isinstance(node.operator, cst.Modulo) and isinstance(node.left, TEXTS):
            labels = split_conversions(read_text(node.left) or "")
            operands = (
                [element.value for element in node.right.elements]
                if isinstance(node.right, cst.Tuple)
                else [node.right]
            )
            self._show_all(operands, labels)

    def visit_Call(self, node: cst.Call) -> None:
        name = last_name(node.func)
        method = isinstance(node.func, cst.Attribute)
        if name not in (_SHOWING if method else _PRINTERS):
            return
        if method and name == "format":
            text = read_text(node.func.value) if isinstance(node.func, cst.Attribute) else None
            labels = split_fields(text or "")
        else:
            labels = self._label_arguments(node, name)
        show = self._keep if name in _KEEPING else self._show
        for number, arg in enumerate(arg for arg in node.args if not arg.star):
            label = labels[number] if number < len(labels) else ""
            show(arg.value, label if arg.keyword is None else arg.keyword.value)

    def _label_arguments(self, node: cst.Call, name: str) -> tuple[str, ...]:
        values = [arg.value for arg in node.args if not arg.star]
        if name in ("append", "insert") and isinstance(node.func, cst.Attribute):
            return (last_name(node.func.value),) * len(values)
        first = read_text(values[0]) if values else None
        if first is not None and (conversions := split_conversions(first)):
            return ("", *conversions)
        labels = [""]
        for value in values[:-1]:
            labels.append(clean_label(read_text(value) or ""))
        return tuple(labels)

    def _show_all(self, values: list[cst.BaseExpression], labels: tuple[str, ...]) -> None:
        for number, value in enumerate(values):
            self._show(value, labels[number] if number < len(labels) else "")

    def _show(self, node: cst.BaseExpression, label: str) -> None:
        """Note an expression that people are shown, and what its value is made of."""
        self._note(node, label)
        for part in (*members_of(node), *operands_of(node)):
            self._show(part, label)

    def _keep(self, node: cst.BaseExpression, label: str) -> None:
        """Note an expression whose value is stored or handed on, or each of several."""
        self._note(node, label)
        for part in (*members_of(node), *turned_of(node)):
            self._keep(part, label)

    def _note(self, node: cst.BaseExpression, label: str) -> None:
        if isinstance(node, (*WRAPPABLE, *TRIVIAL)):
            self._add(node, "shown", label, ())

    def _assign(self, target: cst.BaseExpression, value: cst.BaseExpression) -> None:
        match target, value:
            case cst.Tuple() | cst.List(), cst.Tuple() | cst.List():
                for inner, part in zip(target.elements, value.elements, strict=False):
                    if isinstance(inner, cst.Element) and isinstance(part, cst.Element):
                        self._assign(inner.value, part.value)
            case _, cst.IfExp():
                self._assign(target, value.body)
                self._assign(target, value.orelse)
            case cst.Tuple() | cst.List(), _:
                names = tuple(last_name(element.value) for element in target.elements)
                self._assign_node(value, ",".join(names), names)
            case cst.Subscript(), _:
                label = read_index(target) or last_name(target)
                self._keep(value, label)
            case _:
                self._assign_node(value, last_name(target), (last_name(target),))

    def _assign_node(self, value: cst.BaseExpression, label: str, targets: tuple[str, ...]) -> None:
        if isinstance(value, (*WRAPPABLE, *TRIVIAL)):
            self._add(value, "assigned", label, targets)

    def _add(
        self, node: cst.BaseExpression, role: Role, label: str, targets: tuple[str, ...]
    ) -> None:
        if not is_text(node) and not is_constant(node):
            self.spots.append(Spot(node, self._scope, role, label, targets))
