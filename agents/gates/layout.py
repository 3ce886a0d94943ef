"""A program as logical lines: what stands where, inside which blocks, with which comments."""

import ast
import io
import token
import tokenize
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from agents.gates.program import drop_mark

_SKIPPED = frozenset(
    {token.NL, token.NEWLINE, token.INDENT, token.DEDENT, token.COMMENT, token.ENDMARKER}
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One logical line."""

    first: int
    """1-based."""
    last: int
    indent: str
    text: str
    """Its physical lines, each without its indentation."""
    tokens: tuple[str, ...]
    parents: tuple[int, ...]
    """Positions of the headers of the blocks around it, outermost first."""

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        """Equal where the line is the same, wherever it stands and however deep."""
        return (self.text, self.tokens)

    @property
    def plain(self) -> tuple[str, ...]:
        """The tokens without what formatters change: quotes and trailing commas."""
        found: list[str] = []
        for text in self.tokens:
            if text in ")]}" and found and found[-1] == ",":
                found.pop()
            found.append(_plain_token(text))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Layout:
    """All logical lines of a program, in order."""

    statements: tuple[Statement, ...]
    comments: Mapping[str, int]
    blank: int
    """Number of empty lines."""
    placed: Mapping[int, str] = field(default_factory=dict)
    """Line -> the comment on it."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Two layouts side by side, as positions in each."""

    kept: Mapping[int, int]
    """Position before -> position after."""
    removed: tuple[int, ...]
    added: tuple[int, ...]


def read_layout(text: str) -> Layout | None:
    """Lay out a program; None where it cannot be split into tokens."""
    text = drop_mark(text)
    lines = text.split("\n")
    statements: list[Statement] = []
    placed: dict[int, str] = {}
    parents: list[int] = []
    current: list[tokenize.TokenInfo] = []
    try:
        for item in tokenize.generate_tokens(io.StringIO(text).readline):
            if item.type == token.COMMENT:
                placed[item.start[0]] = item.string.strip()
            if item.type == token.INDENT:
                parents.append(len(statements) - 1)
            elif item.type == token.DEDENT:
                parents.pop()
            elif item.type == token.NEWLINE and current:
                statements.append(_make_statement(current, lines, tuple(parents)))
                current = []
            elif item.type not in _SKIPPED:
                current.append(item)
    except (tokenize.TokenError, SyntaxError):
        return None
    blank = sum(not line.strip() for line in lines)
    return Layout(tuple(statements), Counter(placed.values()), blank, placed)


def compare_layouts(before: Layout, after: Layout) -> Changes:
    """Which logical lines were kept, removed and added."""
    matcher = SequenceMatcher(
        None,
        [statement.key for statement in before.statements],
        [statement.key for statement in after.statements],
        autojunk=False,
    )
    kept = {
        block.a + offset: block.b + offset
        for block in matcher.get_matching_blocks()
        for offset in range(block.size)
    }
    there = set(kept.values())
    return Changes(
        kept=kept,
        removed=tuple(place for place in range(len(before.statements)) if place not in kept),
        added=tuple(place for place in range(len(after.statements)) if place not in there),
    )


def _make_statement(
    items: Sequence[tokenize.TokenInfo], lines: Sequence[str], parents: tuple[int, ...]
) -> Statement:
    first, last = items[0].start[0], items[-1].end[0]
    shown = [lines[number - 1] if number <= len(lines) else "" for number in range(first, last + 1)]
    return Statement(
        first=first,
        last=last,
        indent=items[0].line[: items[0].start[1]],
        text="\n".join(line.lstrip() for line in shown),
        tokens=tuple(item.string for item in items),
        parents=parents,
    )


def _plain_token(text: str) -> str:
    if not text.endswith(("'", '"')):
        return text
    try:
        text = str(ast.literal_eval(text))
    except (ValueError, SyntaxError):
        text = text.replace("'", '"')
    # A text that only shifted with its block has changed, but says the same.
    return '"' + " ".join(text.split())
