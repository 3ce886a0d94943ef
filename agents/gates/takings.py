"""What is taken out of literals, calls and arguments: the steps that need no other file."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.gates.reaching import Binding, Path

_PASSING = frozenset({"list", "tuple", "iter", "tqdm", "track", "reversed", "sorted"})
"""Functions whose items are those of what they are given."""


@dataclass(frozen=True, slots=True)
class Source:
    """An expression, and what is taken out of what it comes to."""

    node: ast.AST
    path: Path = ()


def called(node: ast.AST) -> str:
    """The last part of what is called; empty for anything but a name or an attribute."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def list_own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """Everything in a function, but for what stands in functions inside it."""
    stack = list(ast.iter_child_nodes(function))
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            stack += ast.iter_child_nodes(node)


def unfold(call: ast.Call) -> ast.Call:
    """`partial(f, a)` hands on as `f(a)` does."""
    return ast.copy_location(
        ast.Call(func=call.args[0], args=call.args[1:], keywords=call.keywords), call
    )


def take_from_call(name: str, node: ast.Call, path: Path) -> Iterator[Source]:
    """What is taken out of what a well-known function hands on of its arguments."""
    match name, node.args, path:
        case "enumerate", [given, *_], ("*", 1, *_):
            yield Source(given, ("*", *path[2:]))
        case "zip", given, ("*", int(number), *_) if number < len(given):
            yield Source(given[number], ("*", *path[2:]))
        case "next", [given, *_], _:
            yield Source(given, ("*", *path))
        case _, [given, *_], (_, *_) if name in _PASSING:
            yield Source(given, path)
        case "dict", [], (str(key), *_):
            yield from (Source(word.value, path[1:]) for word in node.keywords if word.arg == key)
        case _:
            pass


def take_from_parts(parts: Sequence[ast.expr], path: Path) -> Iterator[Source]:
    """What is taken out of a tuple or a list as it is written."""
    first = path[0]
    if first == "*":
        yield from (Source(part, path[1:]) for part in parts if not isinstance(part, ast.Starred))
        yield from (Source(part.value, path) for part in parts if isinstance(part, ast.Starred))
    elif isinstance(first, int) and -len(parts) <= first < len(parts):
        before = parts[: first + 1] if first >= 0 else parts
        if not any(isinstance(part, ast.Starred) for part in before):
            yield Source(parts[first], path[1:])
        elif len(parts) == 1 and isinstance(parts[0], ast.Starred):
            yield Source(parts[0].value, path)


def take_from_dictionary(
    keys: Sequence[ast.expr | None], values: Sequence[ast.expr], path: Path
) -> Iterator[Source]:
    """What is taken out of a dictionary as it is written; of one unpacked in it otherwise."""
    wanted = [
        value
        for key, value in zip(keys, values, strict=True)
        if isinstance(key, ast.Constant) and key.value == path[0]
    ]
    if wanted:
        yield Source(wanted[-1], path[1:])
        return
    for key, value in zip(keys, values, strict=True):
        if key is None:
            yield Source(value, path)


def take_part(binding: Binding, path: Path) -> Iterator[Source]:
    """What is taken out of a value that something was put into."""
    given = Source(binding.node, (*binding.path, *path[1:]))
    if not path:
        yield Source(binding.node, (*binding.path, binding.key))
    elif str(path[0]) == binding.key:
        yield given
    elif binding.key.startswith((".", "[")) or binding.key.endswith("="):
        yield Source(binding.node, (*binding.path, binding.key, *path))


def default_of(arguments: ast.arguments, argument: ast.arg) -> ast.expr | None:
    """The default of an argument, if it has one."""
    plain = [*arguments.posonlyargs, *arguments.args]
    if argument in plain:
        place = plain.index(argument) - len(plain) + len(arguments.defaults)
        return arguments.defaults[place] if place >= 0 else None
    if argument in arguments.kwonlyargs:
        return arguments.kw_defaults[arguments.kwonlyargs.index(argument)]
    return None


def give_by_name(call: ast.Call, name: str, path: Path) -> Iterator[Source]:
    """What a call gives under a name; perhaps, where it unpacks a dictionary."""
    for word in call.keywords:
        if word.arg == name:
            yield Source(word.value, path)
            return
    yield from (Source(word.value, (name, *path)) for word in call.keywords if word.arg is None)


def give_by_place(call: ast.Call, place: int, path: Path) -> Iterator[Source]:
    """What a call gives in a place, from 0, also by unpacking."""
    for number, given in enumerate(call.args[: place + 1]):
        if isinstance(given, ast.Starred):
            yield Source(given.value, (place - number, *path))
            return
    if place < len(call.args):
        yield Source(call.args[place], path)
