"""Printed lines, laid out so that two runs can be compared: text apart from numbers."""

import re
from dataclasses import dataclass

from agents.gates.numbers import is_close
from sandbox.trial import Attempt

RELATIVE = 1e-5
ABSOLUTE = 1e-6
MAX_LINES = 20_000

# What differs between any two runs and says nothing about the training.
_VOLATILE = re.compile(
    r"""
      \d{4}[-/]\d\d[-/]\d\d(?:[T\ _]\d\d[:-]?\d\d(?:[:-]?\d\d(?:[.,]\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?
    | (?<![\d.:])\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?![\d:])
    | \b0x[0-9a-fA-F]{4,}
    # A commit's name: it depends on the second in which it was made.
    | \b(?!\d+e\d+\b)(?=[0-9a-f]*\d)(?=\d*[a-f])(?:[0-9a-f]{7,12}|[0-9a-f]{40})\b
    | (?:/(?:tmp|job|home|root|private/var|var/folders)/[\w./@+-]*)
    | (?<![\w.])\d+(?:\.\d+)?(?:e[-+]?\d+)?\s*
      (?:s|sec|secs|seconds?|ms|us|µs|ns|min|mins|minutes?|hours?|it/s|s/it|ms/step|us/step|samples/s(?:ec)?)\b(?![\w=])
    | (?<![\w.])\d+(?:\.\d+)?\s*(?:[KMGT]i?B|bytes)\b
    | (?<=\bin\s)\d+\.\d+(?=\s*$)
    """,
    re.VERBOSE,
)
_TIMED = re.compile(
    r"((?:elapsed|took|duration|time|seconds|runtime|wall|per_sec)\w*[\"']?\s*(?:\([^)]*\))?"
    r"\s*[:=]?\s*[\"']?)"
    r"\d+(?:\.\d+)?(?:e[-+]?\d+)?",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![\w.])[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|nan|inf)(?![\w]|\.\d)"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line."""

    text: str
    """As it was printed."""
    pattern: str
    """With placeholders for numbers and for what is volatile."""
    numbers: tuple[float, ...]

    def agrees(self, other: "Line") -> bool:
        """Same words, same numbers within the tolerance."""
        return (
            self.pattern == other.pattern
            and len(self.numbers) == len(other.numbers)
            and all(
                is_close(mine, theirs, RELATIVE, ABSOLUTE)
                for mine, theirs in zip(self.numbers, other.numbers, strict=True)
            )
        )


def mask_line(text: str) -> Line:
    """Lay out one line."""
    masked = _TIMED.sub(r"\1<time>", _VOLATILE.sub("<volatile>", text.strip()))
    numbers = tuple(float(found[0]) for found in _NUMBER.finditer(masked))
    return Line(text.strip(), re.sub(r"\s+", " ", _NUMBER.sub("<number>", masked)), numbers)


def find_numbers(text: str) -> tuple[tuple[int, str], ...]:
    """The numbers of a line as they are written, with their places in it."""
    return tuple((found.start(), found[0]) for found in _NUMBER.finditer(text))


def mask_output(attempt: Attempt) -> tuple[Line, ...]:
    """All printed lines of an attempt that are not empty."""
    lines = [line for line in attempt.stdout.splitlines() if line.strip()]
    return tuple(mask_line(line) for line in lines[:MAX_LINES])
