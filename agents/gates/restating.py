"""A search that moves to another component: which statements may be written anew, and how far.

A space is drawn from inside the objective afterwards, the objective returns a number instead of a
dictionary, and the best is read elsewhere. What such statements do beside that has to stay.
"""

import ast
import builtins
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType

from agents.gates.handed import PLAIN_CALLS, Handed, follow_names, list_own, list_targets
from agents.gates.layout import Layout
from agents.gates.leftovers import TRACES
from agents.gates.moving import names_source
from agents.gates.program import find_imports, parse_program
from agents.records import Stage

_BUILTIN = frozenset(dir(builtins)) | PLAIN_CALLS
_NAMES = re.compile(r"[^\W\d]\w*")
_Function = ast.FunctionDef | ast.AsyncFunctionDef
SEARCHING = "hyperparameter_optimization"


@dataclass(frozen=True, slots=True)
class Restated:
    """Statements of the original that may be written anew."""

    kept: Mapping[int, frozenset[str]] = field(default_factory=dict, hash=False)
    """Position of such a statement -> the words that have to be there afterwards."""


def find_restated(stage: Stage, text: str, layout: Layout) -> Restated:
    """Find them; none for anything but a search that moves."""
    trace = TRACES.get(stage.source or "")
    tree = parse_program(text)
    if stage.task != "translate" or stage.functionality != SEARCHING or not trace or tree is None:
        return Restated()
    imports = {
        name: dotted
        for name, dotted in find_imports(tree).items()
        if dotted.split(".")[0] in trace.modules or dotted.rpartition(".")[2] in trace.names
    }
    handed = follow_names(tree, Handed(imports))
    layouts = _find_layouts(tree)
    kept: dict[int, frozenset[str]] = {}
    objectives = tuple(_find_objectives(tree, handed))
    inside = {
        line: (node, _know_params(handed, node))
        for node in objectives
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    for place, (statement, node) in enumerate(_pair(tree, layout)):
        if node is None:
            continue
        objective, known = inside.get(node.lineno, (None, handed))
        if isinstance(node, _Function) and node is objective:
            kept[place] = frozenset(_list_given(node)[1:])
        elif isinstance(node, _Function) and _gives(node, handed):
            # What gave the space is given the trial now.
            kept[place] = frozenset(_list_given(node))
        elif isinstance(node, ast.Return) and objective is not None:
            kept[place] = _keep_words(_find_loss(node.value) or node, known, layouts)
        elif isinstance(node, ast.Assign) and objective and (loss := _find_loss(node.value)):
            kept[place] = _keep_words(loss, known, layouts)
        elif _touches(node, known) or _speaks(stage, statement):
            kept[place] = _keep_words(node, known, layouts)
    return Restated(MappingProxyType(_add_idle(tree, layout, kept)))


def _find_objectives(tree: ast.Module, handed: Handed) -> Iterator[_Function]:
    """Functions that are handed to the search: by name, through a lambda or a partial."""
    wanted: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and handed.holds(node.func):
            given = [*node.args[:1], *(one.value for one in node.keywords if one.arg == "fn")]
            for part in (inner for one in given for inner in ast.walk(one)):
                if isinstance(part, ast.Name):
                    wanted.add(part.id)
                elif isinstance(part, ast.Attribute):
                    wanted.add(part.attr)
    for node in ast.walk(tree):
        if isinstance(node, _Function) and node.name in wanted:
            yield node


def _know_params(handed: Handed, objective: _Function) -> Handed:
    """Inside an objective, what it is given is the search's, too."""
    given = _list_given(objective)[:1]
    return follow_names(objective, Handed(handed.imports, handed.names | frozenset(given)))


def _list_given(function: _Function) -> Sequence[str]:
    every = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return [one.arg for one in every if one.arg not in ("self", "cls")]


def _gives(function: _Function, handed: Handed) -> bool:
    """Returns something of the search's: a space, the best of it."""
    returned = (part for part in ast.walk(function) if isinstance(part, ast.Return))
    return any(part.value is not None and handed.shows(part.value) for part in returned)


def _find_loss(value: ast.expr | None) -> ast.expr | None:
    """What an objective gives as its loss; whatever else is in its dictionary may go."""
    if isinstance(value, ast.Dict):
        for key, held in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "loss":
                return held
    return None


def _find_layouts(tree: ast.Module) -> frozenset[str]:
    """Names of libraries that only lay numbers out; the other component has its own ways."""
    return frozenset(
        name
        for name, dotted in find_imports(tree).items()
        if dotted.split(".")[0] in ("numpy", "pandas")
    )


def _touches(node: ast.stmt, handed: Handed) -> bool:
    """Anything on the statement's own lines is the search's."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return any(name in handed.imports for name in _list_bound(node))
    return any(
        isinstance(part, ast.expr) and handed.holds(part)
        for one in _own_parts(node)
        for part in ast.walk(one)
    )


def _own_parts(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in the statement itself: the bodies of blocks are statements of their own."""
    for name, value in ast.iter_fields(node):
        if name in ("body", "orelse", "finalbody", "handlers", "cases"):
            continue
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.AST):
                yield part


def _keep_words(node: ast.AST, handed: Handed, layouts: frozenset[str]) -> frozenset[str]:
    """Names that are not the search's own, and numbers that other code is given."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return frozenset()
    known = Handed(handed.imports, handed.names | layouts)
    parts = [node] if isinstance(node, ast.expr) else list(_own_parts(node))
    bound: set[str] = set()
    words: set[str] = set()
    for part in parts:
        for own in list_own(part, known):
            match own:
                case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name, ctx=ast.Load()):
                    words.add(name)
                case ast.comprehension(target=target):
                    bound |= set(list_targets(target))
                case ast.Call(func=func) if not _is_plain(func):
                    words |= set(_list_numbers(own))
                case _:
                    pass
    return frozenset(words - bound - _BUILTIN)


def _is_plain(func: ast.expr) -> bool:
    match func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in _BUILTIN
    return False


def _list_numbers(call: ast.Call) -> Iterator[str]:
    for value in (*call.args, *(keyword.value for keyword in call.keywords)):
        inner = value.operand if isinstance(value, ast.UnaryOp) else value
        if isinstance(inner, ast.Constant) and not isinstance(inner.value, str | bytes):
            yield repr(inner.value)


def count_words(layout: Layout, places: Iterable[int]) -> Counter[str]:
    """In how many of these statements each name and number is, also inside texts."""
    found: Counter[str] = Counter()
    for place in places:
        words = set(_NAMES.findall(layout.statements[place].text))
        for token in layout.statements[place].tokens:
            if token[:1].isdigit() or token[:1] == ".":
                with suppress(ValueError, SyntaxError):
                    words.add(repr(ast.literal_eval(token)))
        found.update(words)
    return found


def _pair(tree: ast.Module, layout: Layout) -> Iterator[tuple[str, ast.stmt | None]]:
    """Each logical line with the statement that begins on it; `else:` has none."""
    begun: dict[int, ast.stmt] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            begun.setdefault(node.lineno, node)
    for statement in layout.statements:
        yield statement.text, begun.get(statement.first)


def _speaks(stage: Stage, text: str) -> bool:
    """A text of the statement names the component; so do a docstring and a printed line."""
    return ("'" in text or '"' in text) and names_source(stage, text)


def _add_idle(
    tree: ast.Module, layout: Layout, kept: Mapping[int, frozenset[str]]
) -> dict[int, frozenset[str]]:
    """Imports and constants that only statements which may go have used may go as well."""
    found = dict(kept)
    pairs = list(_pair(tree, layout))
    while True:
        used = _list_used(pairs, found)
        fresh: dict[int, frozenset[str]] = {}
        for place, (_, node) in enumerate(pairs):
            if node is None or place in kept or not _is_constant(node):
                continue
            bound = _list_bound(node)
            still = frozenset(bound) & used
            if bound and len(still) < len(bound) and found.get(place) != still:
                fresh[place] = still
        if not fresh:
            return found
        found |= fresh


def _list_used(
    pairs: Sequence[tuple[str, ast.stmt | None]], kept: Mapping[int, frozenset[str]]
) -> frozenset[str]:
    used: set[str] = set()
    for place, (_, node) in enumerate(pairs):
        if place in kept:
            used |= kept[place]
        elif node is not None:
            used |= {
                inner.id
                for part in _own_parts(node)
                for inner in ast.walk(part)
                if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load)
            }
    return frozenset(used)


def _is_constant(node: ast.stmt) -> bool:
    """An import, or a name given to plain values, generators of numbers included."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if not isinstance(node, ast.Assign) or any(
        isinstance(one, ast.Attribute) for one in node.targets
    ):
        return False
    called = [part for part in ast.walk(node.value) if isinstance(part, ast.Call)]
    return all(_is_plain(part.func) or _is_drawing(part.func) for part in called)


def _is_drawing(func: ast.expr) -> bool:
    return isinstance(func, ast.Attribute) and func.attr in (
        *("default_rng", "RandomState", "log", "arange", "linspace", "logspace", "array", "exp"),
    )


def _list_bound(node: ast.stmt) -> Sequence[str]:
    match node:
        case ast.Import(names=aliases):
            return [alias.asname or alias.name.split(".")[0] for alias in aliases]
        case ast.ImportFrom(names=aliases):
            return [alias.asname or alias.name for alias in aliases]
        case ast.Assign(targets=targets):
            return [name for target in targets for name in list_targets(target)]
    return []
