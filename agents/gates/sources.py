"""Where a value comes from: through names, arguments, returns and what is unpacked."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from agents.gates.bindings import Bindings, Function
from agents.gates.program import parse_program
from agents.gates.reaching import Binding, Path
from agents.gates.takings import (
    Source,
    called,
    default_of,
    give_by_name,
    give_by_place,
    list_own_nodes,
    take_from_call,
    take_from_dictionary,
    take_from_parts,
    take_part,
    unfold,
)

_LONGEST_PATH = 12
_MOST_STEPS = 5_000
_CALLED = frozenset({"forward", "__call__", "call"})
"""Methods that are called through their object, so that their calls are not known by name."""
Named = Function | ast.ClassDef


class Program:
    """All files of a program, as one."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files: dict[str, ast.Module] = {}
        self._bindings: dict[ast.Module, Bindings] = {}
        self._named: dict[str, list[Named]] = defaultdict(list)
        self._calls: dict[str, list[ast.Call]] = defaultdict(list)
        self._fields: dict[str, list[Source]] = defaultdict(list)
        self._homes: dict[ast.AST, Bindings] = {}
        self._known: dict[Source, tuple[Source, ...]] = {}
        for file, text in sorted(files.items()):
            tree = parse_program(text)
            if tree is not None:
                self.files[file] = tree
                self._take(Bindings(tree))

    def _take(self, bindings: Bindings) -> None:
        for node in ast.walk(bindings.tree):
            self._homes[node] = bindings
            match node:
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    self._named[node.name].append(node)
                case ast.Call(func=func):
                    self._calls[called(func)].append(node)
                    if called(func) == "partial" and node.args:
                        self._calls[called(node.args[0])].append(unfold(node))
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        self._keep_field(target, value)
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    self._keep_field(target, value)
                case _:
                    pass

    def _keep_field(self, target: ast.expr, value: ast.expr) -> None:
        parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
        for number, part in enumerate(parts):
            if isinstance(part, ast.Attribute):
                path: Path = () if part is target else (number,)
                self._fields[part.attr].append(Source(value, path))

    def home(self, node: ast.AST) -> Bindings:
        """The names of the file that a node stands in."""
        return self._homes[node]

    def heads(self, source: Source) -> tuple[Source, ...]:
        """What a value may come from in the end: calls, constants, imported names, arguments."""
        if source not in self._known:
            found = tuple(dict.fromkeys(self._expand(source)))
            self._known[source] = found
        return self._known[source]

    def definitions(self, name: str) -> Sequence[Named]:
        """The program's own functions and classes of a plain name."""
        return self._named.get(name, ())

    def imported(self, node: ast.AST) -> str:
        """The dotted name of something imported from elsewhere; else an empty string."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node not in self._homes:
            return ""
        for binding in self.home(node).find(node):
            if binding.kind == "import":
                return ".".join([binding.key, *reversed(parts)])
        return ""

    def is_argument(self, node: ast.Name) -> bool:
        """Given from outside the program: an objective's trial, a configuration."""
        found = self.home(node).find(node) if node in self._homes else ()
        return bool(found) and all(
            binding.kind == "argument" and getattr(binding.statement, "name", "") not in _CALLED
            for binding in found
        )

    def _expand(self, source: Source) -> Iterator[Source]:
        waiting, seen = [source], {source}
        while waiting:
            here = waiting.pop()
            steps = [] if len(here.path) > _LONGEST_PATH else list(self._step(here))
            if not steps or here in steps:
                yield here
            for step in steps:
                # Round a loop: what comes from the value itself brings nothing new.
                if step not in seen and len(seen) < _MOST_STEPS:
                    seen.add(step)
                    waiting.append(step)

    def _step(self, source: Source) -> Iterator[Source]:
        """One step nearer to where a value comes from; nothing where that is here."""
        node, path = source.node, source.path
        match node:
            case ast.Name():
                yield from self._from_name(node, path)
            case ast.Attribute(value=held, attr=attr):
                yield from self._from_attribute(source, held, attr)
            case ast.IfExp(body=body, orelse=other):
                yield from (Source(body, path), Source(other, path))
            case ast.BoolOp(values=values):
                yield from (Source(value, path) for value in values)
            case ast.NamedExpr(value=value) | ast.Starred(value=value) | ast.Await(value=value):
                yield Source(value, path)
            case ast.Subscript(value=value, slice=ast.Constant(value=int() | str() as key)):
                whole = Source(value, (key, *path))
                if self._opens(whole):
                    yield whole
            case ast.Tuple(elts=parts) | ast.List(elts=parts) if path:
                yield from take_from_parts(parts, path)
            case ast.Dict(keys=keys, values=values) if path:
                yield from take_from_dictionary(keys, values, path)
            case ast.Call():
                yield from self._from_call(node, path)
            case _:
                pass

    def _opens(self, source: Source) -> bool:
        """Whether an item is known by its own, not only as something of the whole."""
        return all(head.path != source.path for head in self.heads(source))

    def _from_name(self, node: ast.Name, path: Path) -> Iterator[Source]:
        if node not in self._homes:
            return
        for binding in self.home(node).find(node):
            if binding.kind == "value":
                yield Source(binding.node, (*binding.path, *path))
            elif binding.kind == "part":
                yield from take_part(binding, path)
            elif binding.kind == "argument":
                yield from self._from_argument(binding, path)
            elif binding.kind == "definition":
                yield Source(binding.node, path)
            else:
                yield from self._from_import(node, binding.key, path)

    def _from_import(self, node: ast.Name, dotted: str, path: Path) -> Iterator[Source]:
        module, _, name = dotted.rpartition(".")
        for file, tree in self.files.items():
            if module and file.removesuffix(".py").replace("/", ".").endswith(module):
                for statement in tree.body:
                    if isinstance(statement, ast.Assign) and any(
                        isinstance(target, ast.Name) and target.id == name
                        for target in statement.targets
                    ):
                        yield Source(statement.value, path)
                        return
        yield Source(node, path)

    def _from_attribute(self, source: Source, held: ast.expr, attr: str) -> Iterator[Source]:
        stored = self._fields.get(attr, ())
        if not stored or self.imported(source.node):
            return
        yield from (Source(found.node, (*found.path, *source.path)) for found in stored)
        if not (isinstance(held, ast.Name) and held.id in ("self", "cls")):
            yield source

    def _from_call(self, node: ast.Call, path: Path) -> Iterator[Source]:
        name = called(node.func)
        own = [item for item in self.definitions(name) if isinstance(item, Function)]
        if not own or (isinstance(node.func, ast.Attribute) and self.imported(node.func)):
            yield from take_from_call(name, node, path)
            return
        for function in own:
            for part in list_own_nodes(function):
                if isinstance(part, ast.Return) and part.value is not None:
                    yield Source(part.value, path)
                elif isinstance(part, ast.Yield) and part.value is not None and path[:1] == ("*",):
                    yield Source(part.value, path[1:])

    def _from_argument(self, binding: Binding, path: Path) -> Iterator[Source]:
        function, argument = binding.statement, binding.node
        assert isinstance(function, Function | ast.Lambda)  # noqa: S101
        assert isinstance(argument, ast.arg)  # noqa: S101
        default = default_of(function.args, argument)
        for given in self._list_given(function, argument, path):
            yield from given or ([] if default is None else [Source(default, path)])

    def _list_given(
        self, function: Function | ast.Lambda, argument: ast.arg, path: Path
    ) -> Iterator[Sequence[Source]]:
        """What each call of a function gives for one of its arguments."""
        plain = [*function.args.posonlyargs, *function.args.args]
        skipped = 0
        if isinstance(function, ast.Lambda):
            calls = [node for node in self._calls.get("", ()) if node.func is function]
            calls += self._calls_of_lambda(function)
        else:
            owner = self.home(function).scope_of(function)
            calls = [*self._calls.get(function.name, ())]
            if isinstance(owner, ast.ClassDef):
                decorators = [called(item) for item in function.decorator_list]
                skipped = 0 if "staticmethod" in decorators else 1
                if function.name == "__init__":
                    calls = [*self._calls.get(owner.name, ())]
                elif function.name in _CALLED:
                    return
        for call in calls:
            if argument is function.args.vararg:
                if path and isinstance(path[0], int):
                    place = len(plain) - skipped + path[0]
                    yield tuple(give_by_place(call, place, path[1:]))
            elif argument is function.args.kwarg:
                if path and isinstance(path[0], str):
                    yield tuple(give_by_name(call, path[0], path[1:]))
            else:
                given = [*give_by_name(call, argument.arg, path)]
                if argument in plain and plain.index(argument) >= skipped:
                    given += give_by_place(call, plain.index(argument) - skipped, path)
                yield given

    def _calls_of_lambda(self, function: ast.Lambda) -> list[ast.Call]:
        parent = self.home(function).parents.get(function)
        if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
            return [*self._calls.get(parent.targets[0].id, ())]
        return []
