"""Which assignments a name may get its value from, by where they and the name stand."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from agents.gates.reaching import Binding, Path, Place, reach

Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
Function = ast.FunctionDef | ast.AsyncFunctionDef

_SCOPES = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FILLING = frozenset(
    {"append", "extend", "insert", "update", "add", "setdefault", "copy_", "copyto", "put", "fill"}
)
"""Methods that put what they are given into what they are called on."""


class Bindings:
    """All names of one file, with everything that binds them."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.parents: dict[ast.AST, ast.AST] = {}
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
        self._found: dict[tuple[int, str], list[Binding]] = defaultdict(list)
        self._loads: dict[str, list[ast.Name]] = defaultdict(list)
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                self._loads[node.id].append(node)
        self._declared: dict[tuple[ast.AST, str], Scope] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Global | ast.Nonlocal):
                inner = self.scope_of(node)
                outer = tree if isinstance(node, ast.Global) else self.scope_of(inner)
                self._declared.update({(inner, name): outer for name in node.names})
        read = [item for node in ast.walk(tree) for item in self._read(node)]
        # A part is of the name that is bound nearest, so that whole names come first.
        for name, binding in sorted(read, key=lambda item: item[1].kind == "part"):
            self._add(name, binding)

    def scope_of(self, node: ast.AST) -> Scope:
        """The function, class or file that a node stands in."""
        found = self.parents.get(node, self.tree)
        while not isinstance(found, _SCOPES):
            found = self.parents[found]
        return found

    def find(self, name: ast.Name) -> tuple[Binding, ...]:
        """Everything that a name may stand for where it is read; empty for what is built in."""
        if (inner := self._find_in_comprehension(name)) is not None:
            return (inner,)
        scope, places = self.scope_of(name), [name]
        uses: Sequence[ast.AST] = places
        first = True
        while True:
            if (first or not isinstance(scope, ast.ClassDef)) and (id(scope), name.id) in (
                self._found
            ):
                every = self._found[id(scope), name.id]
                reaching = dict.fromkeys(
                    binding
                    for use in uses
                    for binding in reach(
                        every, *((None, ()) if use is scope else self.place_of(use))
                    )
                )
                return tuple(reaching) or tuple(every)
            if isinstance(scope, ast.Module):
                return ()
            uses, scope = self._list_uses(scope), self.scope_of(scope)
            first = False

    def place_of(self, node: ast.AST) -> tuple[ast.AST, Place]:
        """The statement a node stands in, and the blocks around that inside its scope."""
        statement = node
        while not isinstance(statement, ast.stmt) and statement in self.parents:
            statement = self.parents[statement]
        blocks: list[tuple[ast.AST, str]] = []
        here = statement
        while here in self.parents and not isinstance(self.parents[here], _SCOPES):
            parent = self.parents[here]
            if not isinstance(parent, ast.With | ast.AsyncWith) and not _is_main(parent):
                blocks.append((parent, _branch(parent, here)))
            here = parent
        return statement, tuple(reversed(blocks))

    def _list_uses(self, scope: Scope) -> Sequence[ast.AST]:
        """Where a function is handed on or called, as places in the scope around it."""
        if isinstance(scope, ast.Lambda):
            return [scope]
        outer = self.scope_of(scope)
        named = outer if isinstance(outer, ast.ClassDef) else scope
        if isinstance(named, ast.Module | ast.Lambda):
            return [scope]
        around = self.scope_of(named)
        found: list[ast.AST] = []
        for load in self._loads[named.name]:
            here: ast.AST = load
            while here is not self.tree and self.scope_of(here) is not around:
                here = self.scope_of(here)
            if here is not self.tree and here is not named:
                found += self._list_deferred(here, named)
        return found or [around]

    def _list_deferred(self, here: ast.AST, named: ast.AST) -> list[ast.AST]:
        """A use inside another function happens where that one is used; one step is followed."""
        if not isinstance(here, ast.FunctionDef | ast.AsyncFunctionDef):
            return [here]
        loads: list[ast.AST] = [
            load
            for load in self._loads[here.name]
            if self.scope_of(load) is self.scope_of(here) and here is not named
        ]
        return loads or [self.scope_of(here)]

    def _find_in_comprehension(self, name: ast.Name) -> Binding | None:
        here: ast.AST = name
        while here in self.parents and not isinstance(here, _SCOPES):
            here = self.parents[here]
            if isinstance(here, _COMPREHENSIONS):
                for loop in here.generators:
                    for found, path in _unpack(loop.target, ("*",)):
                        if found == name.id:
                            return Binding("value", here, (), loop.iter, path)
        return None

    def _add(self, name: str, binding: Binding) -> None:
        inner = self._inner_scope(binding)
        scope = self._choose_scope(name, binding, inner)
        if scope is not inner:
            binding = replace(binding, place=(), floating=True)
        self._found[id(scope), name].append(binding)

    def _inner_scope(self, binding: Binding) -> Scope:
        if binding.kind == "argument" and isinstance(binding.statement, Function | ast.Lambda):
            return binding.statement
        return self.scope_of(binding.statement)

    def _choose_scope(self, name: str, binding: Binding, inner: Scope) -> Scope:
        """The scope whose name it is: another than it stands in after `global` and for parts."""
        if (declared := self._declared.get((inner, name))) and binding.kind != "argument":
            return declared
        if binding.kind != "part":
            return inner
        scope = inner
        while (id(scope), name) not in self._found and not isinstance(scope, ast.Module):
            # `X_train[:] = ...` changes what an outer function or the file holds.
            scope = self.scope_of(scope)
        return scope

    def _read(self, node: ast.AST) -> Iterator[tuple[str, Binding]]:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from self._assign(target, value, ())
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield from self._assign(target, value, ())
            case ast.NamedExpr(target=target, value=value):
                yield from self._assign(target, value, ())
            case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
                yield from self._assign(target, value, ("*",), ((node, "body"),))
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                yield from self._assign(target, value, ())
            case ast.AugAssign() | ast.Call():
                yield from self._change(node)
            case _:
                yield from self._define(node)

    def _change(self, node: ast.AugAssign | ast.Call) -> Iterator[tuple[str, Binding]]:
        statement, place = self.place_of(node)
        match node:
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                yield name, Binding("part", statement, place, value, (), "+=")
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr), args=args):
                for given in args if attr in _FILLING else ():
                    yield name, Binding("part", statement, place, given, (), f".{attr}")
            case _:
                pass

    def _define(self, node: ast.AST) -> Iterator[tuple[str, Binding]]:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from self._import(node, node.names)
        if isinstance(node, Function | ast.ClassDef):
            statement, place = self.place_of(node)
            yield node.name, Binding("definition", statement, place, node)
        if isinstance(node, Function | ast.Lambda):
            given = node.args
            every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
            for argument in filter(None, every):
                yield argument.arg, Binding("argument", node, (), argument)

    def _assign(
        self, target: ast.expr, value: ast.expr, path: Path, inner: Place = ()
    ) -> Iterator[tuple[str, Binding]]:
        statement, place = self.place_of(target)
        place = (*place, *inner)
        for name, taken in _unpack(target, path):
            yield name, Binding("value", statement, place, value, taken)
        parts = [target] if not isinstance(target, ast.Tuple | ast.List) else target.elts
        for part in parts:
            match part:
                case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=key)):
                    yield name, Binding("part", statement, place, value, path, str(key))
                case ast.Subscript(value=ast.Name(id=name)):
                    yield name, Binding("part", statement, place, value, path, "[]=")
                case ast.Attribute(value=ast.Name(id=name), attr=attr):
                    yield name, Binding("part", statement, place, value, path, f"{attr}=")

    def _import(
        self, node: ast.Import | ast.ImportFrom, aliases: Sequence[ast.alias]
    ) -> Iterator[tuple[str, Binding]]:
        statement, place = self.place_of(node)
        for alias in aliases:
            if isinstance(node, ast.Import):
                top = alias.name.split(".", 1)[0]
                dotted = alias.name if alias.asname else top
                yield alias.asname or top, Binding("import", statement, place, node, (), dotted)
            else:
                dotted = f"{node.module or ''}.{alias.name}"
                name = alias.asname or alias.name
                yield name, Binding("import", statement, place, node, (), dotted)


def _unpack(target: ast.expr, path: Path) -> Iterator[tuple[str, Path]]:
    if isinstance(target, ast.Name):
        yield target.id, path
    elif isinstance(target, ast.Starred):
        yield from _unpack(target.value, path)
    elif isinstance(target, ast.Tuple | ast.List):
        for number, part in enumerate(target.elts):
            yield from _unpack(part, (*path, number))


def _branch(parent: ast.AST, child: ast.AST) -> str:
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        if child in getattr(parent, field, ()):
            return field
    return ""


def _is_main(node: ast.AST) -> bool:
    if not isinstance(node, ast.If):
        return False
    names = (part.id for part in ast.walk(node.test) if isinstance(part, ast.Name))
    return "__name__" in names
