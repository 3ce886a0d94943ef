"""Which of the assignments of one scope may still hold where a name is read."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Step = int | str
"""What is taken out of a value: an index, a key, `*` for each of its items."""
Path = tuple[Step, ...]
LOOPS = (ast.For, ast.AsyncFor, ast.While)

Place = tuple[tuple[ast.AST, str], ...]
"""The blocks around a statement inside its scope, outermost first, each with its branch."""


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One way in which a name gets its value, or a part of it."""

    kind: Literal["value", "part", "argument", "import", "definition"]
    statement: ast.AST
    place: Place
    node: ast.AST
    """What is assigned, or the function or import itself."""
    path: Path = ()
    key: str = ""
    """For a part: its name. For an import: the dotted name."""
    floating: bool = False
    """Made from inside another function: it may have happened at any time."""


def reach(every: Sequence[Binding], statement: ast.AST | None, place: Place) -> Iterator[Binding]:
    """Those that may still hold in a statement; without one, at the end of the scope."""
    before = [item for item in every if statement is None or _precedes(item, statement, place)]
    certain = [
        item
        for item in before
        if item.kind != "part" and not item.floating and place[: len(item.place)] == item.place
    ]
    last = max(certain, key=lambda item: _spot(item.statement), default=None)
    earlier = set(before)
    for item in every:
        if item.floating or item is last:
            yield item
        elif item in earlier:
            later = last is None or _spot(item.statement) > _spot(last.statement)
            if later and not _excludes(item.place, place):
                yield item
        elif _comes_round(item, last, place):
            yield item


def _spot(node: ast.AST) -> tuple[int, int]:
    return (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))


def _precedes(item: Binding, statement: ast.AST, place: Place) -> bool:
    if item.kind == "argument":
        return True
    around = any(block is item.statement for block, _ in place)
    return around or _spot(item.statement) < _spot(statement)


def _comes_round(item: Binding, last: Binding | None, place: Place) -> bool:
    """It stands later in a loop that the use stands in, too."""
    return any(
        isinstance(block, LOOPS)
        and (block, branch) in item.place
        and (last is None or (block, branch) not in last.place)
        for block, branch in place
    )


def _excludes(first: Place, second: Place) -> bool:
    """Branches of one `if` exclude each other, unless a loop comes round to it again."""
    for (block, branch), (other, another) in zip(first, second, strict=False):
        if block is not other:
            return False
        if isinstance(block, LOOPS):
            return False
        if branch != another:
            return True
    return False
