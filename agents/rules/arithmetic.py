"""What functions of numbers hand back: built-in, reducing, elementwise."""

from collections.abc import Sequence
from dataclasses import replace

import libcst as cst

from agents.rules.meaning import (
    LITERAL,
    NUMBER,
    UNKNOWN,
    Meaning,
    join_kinds,
    keyword_of,
)

_REDUCTIONS = frozenset(
    f"{library}.{name}"
    for library in ("numpy", "torch", "statistics", "math")
    for name in ("mean", "average", "median", "std", "sum", "nanmean", "fmean", "fsum", "var")
)
_ELEMENTWISE = frozenset(
    f"{library}.{name}"
    for library in ("numpy", "torch", "math")
    for name in ("sqrt", "abs", "absolute", "exp", "log", "round")
)


def read_numeric(call: cst.Call, name: str, given: Sequence[Meaning]) -> Meaning | None:
    """The meaning of a call by its name and arguments; None: no function of numbers."""
    inner, last = given[0], name.rsplit(".", 1)[-1]
    found: Meaning | None = None
    if name in _REDUCTIONS:
        found = _reduce(call, inner, last)
    elif name in _ELEMENTWISE:
        found = _apply(name, inner, last)
    elif name in ("len", "int"):
        found = LITERAL
    elif name == "float":
        # `float("inf")` is where a best value starts, not one that was measured.
        plain = inner.kind in ("number", "literal")
        found = inner if plain else LITERAL if inner.kind == "text" else NUMBER
    elif name in ("round", "abs"):
        found = inner if inner.kind in ("number", "literal") else UNKNOWN
    elif name in ("sum", "max", "min"):
        listed = NUMBER if inner.kind in ("numbers", "folds") else UNKNOWN
        found = join_kinds(given) if len(given) > 1 else listed
    return found


def _reduce(call: cst.Call, inner: Meaning, last: str) -> Meaning:
    if keyword_of(call, "axis", 1) is not None or keyword_of(call, "dim", 1) is not None:
        return UNKNOWN
    if inner.kind == "folds":
        return Meaning("number", f"{inner.key}_{last}", "", inner.subject)
    return UNKNOWN if inner.kind == "frame" else NUMBER


def _apply(name: str, inner: Meaning, last: str) -> Meaning:
    rooted = "rmse" if inner.key == "mse" and last == "sqrt" else ""
    if name.startswith("math."):
        return Meaning("number", rooted, inner.split, inner.subject)
    if inner.kind == "number":
        return replace(inner, key=rooted)
    return Meaning("array") if inner.kind in ("folds", "array") else UNKNOWN
