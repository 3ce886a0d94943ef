"""Every number in a program's text that says how long it works, by name and by use."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agents.gates.program import parse_program
from agents.shrinking.numbers import Spelling, called_name, compute, name_of, read_numbers
from agents.shrinking.words import counter_kind, is_something_else, name_kind, normalise
from agents.verdict import How, Kind

LONG_LOOP = 1000
"""A loop over `i` has to be this long to be the work itself and no walk over classes or pixels."""

_POSITIONAL: Mapping[str, tuple[int, str]] = {
    "KFold": (0, "n_splits"),
    "StratifiedKFold": (0, "n_splits"),
    "GroupKFold": (0, "n_splits"),
    "TimeSeriesSplit": (0, "n_splits"),
    "optimize": (1, "n_trials"),
    "RandomForestClassifier": (0, "n_estimators"),
    "RandomForestRegressor": (0, "n_estimators"),
}
_BOOSTING = frozenset({"xgb", "xgboost", "lgb", "lightgbm"})
_RANGES = frozenset({"range", "trange", "prange", "arange"})
_ASKING = frozenset({"add_argument", "option"})


@dataclass(frozen=True, slots=True)
class Site:
    """One number that says how long a program works."""

    file: str
    name: str
    """As people know it: `EPOCHS`, `--epochs`, `n_estimators`."""
    key: str
    """The name, whatever its spelling: the same knob in another version of the program."""
    kind: Kind
    how: How
    spelling: Spelling
    names: tuple[str, ...] = ()
    """For an option: all its spellings."""


def find_sites(files: Mapping[str, str]) -> tuple[Site, ...]:
    """All such numbers in these files (path -> text), each once, in the order of the text."""
    trees = {file: tree for file, text in files.items() if (tree := parse_program(text))}
    bounds = _find_bounds(trees)
    found: dict[tuple[str, int, int], Site] = {}
    for file, tree in trees.items():
        for node in _walk(tree):
            for name, kind, how, value in _offers(node, bounds):
                for spelling in read_numbers(value):
                    site = Site(file, name, normalise(name), kind, how, spelling, _spelt(node))
                    found.setdefault((file, spelling.line, spelling.start), site)
    return tuple(found[place] for place in sorted(found))


def _walk(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those in f-strings, whose columns older Pythons do not know."""
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop(0)
        yield node
        pending += [
            child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.JoinedStr)
        ]


Offer = tuple[str, Kind, How, ast.expr | None]


def _offers(node: ast.AST, bounds: Mapping[str, Kind]) -> Iterator[Offer]:  # noqa: PLR0912  # one case a node
    """Name, kind and expression of what a node gives to a name that counts."""
    match node:
        case ast.ClassDef(body=body):
            for item in body:
                if isinstance(item, ast.AnnAssign | ast.Assign):
                    yield from _assigned(item, "field", bounds)
        case ast.Assign() | ast.AnnAssign():
            yield from _assigned(node, "constant", bounds)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
            yield from _defaults(node.args, bounds)
        case ast.Call() if called_name(node) in _ASKING and _spelt(node):
            title = max((name for name in _spelt(node)), key=len)
            if kind := _kind(title, bounds):
                given = [word.value for word in node.keywords if word.arg == "default"]
                yield title, kind, "option", given[0] if given else None
        case ast.Call():
            yield from _arguments(node, bounds)
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield from _named(key.value, "constant", value, bounds)
        case ast.For() | ast.AsyncFor() | ast.comprehension() | ast.While():
            for counter, kind, bound in _loops(node):
                yield counter, kind, "loop", bound
        case _:
            return


def _named(
    name: str, how: How, value: ast.expr | None, bounds: Mapping[str, Kind]
) -> Iterator[Offer]:
    if value is not None and (kind := _kind(name, bounds)):
        yield name, kind, how, value


def _kind(name: str, bounds: Mapping[str, Kind]) -> Kind | None:
    return name_kind(name) or bounds.get(name)


def _assigned(
    node: ast.Assign | ast.AnnAssign, how: How, bounds: Mapping[str, Kind]
) -> Iterator[Offer]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            if len(target.elts) == len(node.value.elts):
                for one, value in zip(target.elts, node.value.elts, strict=True):
                    yield from _named(name_of(one), how, value, bounds)
        elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
            yield from _named(str(target.slice.value), how, node.value, bounds)
        else:
            yield from _named(name_of(target), how, node.value, bounds)


def _defaults(arguments: ast.arguments, bounds: Mapping[str, Kind]) -> Iterator[Offer]:
    plain = [*arguments.posonlyargs, *arguments.args]
    given = arguments.defaults
    for argument, value in zip(plain[len(plain) - len(given) :], given, strict=True):
        yield from _named(argument.arg, "default", value, bounds)
    for argument, other in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield from _named(argument.arg, "default", other, bounds)


def _arguments(node: ast.Call, bounds: Mapping[str, Kind]) -> Iterator[Offer]:
    for word in node.keywords:
        # A name that only counts because a loop uses it says nothing about somebody's argument.
        if word.arg and name_kind(word.arg):
            yield from _named(word.arg, "argument", word.value, bounds)
    name = called_name(node)
    place, knob = _POSITIONAL.get(name, (-1, ""))
    if name == "train" and isinstance(node.func, ast.Attribute):
        place, knob = (2, "num_boost_round") if name_of(node.func.value) in _BOOSTING else (-1, "")
    if 0 <= place < len(node.args):
        yield from _named(knob, "argument", node.args[place], bounds)
    if name in ("get", "setdefault", "pop") and len(node.args) == 2:  # key, default
        key = node.args[0]
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield from _named(key.value, "default", node.args[1], bounds)


def _loops(node: ast.AST) -> Iterator[tuple[str, Kind, ast.expr]]:
    """The counter of a loop, what it counts, and the expression that bounds it."""
    if isinstance(node, ast.While):
        for part in ast.walk(node.test):
            if isinstance(part, ast.Compare) and len(part.ops) == 1:
                counter, bound = part.left, part.comparators[0]
                kind = counter_kind(name_of(counter))
                if kind and isinstance(part.ops[0], ast.Lt | ast.LtE):
                    yield name_of(counter), kind, bound
        return
    if not isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
        return
    counters = [name_of(part) for part in ast.walk(node.target) if isinstance(part, ast.Name)]
    for part in ast.walk(node.iter):
        if isinstance(part, ast.Call) and called_name(part) in _RANGES and part.args:
            bound = part.args[0] if len(part.args) == 1 else part.args[1]
            known = next((kind for name in counters if (kind := counter_kind(name))), None)
            if known is not None:
                yield counters[0], known, bound
            elif not isinstance(bound, ast.Constant) or (compute(bound) or 0) >= LONG_LOOP:
                apart = isinstance(node, ast.comprehension)
                yield counters[0] if counters else "_", "samples" if apart else "steps", bound


def _find_bounds(trees: Mapping[str, ast.Module]) -> Mapping[str, Kind]:
    """Names that bound loops and do not say by themselves what they count."""
    bounds: dict[str, Kind] = {}
    long = {
        name_of(target)
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if any(spelling.value >= LONG_LOOP for spelling in read_numbers(node.value))
    }
    for tree in trees.values():
        for node in ast.walk(tree):
            for counter, kind, bound in _loops(node):
                inner = bound.left if isinstance(bound, ast.BinOp) else bound
                name = name_of(inner)
                if not name or name_kind(name) or is_something_else(name):
                    continue
                if counter_kind(counter) or name in long:
                    bounds.setdefault(name, kind)
    return bounds


def _spelt(node: ast.AST) -> tuple[str, ...]:
    """The spellings of an option that a call declares."""
    if not isinstance(node, ast.Call) or called_name(node) not in _ASKING:
        return ()
    return tuple(
        argument.value
        for argument in node.args
        if isinstance(argument, ast.Constant)
        and isinstance(argument.value, str)
        and argument.value.startswith("-")
    )
