"""Changes to a text at positions: lines put in, spans replaced, lines moved right."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from libcst.metadata import CodePosition, CodeRange

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


def split_lines(text: str) -> list[str]:
    """Lines with their ends; only the line ends that Python itself knows."""
    return _LINE.findall(text)


@dataclass(slots=True)
class Edits:
    """A set of changes to one text; positions are those of the text before."""

    text: str
    newline: str = "\n"
    before: dict[int, list[str]] = field(default_factory=dict)
    after: dict[int, list[str]] = field(default_factory=dict)
    spans: list[tuple[CodePosition, CodePosition, str]] = field(default_factory=list)
    moved: dict[int, str] = field(default_factory=dict)
    headers: dict[int, str] = field(default_factory=dict)

    def put_before(self, line: int, lines: Iterable[str]) -> None:
        """Put lines before a 1-based line."""
        self.before.setdefault(line, []).extend(lines)

    def put_after(self, line: int, lines: Iterable[str]) -> None:
        """Put lines after a 1-based line."""
        self.after.setdefault(line, []).extend(lines)

    def replace(self, span: CodeRange, text: str) -> None:
        """Put a text in the place of a span."""
        self.spans.append((span.start, span.end, text))

    def insert(self, at: CodePosition, text: str) -> None:
        """Put a text at a position within a line."""
        self.spans.append((at, at, text))

    def wrap(self, first: int, last: int, header: str, by: str) -> None:
        """Put a header before a line and move the lines up to the last, included, right."""
        self.headers[first] = header
        for line in range(first, last + 1):
            self.moved[line] = by

    def apply(self) -> str:
        """The text after all changes."""
        lines = split_lines(self.text)
        for start, end, new in sorted(
            self.spans, key=lambda s: (s[0].line, s[0].column, s[1].line, s[1].column), reverse=True
        ):
            first, last = lines[start.line - 1], lines[end.line - 1]
            lines[start.line - 1] = first[: start.column] + new + last[end.column :]
            for index in range(start.line, end.line):
                lines[index] = ""
        out: list[str] = []
        for number, line in enumerate(lines, start=1):
            shift = self.moved.get(number, "")
            if number in self.headers:
                out.append(self.headers[number] + self.newline)
            out += [shift + new + self.newline for new in self.before.get(number, ())]
            out.append(shift + line if line.strip() else line)
            if self.after.get(number) and not "".join(out[-2:]).endswith(("\n", "\r")):
                out.append(self.newline)
            out += [shift + new + self.newline for new in self.after.get(number, ())]
        return "".join(out)
