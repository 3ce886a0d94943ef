"""What kind of thing a value of a program is: data, a setting, or an object that works on data."""

import ast
import re

from agents.gates.bindings import Function
from agents.gates.sources import Program
from agents.gates.takings import Source, called

_DATA = re.compile(
    r"data|loader|frame|array|tensor|series|matrix|subset|pool|sampler|fold|split|image|text", re.I
)
_OBJECT_MAKERS = frozenset({"make_pipeline", "make_union", "clone", "make_column_transformer"})
_SAME_OBJECT = frozenset(
    {"to", "eval", "train", "double", "float", "half", "cuda", "cpu", "fit", "compile"}
)
_NEUTRAL = frozenset(
    {"int", "float", "str", "bool", "dict", "list", "tuple", "vars", "replace", "_replace", "copy"}
    | {"deepcopy", "asdict", "Namespace", "SimpleNamespace", "get", "getattr", "max", "min", "len"}
    | {"update", "join", "format", "range", "round", "merge", "create", "structured", "load"}
    | {"to_container", "model_copy", "evolve", "safe_load", "fromkeys", "items", "keys", "values"}
)
"""Calls that make settings of settings."""
_TUNED = frozenset({"number", "params", "best_params", "best_trial"})
_PARTS: dict[type[ast.AST], tuple[str, ...]] = {
    ast.Attribute: ("value",),
    ast.BinOp: ("left", "right"),
    ast.Compare: ("left", "comparators"),
    ast.Dict: ("keys", "values"),
    ast.List: ("elts",),
    ast.Set: ("elts",),
    ast.Subscript: ("value", "slice"),
    ast.Tuple: ("elts",),
    ast.UnaryOp: ("operand",),
}
"""What a setting is put together from; each part has to be one, too."""


class Kinds:
    """Knows of each value of one program what kind it is."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._settings: dict[ast.AST, bool] = {}
        self._tuned: dict[ast.AST, bool] = {}

    def name_call(self, node: ast.Call) -> str:
        """What is called; empty for an object called like a function (`model(x)`)."""
        func = node.func
        if dotted := self._program.imported(func):
            return _last(dotted)
        heads = self._program.heads(Source(func))
        if isinstance(func, ast.Attribute):
            # `self.model(x)` is an object, `frame.drop("price")` a method.
            return func.attr if all(head.node is func for head in heads) else ""
        if not isinstance(func, ast.Name):
            return ""
        return next(filter(None, (self._name(head.node) for head in heads)), "")

    def _name(self, node: ast.AST) -> str:
        if isinstance(node, ast.Attribute | ast.Name):
            # `fit = model.fit` is another name for the same.
            return _last(self._program.imported(node)) or called(node)
        return node.name if isinstance(node, Function | ast.ClassDef) else ""

    def is_object(self, source: Source) -> bool:
        """A model, a loss, an optimizer: something made to work on data, not data."""
        node = source.node
        if source.path and not str(source.path[-1]).endswith("="):
            return False
        if isinstance(node, ast.Name | ast.Attribute):
            return _is_object_name(self._program.imported(node))
        if isinstance(node, ast.ClassDef):
            return _is_object_class(node)
        return isinstance(node, ast.Call) and self._makes_object(node)

    def _makes_object(self, node: ast.Call) -> bool:
        name = self.name_call(node)
        own = self._list_classes(name)
        if own:
            return all(map(_is_object_class, own))
        if isinstance(node.func, ast.Attribute) and name in _SAME_OBJECT:
            held = self._program.heads(Source(node.func.value))
            if any(self.is_object(head) for head in held if head.node is not node):
                return True
        return _is_object_name(self._program.imported(node.func) or name)

    def is_setting(self, source: Source) -> bool:
        """A number, a text, an option, or what is computed from such: no data."""
        return all(self._is_set(head.node) for head in self._program.heads(source))

    def is_suggested(self, source: Source) -> bool:
        """It itself was suggested in a trial, or counts trials; not only something beside it."""
        return any(
            _is_suggested(part)
            for head in self._program.heads(source)
            for part in ast.walk(head.node)
        )

    def is_tuned(self, source: Source) -> bool:
        """Some of it was suggested in a trial."""
        waiting = [head.node for head in self._program.heads(source)]
        seen = set(waiting)
        while waiting:
            node = waiting.pop()
            if self._tuned.get(node) is False:
                continue
            for part in ast.walk(node):
                if self._tuned.get(part) or _is_suggested(part):
                    self._tuned[node] = True
                    return True
                if isinstance(part, ast.Name):
                    heads = {head.node for head in self._program.heads(Source(part))} - seen
                    waiting += heads
                    seen |= heads
        # Nothing on the way came from a trial, so that nothing of it is asked again.
        self._tuned.update(dict.fromkeys(seen, False))
        return False

    def _is_set(self, node: ast.AST) -> bool:
        if node not in self._settings:
            # Round a loop the question is what it started with.
            self._settings[node] = True
            self._settings[node] = self._read_setting(node)
        return self._settings[node]

    def _read_setting(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Constant | ast.JoinedStr):
            return True
        if isinstance(node, ast.Name):
            return bool(self._program.imported(node)) or self._program.is_argument(node)
        if isinstance(node, ast.Attribute) and self._program.imported(node):
            return True
        parts = self._list_call_parts(node) if isinstance(node, ast.Call) else _list_parts(node)
        return parts is not None and all(self.is_setting(Source(part)) for part in parts)

    def _list_call_parts(self, node: ast.Call) -> list[ast.expr] | None:
        """What a call makes a setting of; None where it makes something else."""
        name = called(node.func)
        if name.startswith(("suggest_", "parse_")):
            return []
        records = self._list_classes(name)
        if name not in _NEUTRAL and not (records and all(map(_is_record, records))):
            return None
        parts = [*node.args, *(word.value for word in node.keywords)]
        if isinstance(node.func, ast.Attribute) and not self._program.imported(node.func):
            parts.append(node.func.value)
        return parts

    def _list_classes(self, name: str) -> list[ast.ClassDef]:
        return [item for item in self._program.definitions(name) if isinstance(item, ast.ClassDef)]


def _is_suggested(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return called(node.func).startswith("suggest_")
    return isinstance(node, ast.Attribute) and node.attr in _TUNED


def _list_parts(node: ast.AST) -> list[ast.expr] | None:
    if type(node) not in _PARTS:
        return None
    held = [getattr(node, field) for field in _PARTS[type(node)]]
    flat = [part for parts in held for part in (parts if isinstance(parts, list) else [parts])]
    return [part for part in flat if part is not None]


def _last(dotted: str) -> str:
    return dotted.rpartition(".")[2]


def _is_object_name(name: str) -> bool:
    last = _last(name)
    made = last in _OBJECT_MAKERS or (last[:1].isupper() and not last.isupper())
    return made and not _DATA.search(name)


def _is_object_class(node: ast.ClassDef) -> bool:
    bases = [called(base) for base in node.bases]
    return not _is_record(node) and not any("Dataset" in base for base in bases)


def _is_record(node: ast.ClassDef) -> bool:
    marks = [
        called(item.func if isinstance(item, ast.Call) else item) for item in node.decorator_list
    ]
    bases = {called(base) for base in node.bases}
    return "dataclass" in marks or bool(bases & {"NamedTuple", "TypedDict", "BaseModel"})
