"""Parameters that contradict the program: logged as 500 where the script says 200."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping

from agents.gates.exhibit import Exhibit
from agents.gates.numbers import is_close
from agents.gates.options import normalise_option, read_options
from agents.gates.program import parse_program, reachable_files


def find_false_parameter(exhibit: Exhibit) -> str:
    """A logged number the original never gives to that name; empty if there is none.

    Only names whose every value stands in the text as a number are judged: an option may be
    given on the command line, and a computed value is not known here.
    """
    reachable = reachable_files(exhibit.before, exhibit.entry)
    files = {file: exhibit.before[file] for file in reachable}
    open_names = {normalise_option(name) for option in read_options(files) for name in option.names}
    known = _read_values(files)
    # A number that is written out may be logged as it is written, though less of it was run.
    written = {file: (exhibit.written or {}).get(file, "") for file in reachable}
    for name, more in _read_values(written).items():
        known[name] = [*known.get(name, []), *more]
    for run in exhibit.observed.store.runs:
        for key, text in run.params.items():
            name = normalise_option(key.split("__")[-1])
            values = known.get(name)
            logged = _number(text)
            if name in open_names or not values or logged is None or None in values:
                continue
            numbers = [value for value in values if value is not None]
            if not any(is_close(logged, value) for value in numbers):
                shown = ", ".join(f"{value:g}" for value in dict.fromkeys(numbers))
                return f"The parameter `{key}` was logged as {text}; the script has {shown}."
    return ""


def _read_values(files: Mapping[str, str]) -> dict[str, list[float | None]]:
    """Name -> the numbers given to it; None among them where one is no plain number."""
    found: dict[str, list[float | None]] = defaultdict(list)
    for text in files.values():
        tree = parse_program(text)
        for node in ast.walk(tree) if tree else ():
            for name, value in list_given(node):
                found[name.lower()] += _plain_numbers(value)
    return found


def list_given(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """Names that a node gives a value to: assignments, keywords, arguments, dictionaries."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                plain = isinstance(target, ast.Name | ast.Attribute)
                yield from ((name, value if plain else None) for name in _target_names(target))
        case ast.AnnAssign(target=target, value=value) if value is not None:
            yield from ((name, value) for name in _target_names(target))
        case ast.keyword(arg=str(name), value=value):
            yield name, value
        case ast.arg(arg=name):
            yield name, None
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value.split("__")[-1], value
        case ast.AugAssign() | ast.For() | ast.comprehension() | ast.NamedExpr():
            yield from ((name, None) for name in _target_names(node.target))
        case _:
            pass


def _target_names(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Attribute):
        yield target.attr
    for part in ast.walk(target):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id


def _plain_numbers(value: ast.expr | None) -> list[float | None]:
    if isinstance(value, ast.List | ast.Tuple):
        return [number for item in value.elts for number in _plain_numbers(item)]
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub):
        return [None if number is None else -number for number in _plain_numbers(value.operand)]
    if isinstance(value, ast.Constant) and isinstance(value.value, int | float):
        return [float(value.value)]
    return [None]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
