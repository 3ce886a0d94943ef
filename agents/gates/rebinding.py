"""Names of the script's own that may be bound anew: to what a component made of what they hold."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agents.gates.additions import Addition
from agents.gates.licence import Licence
from agents.gates.program import find_imports, resolve_name

_PACES = frozenset({"lr", "momentum", "weight_decay", "betas", "gamma", "step_size", "T_max"})
"""Options of an optimizer or its schedule: how fast, not what."""
_OF_MODELS = frozenset(
    {"parameters", "named_parameters", "state_dict", "load_state_dict", "eval", "train", "fit"}
)


@dataclass(frozen=True, slots=True)
class Rebinding:
    """What is needed to tell whether a name may be bound anew."""

    licence: Licence
    tree: ast.Module
    """The candidate's file."""
    original: ast.Module
    additions: tuple[Addition, ...]

    def allows(self, addition: Addition, name: str) -> bool:
        """Tell whether a line may bind a name that the script has already.

        `model = nncf.quantize(model, data)` keeps the model's name, `x = self.quant(x)` passes
        through a stub that was put in, and a loop that trains on may say what the original's does:
        with other numbers, and with another model.
        """
        licence = self.licence
        if not licence.makers:
            return False
        bindings = [node for node in addition.statements if name in _bound_names(node)]
        if not bindings:
            return False
        imports = find_imports(self.tree)
        # A model that is made once more is not the one that was trained.
        again = licence.training and name not in find_models(self.original)
        return all(
            self._is_made(node, name, imports) or (again and self._is_repeated(node))
            for node in bindings
        )

    def _is_made(self, node: ast.stmt, name: str, imports: Mapping[str, str]) -> bool:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            return False
        if not any(isinstance(target, ast.Name) for target in node.targets):
            return False
        call = _outer_call(node.value, imports)
        words = [*call.args, *(word.value for word in call.keywords)]
        given = any(isinstance(word, ast.Name) and word.id == name for word in words)
        called = resolve_name(call.func, imports)
        stubs = set(self._list_stubs(imports))
        return given and (
            called.startswith(tuple(f"{maker}." for maker in self.licence.makers))
            or ast.unparse(call.func) in stubs
        )

    def _list_stubs(self, imports: Mapping[str, str]) -> Iterator[str]:
        """`self.quant` where `self.quant = torch.ao.quantization.QuantStub()` was added."""
        for addition in self.additions:
            for node in addition.statements:
                if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
                    continue
                if resolve_name(node.value.func, imports).endswith(("QuantStub", "DeQuantStub")):
                    yield from (ast.unparse(target) for target in node.targets)

    def _is_repeated(self, node: ast.stmt) -> bool:
        """The original binds these names by the same words: only numbers and new names differ."""
        own = {item.id for item in ast.walk(self.original) if isinstance(item, ast.Name)}
        fresh = {name for addition in self.additions for name in addition.binds} - own
        shape = _Shape(fresh, find_models(self.original))
        return any(
            shape.agrees(node, other)
            for other in ast.walk(self.original)
            if isinstance(other, ast.stmt)
        )


def find_models(tree: ast.Module) -> frozenset[str]:
    """Names under which a program keeps models: `net.parameters()`, `net.eval()`, `clf.fit()`."""
    return frozenset(
        node.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.attr in _OF_MODELS
    )


@dataclass(frozen=True, slots=True)
class _Shape:
    """Two statements that do the same: to another model, or with another pace."""

    fresh: set[str]
    models: frozenset[str]

    def agrees(self, mine: ast.AST, theirs: ast.AST) -> bool:
        """Compare two nodes; of a block only its header."""
        match mine, theirs:
            case ast.Name(id=name), ast.Name(id=other):
                return name == other or (name in self.fresh and other in self.models)
            case ast.Call(func=ast.Name(id="range")), ast.Call(func=ast.Name(id="range")):
                return True
            case ast.keyword(arg=word), ast.keyword(arg=other) if word == other in _PACES:
                return True
        if type(mine) is not type(theirs):
            return False
        return all(
            self._agree(getattr(mine, field, None), getattr(theirs, field, None))
            for field in mine._fields
            if field not in ("body", "orelse", "ctx", "type_comment")
        )

    def _agree(self, mine: object, theirs: object) -> bool:
        if isinstance(mine, ast.AST) and isinstance(theirs, ast.AST):
            return self.agrees(mine, theirs)
        if isinstance(mine, list) and isinstance(theirs, list):
            pairs = zip(mine, theirs, strict=False)
            return len(mine) == len(theirs) and all(self._agree(*pair) for pair in pairs)
        return mine == theirs


def _bound_names(node: ast.stmt) -> frozenset[str]:
    """What a statement binds itself, not in the block it may hold."""
    parts = [part for part in ast.iter_child_nodes(node) if not isinstance(part, ast.stmt)]
    return frozenset(
        name.id
        for part in parts
        for name in ast.walk(part)
        if isinstance(name, ast.Name) and not isinstance(name.ctx, ast.Load)
    )


def _outer_call(call: ast.Call, imports: Mapping[str, str]) -> ast.Call:
    """`torch.export.export(model, x).module()` is a call of `export`."""
    while (
        isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Call)
        and not resolve_name(call.func, imports)
    ):
        call = call.func.value
    return call
