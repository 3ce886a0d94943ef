"""Reads a file into a Script: every statement in its place, every name with its bindings."""

import builtins
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import libcst as cst
from libcst.metadata import (
    MetadataWrapper,
    ParentNodeProvider,
    PositionProvider,
    QualifiedNameProvider,
    QualifiedNameSource,
)

from agents.rules.edits import split_lines
from agents.rules.script import Binding, Function, How, Invocation, Loop, Place, Script

# Methods every torch module has: on an unknown receiver they are not the script's own.
_MODULE_METHODS = frozenset({"train", "eval", "step", "forward"})

# Decorators that leave it at one execution for each call.
_HARMLESS = re.compile(r"\s*@torch\.(no_grad|inference_mode|enable_grad)\b|\s*@staticmethod\b")


@dataclass(frozen=True, slots=True, eq=False)
class _Around:
    """What stands around a block."""

    function: Function | None = None
    owner: str = ""
    loops: tuple[Loop, ...] = ()
    branches: tuple[cst.CSTNode, ...] = ()


class _Surveyor(cst.CSTVisitor):
    """Takes qualified names while visiting: the mapping itself is lazy."""

    METADATA_DEPENDENCIES = (QualifiedNameProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[cst.CSTNode, tuple[str, ...]] = {}
        self.calls: list[cst.Call] = []
        self.loads: list[cst.Name | cst.Attribute] = []

    def _take(self, node: cst.CSTNode) -> None:
        found = self.get_metadata(QualifiedNameProvider, node, set()) or set()
        self.names[node] = tuple(
            sorted(
                ("." if q.source is QualifiedNameSource.LOCAL else "")
                + q.name.removeprefix("builtins.")
                for q in found
            )
        )

    def visit_Name(self, node: cst.Name) -> None:
        self._take(node)
        self.loads.append(node)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self._take(node)
        self.loads.append(node)

    def visit_Call(self, node: cst.Call) -> None:
        self.calls.append(node)


def read_script(text: str) -> Script:
    """Parse a file; raises libcst.ParserSyntaxError where it is not Python."""
    wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    surveyor = _Surveyor()
    wrapper.visit(surveyor)
    script = Script(
        module=wrapper.module,
        spans=dict(wrapper.resolve(PositionProvider)),
        parents=dict(wrapper.resolve(ParentNodeProvider)),
        qualified=surveyor.names,
        words=set(dir(builtins)),
        lines=split_lines(text),
    )
    script.words.update(
        load.value
        for load in surveyor.loads
        if isinstance(load, cst.Name)
        and not (isinstance(up := script.parents.get(load), cst.Attribute) and up.attr is load)
    )
    _Walker(script).walk(script.module.body, _Around())
    _match_calls(script, surveyor)
    return script


def names_in(target: cst.BaseExpression) -> Iterator[tuple[int, str]]:
    """Names that a target binds, with their position where it unpacks one level."""
    if isinstance(target, cst.Name):
        yield -1, target.value
    elif isinstance(target, cst.Tuple | cst.List):
        for position, element in enumerate(target.elements):
            flat = isinstance(element, cst.Element) and isinstance(element.value, cst.Name)
            for _, name in names_in(element.value):
                yield (position if flat else 10_000), name


def _bind(script: Script, function: Function | None, name: str, binding: Binding) -> None:
    script.bindings.setdefault((function, name), []).append(binding)


def _bind_targets(
    script: Script,
    function: Function | None,
    target: cst.BaseExpression,
    value: cst.BaseExpression | None,
) -> None:
    line = script.line_of(target)
    if isinstance(target, cst.Attribute):
        _bind(script, None, script.text(target), Binding("assign", line, value, -1, function))
        return
    for index, name in names_in(target):
        how: How = "assign" if index == -1 else "item"
        _bind(script, function, name, Binding(how, line, value, index, function))


def _read_statement(
    script: Script, function: Function | None, small: cst.BaseSmallStatement
) -> None:
    """Take note of the names a simple statement binds, or of what it returns."""
    line = script.line_of(small)
    if isinstance(small, cst.Assign):
        for target in small.targets:
            _bind_targets(script, function, target.target, small.value)
    elif isinstance(small, cst.AnnAssign):
        if small.value is not None:
            _bind_targets(script, function, small.target, small.value)
    elif isinstance(small, cst.AugAssign):
        owner = None if isinstance(small.target, cst.Attribute) else function
        update = Binding("update", line, small.value, -1, function)
        _bind(script, owner, script.text(small.target), update)
    elif isinstance(small, cst.Import | cst.ImportFrom) and not isinstance(
        small.names, cst.ImportStar
    ):
        for alias in small.names:
            name = alias.evaluated_alias or alias.evaluated_name.split(".")[0]
            _bind(script, function, name, Binding("import", line))
    elif isinstance(small, cst.Global | cst.Nonlocal):
        for item in small.names:
            _bind(script, function, item.name.value, Binding("other", line))
            _bind(script, None, item.name.value, Binding("other", line))
    elif isinstance(small, cst.Return) and function is not None:
        script.returns.setdefault(function, []).append(small)


class _Walker:
    """Goes over all statements in the order of the file."""

    def __init__(self, script: Script) -> None:
        self.script = script

    def walk(self, body: Iterable[cst.CSTNode], around: _Around) -> None:
        """Take note of the statements of one block and of the blocks in them."""
        for node in body:
            if isinstance(node, cst.SimpleStatementLine):
                place = Place(node, around.function, around.loops, around.branches)
                self.script.places.append(place)
                for small in node.body:
                    _read_statement(self.script, around.function, small)
            elif isinstance(node, cst.BaseSmallStatement):
                # The body of a one-line block: nothing can be put beside it, so it is no place.
                _read_statement(self.script, around.function, node)
            elif isinstance(node, cst.FunctionDef):
                self._enter_function(node, around)
            elif isinstance(node, cst.ClassDef):
                define = Binding("define", self.script.line_of(node))
                _bind(self.script, around.function, node.name.value, define)
                branches = (*around.branches, node)
                inside = replace(around, owner=node.name.value, branches=branches)
                self.walk(node.body.body, inside)
            else:
                self._enter_block(node, around)

    def _enter_function(self, node: cst.FunctionDef, around: _Around) -> None:
        script, line = self.script, self.script.line_of(node)
        inner = Function(node, around.owner, around.function)
        script.functions.append(inner)
        if not inner.owner:
            _bind(script, around.function, inner.name, Binding("define", line))
        for name in inner.parameters:
            _bind(script, inner, name, Binding("parameter", line))
        for star in (node.params.star_arg, node.params.star_kwarg):
            if isinstance(star, cst.Param):
                _bind(script, inner, star.name.value, Binding("other", line))
        self.walk(node.body.body, _Around(inner))

    def _enter_block(self, node: cst.CSTNode, around: _Around) -> None:
        script, line, function = self.script, self.script.line_of(node), around.function
        inside = replace(around, branches=(*around.branches, node))
        if isinstance(node, cst.For):
            for index, name in names_in(node.target):
                _bind(script, function, name, Binding("loop", line, node.iter, index, function))
        if isinstance(node, cst.For | cst.While):
            inside = replace(inside, loops=(*around.loops, node))
        if isinstance(node, cst.With):
            held = [i.asname.name for i in node.items if i.asname is not None]
            for _, name in (pair for target in held for pair in names_in(target)):
                _bind(script, function, name, Binding("other", line))
        for block in _blocks(node):
            self.walk(block.body, inside)


def _blocks(node: cst.CSTNode) -> Iterator[cst.BaseSuite]:
    """Bodies of a compound statement, `else` and handlers included, in order."""
    for child in node.children:
        if isinstance(child, cst.BaseSuite):
            yield child
        elif isinstance(child, cst.Else | cst.If | cst.ExceptHandler | cst.Finally | cst.MatchCase):
            yield from _blocks(child)


def _match_calls(script: Script, surveyor: _Surveyor) -> None:
    """Find who calls the script's functions, and which are handed on as values."""
    at: dict[cst.CSTNode, Place] = {place.line: place for place in script.places}
    called: set[cst.CSTNode] = set()
    for call in surveyor.calls:
        place = _place_around(script, call, at)
        function = script.defined(call, place.function) if place is not None else None
        if place is not None and function is not None:
            called.add(call.func)
            script.calls.setdefault(function, []).append(Invocation(call, place))
    loads = [load for load in surveyor.loads if load not in called and _is_load(script, load)]
    for function in script.functions:
        method = bool(function.owner)
        for load in loads:
            last = load.value if isinstance(load, cst.Name) else load.attr.value
            foreign = isinstance(load, cst.Attribute) and last in _MODULE_METHODS
            alike = last == function.name and method == isinstance(load, cst.Attribute)
            if alike and not foreign and load is not function.node.name:
                script.escaped.add(function)
        if not all(_HARMLESS.match(script.text(d)) for d in function.node.decorators):
            script.escaped.add(function)


def _place_around(script: Script, call: cst.Call, at: Mapping[cst.CSTNode, Place]) -> Place | None:
    """The line a call stands on; None inside a lambda, a comprehension or a header."""
    node: cst.CSTNode | None = call
    while node is not None and node not in at:
        if isinstance(node, cst.Lambda | cst.FunctionDef | cst.BaseComp):
            return None
        node = script.parents.get(node)
    return at.get(node) if node is not None else None


def _is_load(script: Script, load: cst.Name | cst.Attribute) -> bool:
    """A name that is read, not the last word of an attribute, a parameter or a keyword."""
    parent = script.parents.get(load)
    if isinstance(parent, cst.Attribute) and parent.attr is load:
        return False
    if isinstance(parent, cst.Arg) and parent.keyword is load:
        return False
    return not isinstance(parent, cst.Param | cst.ImportAlias)
