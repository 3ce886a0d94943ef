"""A parsed script: statements with their places, functions, bindings and calls."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import libcst as cst
from libcst.metadata import CodeRange

Loop = cst.For | cst.While
How = Literal["assign", "item", "update", "loop", "parameter", "import", "define", "other"]


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function or method the script defines."""

    node: cst.FunctionDef
    owner: str
    """Name of its class, or an empty string."""
    parent: "Function | None"

    @property
    def name(self) -> str:
        """The name after `def`."""
        return self.node.name.value

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of all plain parameters, `self` included."""
        given = self.node.params
        return tuple(
            p.name.value for p in (*given.posonly_params, *given.params, *given.kwonly_params)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One line of simple statements and where it stands."""

    line: cst.SimpleStatementLine
    function: Function | None
    loops: tuple[Loop, ...]
    """Loops of the same function around it, the outermost first."""
    branches: tuple[cst.CSTNode, ...]
    """`if`, `try`, `with` and loops around it in the same function, the outermost first."""


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One place where a name gets a value."""

    how: How
    line: int
    value: cst.BaseExpression | None = None
    index: int = -1
    """Position in an unpacked tuple, for `item` and `loop`; -1: the whole."""
    scope: Function | None = None
    """The function whose names the value is made of."""


@dataclass(frozen=True, slots=True, eq=False)
class Invocation:
    """One call of a function the script defines."""

    call: cst.Call
    place: Place


@dataclass(slots=True, eq=False)
class Script:
    """Everything the rules read from one file."""

    module: cst.Module
    spans: dict[cst.CSTNode, CodeRange]
    parents: dict[cst.CSTNode, cst.CSTNode]
    qualified: dict[cst.CSTNode, tuple[str, ...]]
    """Dotted names that a Name or Attribute may stand for; local ones begin with a dot."""
    places: list[Place] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    bindings: dict[tuple[Function | None, str], list[Binding]] = field(default_factory=dict)
    calls: dict[Function, list[Invocation]] = field(default_factory=dict)
    escaped: set[Function] = field(default_factory=set)
    """Functions handed on as values or decorated: nobody can say how often they are called."""
    returns: dict[Function, list[cst.Return]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    """Every identifier in the file."""
    lines: list[str] = field(default_factory=list)
    texts: dict[cst.CSTNode, str] = field(default_factory=dict)

    def indent_of(self, line: int) -> str:
        """The white space a 1-based line begins with."""
        text = self.lines[line - 1]
        return text[: len(text) - len(text.lstrip(" \t\f"))]

    def text(self, node: cst.CSTNode) -> str:
        """The user's own characters of a node."""
        if node not in self.texts:
            self.texts[node] = self.module.code_for_node(node)
        return self.texts[node]

    def verbatim(self, node: cst.CSTNode) -> str:
        """The characters as they stand in the file, indentation of further lines included."""
        span = self.spans[node]
        lines = self.lines[span.start.line - 1 : span.end.line]
        lines[-1] = lines[-1][: span.end.column]
        lines[0] = lines[0][span.start.column :]
        return "".join(lines)

    def line_of(self, node: cst.CSTNode) -> int:
        """1-based first line."""
        return self.spans[node].start.line

    def name_of(self, node: cst.CSTNode) -> str:
        """The one imported or built-in dotted name a node stands for, or an empty string."""
        inner = node
        while isinstance(inner, cst.Attribute):
            inner = inner.value
        names = self.qualified.get(node, ()) if isinstance(inner, cst.Name) else ()
        return names[0] if len(names) == 1 and not names[0].startswith(".") else ""

    def scope_of(self, name: str, function: Function | None) -> Function | None:
        """The function whose variable this is; None for the module's."""
        while function is not None and (function, name) not in self.bindings:
            function = function.parent
        return function

    def bound(self, name: str, function: Function | None) -> Sequence[Binding]:
        """All bindings of a name, seen from inside a function."""
        return self.bindings.get((self.scope_of(name, function), name), ())

    def latest(self, name: str, function: Function | None, line: int) -> Binding | None:
        """The binding in force at a line, read top to bottom."""
        found = [b for b in self.bound(name, function) if b.how != "update"]
        before = [b for b in found if b.line <= line]
        if before and self.scope_of(name, function) is function:
            return before[-1]
        return found[-1] if len(found) == 1 else None

    def defined(self, call: cst.Call, function: Function | None) -> Function | None:
        """The script's own function that a call reaches, if that is beyond doubt."""
        target = call.func
        if isinstance(target, cst.Name):
            bound = self.bound(target.value, function)
            if len(bound) != 1 or bound[0].how != "define":
                return None
            named = [f for f in self.functions if f.name == target.value and not f.owner]
        elif isinstance(target, cst.Attribute):
            owner = self.class_of(target.value, function)
            named = [f for f in self.functions if f.name == target.attr.value and f.owner == owner]
            named = named if owner else []
        else:
            return None
        return named[0] if len(named) == 1 else None

    def class_of(self, receiver: cst.BaseExpression, function: Function | None) -> str:
        """The script's own class that a receiver is an instance of, or an empty string."""
        if isinstance(receiver, cst.Name) and receiver.value == "self":
            return function.owner if function is not None else ""
        if isinstance(receiver, cst.Name):
            bound = self.bound(receiver.value, function)
            values = [b.value for b in bound if b.how == "assign"]
            receiver = values[0] if len(bound) == len(values) == 1 and values[0] else receiver
        if isinstance(receiver, cst.Call) and isinstance(receiver.func, cst.Name):
            owners = {f.owner for f in self.functions if f.owner == receiver.func.value}
            return owners.pop() if owners else ""
        return ""
