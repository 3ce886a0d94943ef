"""What a program does with the best of a search: a study's best goes where the search's went."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agents.gates.handed import list_targets
from agents.gates.leftovers import TRACES
from agents.gates.program import find_imports, parse_program, resolve_name
from agents.records import Stage

_BEGINNINGS: Mapping[str, frozenset[str]] = {
    "hyperopt": frozenset({"fmin", "space_eval", "Trials"}),
    "optuna": frozenset({"create_study", "load_study", "Study"}),
}
"""Component -> calls whose outcome is what a search found."""


def find_unused_best(stage: Stage, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """The first thing that was given what the search found and is given something else now."""
    source = stage.source or ""
    if stage.task != "translate" or source not in _BEGINNINGS:
        return ""
    given = _list_receivers(source, before)
    still = _list_receivers(stage.target, after)
    called = {name for text in after.values() for name in _list_called(text)}
    for name, place in given.items():
        # What only unpacked Hyperopt's own layout has nothing left to do.
        if name not in still and name in called:
            return (
                f"{place} of the original: `{name}` is given what the search found. Nothing that "
                "the study found reaches it in the adapted script."
            )
    return ""


@dataclass(frozen=True, slots=True)
class _Program:
    """All files of a program, and what in it comes from a search."""

    component: str
    trees: Mapping[str, ast.Module]
    imports: Mapping[str, str]
    names: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    """Those that return some of it."""

    def has(self, node: ast.AST) -> bool:
        """Something of the search is anywhere in it."""
        return any(self._is_found(part) for part in ast.walk(node))

    def _is_found(self, node: ast.AST) -> bool:
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                return name in self.names
            case ast.Attribute(attr=name):
                return f".{name}" in self.names
            case ast.Call(func=func):
                dotted = resolve_name(func, self.imports)
                last = dotted.rpartition(".")[2] or _last_name(func)
                own = dotted.split(".")[0] == self.component or not dotted
                begins = last in _BEGINNINGS.get(self.component, ())
                return (own and begins) or _last_name(func) in self.functions
        return False


def _list_receivers(component: str, files: Mapping[str, str]) -> Mapping[str, str]:
    """Classes and functions of somebody else that are given something of a search -> where."""
    program = _follow(component, files)
    trace = TRACES.get(component)
    own = trace.modules if trace else frozenset({component})
    local = {
        node.name
        for tree in program.trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    found: dict[str, str] = {}
    for file, tree in program.trees.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = _last_name(node.func)
            dotted = resolve_name(node.func, program.imports)
            top = dotted.split(".")[0]
            foreign = bool(dotted) and top not in own and top not in _LAYOUTS
            given = (*node.args, *(keyword.value for keyword in node.keywords))
            if (foreign or name in local) and any(program.has(one) for one in given):
                found.setdefault(name, f"{file}, line {node.lineno}")
    return found


_LAYOUTS = frozenset(
    {"numpy", "pandas", "json", "pprint", "pickle", "joblib", "math", "statistics"}
)
"""These only lay out or keep what they are given."""


def _follow(component: str, files: Mapping[str, str]) -> _Program:
    trees = {name: tree for name, text in files.items() if (tree := parse_program(text))}
    imports = {
        name: dotted for tree in trees.values() for name, dotted in find_imports(tree).items()
    }
    program = _Program(component, trees, imports)
    while True:
        names = frozenset(_list_names(program)) | program.names
        functions = frozenset(_list_functions(program)) | program.functions
        if (names, functions) == (program.names, program.functions):
            return program
        program = _Program(component, trees, imports, names, functions)


def _list_names(program: _Program) -> Iterator[str]:
    for tree in program.trees.values():
        for node in ast.walk(tree):
            match node:
                case ast.Assign(targets=targets, value=value) if program.has(value):
                    for target in targets:
                        yield from list_targets(target)
                case (
                    ast.AnnAssign(target=target, value=ast.expr() as value)
                    | ast.AugAssign(target=target, value=value)
                    | ast.NamedExpr(target=target, value=value)
                    | ast.For(target=target, iter=value)
                    | ast.comprehension(target=target, iter=value)
                ) if program.has(value):
                    yield from list_targets(target)
                case _:
                    pass


def _list_functions(program: _Program) -> Iterator[str]:
    for tree in program.trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for part in ast.walk(node):
                    if isinstance(part, ast.Return) and part.value and program.has(part.value):
                        yield node.name


def _list_called(text: str) -> Iterator[str]:
    tree = parse_program(text)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Call):
            yield _last_name(node.func)


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
