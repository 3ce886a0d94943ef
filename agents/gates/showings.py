"""Lines that only the candidate prints, and whether what they show was measured."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agents.gates.program import parse_program
from agents.gates.provenance import Source
from sandbox.witness.additions import AddedCall, name_of

_PRINTING = frozenset({"print", "info", "warning", "debug", "log", "write", "echo"})
_CONVERSION = re.compile(r"%[-+ #0]*[\d*]*(?:\.[\d*]+)?[a-zA-Z]|\{[^{}]*\}")
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Showing:
    """One added call that prints or logs."""

    pieces: tuple[str, ...]
    """What it says in so many words, in order."""
    measured: bool
    """What it shows beside is what a model answered about the script's data."""
    new: bool = True
    """The model that is asked for it has a name that the original does not give it."""

    def prints(self, line: str) -> bool:
        """Tell whether a line may be its own."""
        place = 0
        for piece in self.pieces:
            place = line.find(piece, place)
            if place < 0:
                return False
            place += len(piece)
        return any(map(_WORD.search, self.pieces))


def list_showings(
    original: Mapping[str, str],
    files: Mapping[str, str],
    calls: frozenset[AddedCall],
    wanted: re.Pattern[str],
) -> tuple[Showing, ...]:
    """Every added call that prints; `wanted` are the words before the value that matters."""
    found = []
    places = {(call.file, call.first, call.last, call.name) for call in calls}
    for file in {call.file for call in calls}:
        tree, before = parse_program(files.get(file, "")), parse_program(original.get(file, ""))
        if tree is None:
            continue
        source = Source(tree, before or ast.Module([], []))
        for scope, nodes in source.scopes.items():
            for node in nodes:
                if not isinstance(node, ast.Call) or name_of(node.func) not in _PRINTING:
                    continue
                place = (file, node.lineno, node.end_lineno or node.lineno, name_of(node.func))
                if place in places:
                    found.append(_read_showing(node, scope, source, wanted))
    return tuple(found)


def _read_showing(
    call: ast.Call, scope: ast.AST, source: Source, wanted: re.Pattern[str]
) -> Showing:
    parts = list(_read_parts(call.args))
    texts = tuple(text for part in parts if isinstance(part, str) for text in _split(part))
    shown = [part for part in parts if isinstance(part, ast.expr)]
    for place, part in enumerate(parts):
        if isinstance(part, str) and wanted.search(part):
            after = [other for other in parts[place:] if isinstance(other, ast.expr)]
            shown = after[:1] or shown
            break
    if not shown:
        return Showing(texts, measured=False)
    # What the original's own code measures is seen by the witness, and has to be found there.
    asked = source.list_asked(shown[-1], scope)
    measured = asked is not None and source.judge(shown[-1], scope)
    return Showing(texts, measured, all(map(source.is_new, asked or ())))


def _split(text: str) -> Iterator[str]:
    yield from (piece.strip() for piece in text.split("\n") if piece.strip())


def _read_parts(arguments: list[ast.expr]) -> Iterator[str | ast.expr]:
    """Texts and the expressions between them, in the order in which they are printed."""
    waiting = list(arguments)
    while waiting:
        part = waiting.pop(0)
        match part:
            case ast.JoinedStr(values=values):
                for value in values:
                    match value:
                        case ast.Constant(value=str(text)):
                            yield text
                        case ast.FormattedValue(value=inner):
                            yield inner
            case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod(), right=right):
                yield from _fill(text, right.elts if isinstance(right, ast.Tuple) else [right])
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format")):
                yield from _fill(text, part.args)
            case ast.Constant(value=str(text)) if _CONVERSION.search(text) and waiting:
                yield from _fill(text, waiting)
                return
            case ast.Constant(value=str(text)):
                yield text
            case _:
                yield part


def _fill(text: str, values: list[ast.expr]) -> Iterator[str | ast.expr]:
    pieces = _CONVERSION.split(text)
    for number, piece in enumerate(pieces):
        yield piece
        if number < len(pieces) - 1 and number < len(values):
            yield values[number]
