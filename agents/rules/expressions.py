"""Parts of expressions: what may be computed twice, moved before its line, or was measured."""

from collections.abc import Iterator

import libcst as cst

from agents.rules.meaning import Meaning
from agents.rules.script import Function, Script
from agents.rules.values import Reader

_CHEAP = frozenset(
    {
        "len",
        "float",
        "round",
        "abs",
        "sum",
        "max",
        "min",
        "numpy.mean",
        "math.exp",
        "math.sqrt",
        "numpy.sqrt",
        "numpy.exp",
        "statistics.mean",
    }
)
_UNEVEN = (
    cst.Lambda,
    cst.IfExp,
    cst.BooleanOperation,
    cst.GeneratorExp,
    cst.ListComp,
    cst.SetComp,
    cst.DictComp,
    cst.NamedExpr,
    cst.Await,
    cst.Yield,
)

_QUIET = frozenset(
    {
        "item",
        "mean",
        "std",
        "sum",
        "format",
        "join",
        "upper",
        "lower",
        "title",
        "size",
        "score",
        "predict",
        "predict_proba",
        "decision_function",
        "ljust",
        "rjust",
        "time",
        "items",
        "keys",
        "values",
        "get",
    }
)


def is_cheap(script: Script, node: cst.CSTNode) -> bool:
    """Arithmetic over names on one line: computing it again costs and changes nothing."""
    span = script.spans.get(node)
    if isinstance(node, _UNEVEN) or (span is not None and span.start.line != span.end.line):
        return False
    if isinstance(node, cst.Call):
        last = node.func.attr.value if isinstance(node.func, cst.Attribute) else ""
        if script.name_of(node.func) not in _CHEAP and (last != "item" or node.args):
            return False
    return all(is_cheap(script, child) for child in node.children)


def is_rescaled(script: Script, node: cst.CSTNode, name: str) -> bool:
    """`round(acc * 100, 2)`: nothing but one name, turned into another unit or type."""
    if isinstance(node, cst.Name):
        return node.value == name
    if isinstance(node, cst.Call):
        method = node.func.attr.value if isinstance(node.func, cst.Attribute) else ""
        if method == "item" and isinstance(node.func, cst.Attribute):
            return is_rescaled(script, node.func.value, name)
        plain = script.name_of(node.func) in ("float", "round", "numpy.round")
        return plain and all(is_rescaled(script, a.value, name) for a in node.args)
    if isinstance(node, cst.BinaryOperation):
        by = isinstance(node.operator, cst.Multiply)
        return by and all(is_rescaled(script, n, name) for n in (node.left, node.right))
    return isinstance(node, cst.Integer | cst.Float)


def is_uneven(node: cst.CSTNode) -> bool:
    """The expression is perhaps not evaluated, or binds names."""
    return isinstance(node, _UNEVEN) or any(is_uneven(child) for child in node.children)


def is_first(script: Script, line: cst.SimpleStatementLine, node: cst.CSTNode) -> bool:
    """Nothing that could be noticed is computed on the line before the node."""
    here, end = script.spans[node].start, script.spans[node].end
    for call in calls_in(line):
        span = script.spans[call]
        before = (span.start.line, span.start.column) < (here.line, here.column)
        around = (span.end.line, span.end.column) >= (end.line, end.column)
        if before and not around and not _is_harmless(script, call):
            return False
    return True


def calls_in(node: cst.CSTNode) -> list[cst.Call]:
    """All calls inside a node, the outer ones first."""
    found = [node] if isinstance(node, cst.Call) else []
    return found + [call for child in node.children for call in calls_in(child)]


def _is_harmless(script: Script, call: cst.Call) -> bool:
    name = script.name_of(call.func)
    last = call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
    if name.startswith(("numpy.random", "torch.rand", "random.")):
        return False
    library = name.startswith(("sklearn.", "numpy.", "torch.", "time.", "math."))
    return library or name in _CHEAP or name in ("str", "type", "list") or last in _QUIET


def find_measured(
    reader: Reader, node: cst.CSTNode, function: Function | None
) -> Iterator[tuple[cst.BaseExpression, Meaning]]:
    """The outermost parts of an expression that a library measured."""
    if isinstance(node, _UNEVEN):
        return
    if isinstance(node, cst.Call | cst.Attribute):
        name = reader.script.name_of(node.func) if isinstance(node, cst.Call) else ""
        meaning = reader.read(node, function)
        if meaning.measured and name not in ("round", "float", "abs"):
            yield node, meaning
            return
    for child in node.children:
        yield from find_measured(reader, child, function)
