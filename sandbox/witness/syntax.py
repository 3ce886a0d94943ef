"""Small questions about pieces of a script's syntax."""

import ast
from collections.abc import Iterator

import libcst as cst

_SEEN_THROUGH = frozenset(("round", "float", "abs", "str", "int", "format", "repr", "max", "min"))
_TEXT_CALLS = frozenset(("str", "format", "repr"))
_TEXT_METHODS = frozenset(("format", "join", "strip", "ljust", "rjust", "strftime", "isoformat"))
TRIVIAL = (cst.Name, cst.Attribute, cst.Subscript)
WRAPPABLE = (cst.Call, cst.BinaryOperation, cst.UnaryOperation, cst.ListComp, cst.Await)
TEXTS = (cst.SimpleString, cst.ConcatenatedString, cst.FormattedString)


def last_name(node: cst.CSTNode) -> str:
    """The identifier a plain load or a call ends in; empty for anything else."""
    match node:
        case cst.Name():
            return node.value
        case cst.Attribute():
            return node.attr.value
        case cst.Subscript():
            return last_name(node.value)
        case cst.Call():
            return last_name(node.func)
    return ""


def is_text(node: cst.CSTNode) -> bool:
    """Whether an expression puts a text together, which is never a measurement."""
    match node:
        case cst.SimpleString() | cst.ConcatenatedString() | cst.FormattedString():
            return True
        case cst.BinaryOperation(operator=cst.Modulo() | cst.Add()):
            return is_text(node.left) or is_text(node.right)
        case cst.Call(func=cst.Name(value=name)):
            return name in _TEXT_CALLS
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=name))):
            return name in _TEXT_METHODS
    return False


def is_constant(node: cst.CSTNode) -> bool:
    """Whether an expression is made of literal numbers alone."""
    match node:
        case cst.BaseNumber():
            return True
        case cst.UnaryOperation():
            return is_constant(node.expression)
        case cst.BinaryOperation():
            return is_constant(node.left) and is_constant(node.right)
    return False


def read_text(node: cst.CSTNode) -> str | None:
    """The text of a plain string literal."""
    if not isinstance(node, cst.SimpleString | cst.ConcatenatedString):
        return None
    value = node.evaluated_value
    return value if isinstance(value, str) else None


def last_name_or(node: cst.BaseExpression, otherwise: str) -> str:
    """The name of a plain load, or what to call anything else."""
    return (last_name(node) if isinstance(node, TRIVIAL) else "") or otherwise


def read_index(target: cst.Subscript) -> str:
    """The string key of a subscript; empty where there is none."""
    index = target.slice[0].slice if target.slice else None
    if isinstance(index, cst.Index):
        return read_text(index.value) or ""
    return ""


def members_of(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The expressions one of which, or each of which, is the value handed on."""
    match node:
        case cst.Tuple() | cst.List():
            for element in node.elements:
                if isinstance(element, cst.Element):
                    yield element.value
        case cst.IfExp():
            yield node.body
            yield node.orelse
        case cst.NamedExpr():
            yield node.value


def turned_of(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """What `-x`, `1 - x` and `100 - x` turn round: a loss made of a score is worth as much."""
    match node:
        case cst.UnaryOperation(operator=cst.Minus()):
            yield node.expression
        case cst.BinaryOperation(operator=cst.Subtract(), left=left) if is_constant(left):
            yield node.right


def operands_of(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The expressions that a shown value is computed from."""
    match node:
        case cst.BinaryOperation():
            yield node.left
            if not isinstance(node.left, TEXTS) or not isinstance(node.operator, cst.Modulo):
                yield node.right
        case cst.UnaryOperation():
            yield node.expression
        case cst.Call(func=cst.Name(value=name)) if name in _SEEN_THROUGH:
            for arg in node.args[:1]:
                if not arg.star:
                    yield arg.value


def plain_text(module: cst.Module, node: cst.BaseExpression) -> str:
    """An expression's source with spaces, quotes and parentheses as Python itself writes them."""
    source = module.code_for_node(node)
    try:
        return ast.unparse(ast.parse(f"({source}\n)", mode="eval"))
    except SyntaxError:
        return " ".join(source.split())
