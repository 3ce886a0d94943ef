"""What is known of a value without running anything."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import libcst as cst

from agents.rules.metrics import split_of
from agents.rules.script import Function

Kind = Literal[
    "unknown",
    "number",
    "literal",
    "folds",
    "validation",
    "search",
    "estimator",
    "criterion",
    "numbers",
    "several",
    "text",
    "array",
    "frame",
]


@dataclass(frozen=True, slots=True)
class Meaning:
    """The kind of a value, and what the arguments it came from say of it."""

    kind: Kind = "unknown"
    key: str = ""
    """The library's own word for it (`accuracy`, `r2`), only for what a library measured."""
    split: str = ""
    """`train`, `val`, `test`, as the arguments say."""
    subject: str = ""
    """Name of the estimator or of its predictions."""
    items: tuple["Meaning", ...] = ()
    """For `several`: one for each."""
    origin: Function | None = None
    """The script's own function that hands it back."""

    @property
    def measured(self) -> bool:
        """One number that a library of metrics handed back."""
        return self.kind == "number" and bool(self.key)


NUMBER, UNKNOWN, LITERAL = Meaning("number"), Meaning(), Meaning("literal")


def join_kinds(meanings: Iterable[Meaning]) -> Meaning:
    """What a value is that may be any of several."""
    kinds = {m.kind for m in meanings}
    if kinds == {"literal"}:
        return LITERAL
    return NUMBER if kinds and kinds <= {"number", "literal"} else UNKNOWN


def keyword_of(call: cst.Call, name: str, position: int = -1) -> cst.BaseExpression | None:
    """The argument given under a name or at a position."""
    for index, arg in enumerate(call.args):
        if arg.star:
            return None
        if (arg.keyword is None and index == position) or (
            arg.keyword is not None and arg.keyword.value == name
        ):
            return arg.value
    return None


def literal_of(node: cst.BaseExpression | None) -> str:
    """The text of a plain string literal, or an empty string."""
    if isinstance(node, cst.SimpleString | cst.ConcatenatedString):
        value = node.evaluated_value
        return value if isinstance(value, str) else ""
    return ""


def agreeing_split(texts: Iterable[str]) -> str:
    """The one part of the data that arguments speak of, or an empty string."""
    splits = {split_of(text) for text in texts} - {""}
    return splits.pop() if len(splits) == 1 else ""
