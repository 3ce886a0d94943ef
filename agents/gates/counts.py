"""Whole numbers that no nudge can move, logged as they are read from the script's own things.

The round that was best stays the best one when all scores are moved. What is read from an object
of the original's is no constant all the same: the diff gate lets nobody change such an object.
"""

import ast
from collections.abc import Iterator, Mapping

from agents.gates.families import split_words
from agents.gates.matching import Match
from agents.gates.numbers import is_whole
from agents.gates.program import parse_program

_LOGGING = frozenset({"log_metric", "log_metrics", "log"})
_SEEN_THROUGH = frozenset({"float", "int"})


def find_read_counts(before: Mapping[str, str], after: Mapping[str, str]) -> Mapping[str, str]:
    """Logged key -> the attribute or entry of the original's own object that is logged as it."""
    found: dict[str, str] = {}
    doubtful = set()
    for file, text in after.items():
        tree, original = parse_program(text), parse_program(before.get(file, ""))
        if tree is None or original is None:
            continue
        own = {node.id for node in ast.walk(original) if isinstance(node, ast.Name)}
        for key, value in _list_logged(tree):
            read = _name_read(value, own)
            if not read or found.setdefault(key, read) != read:
                doubtful.add(key)
    return {key: read for key, read in found.items() if key not in doubtful}


def is_read_count(match: Match, read: str) -> bool:
    """A library hands out this whole number under the name of what was read."""
    words = split_words(read)
    return bool(words and is_whole(match.value)) and any(
        vouch.sighting.integral
        and vouch.sighting.source == "library"
        and split_words(vouch.sighting.label) == words
        for vouch in match.vouches
    )


def _list_logged(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if isinstance(node.func, ast.Name):
            name = node.func.id
        if name not in _LOGGING:
            continue
        given = [*node.args, *(item.value for item in node.keywords)]
        if len(given) > 1 and isinstance(given[0], ast.Constant):
            yield str(given[0].value), given[1]
        for part in given:
            if isinstance(part, ast.Dict):
                for key, value in zip(part.keys, part.values, strict=True):
                    if isinstance(key, ast.Constant):
                        yield str(key.value), value


def _name_read(value: ast.expr, own: set[str]) -> str:
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        if value.func.id not in _SEEN_THROUGH or len(value.args) != 1 or value.keywords:
            return ""
        value = value.args[0]
    name = ""
    if isinstance(value, ast.Attribute):
        name = value.attr
    elif isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant):
        name = str(value.slice.value)
    root: ast.expr = value
    while isinstance(root, ast.Attribute | ast.Subscript):
        root = root.value
    return name if isinstance(root, ast.Name) and root.id in own else ""
