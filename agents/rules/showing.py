"""What a statement shows: values printed, formatted, appended or handed to a summary writer."""

import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import libcst as cst

from agents.rules.meaning import literal_of
from agents.rules.metrics import family_of, split_of
from agents.rules.script import Script

Sink = Literal["print", "append", "summary"]

_NUMERIC = re.compile(r"[^a-zA-Z]*[eEfFgG%]$")
_PERCENT = re.compile(r"%(\((\w+)\))?[-+ #0]*(\d+|\*)?(\.(\d+|\*))?[hlL]?([a-zA-Z%])")
_LOGS = frozenset({"info", "debug", "warning", "critical", "log", "write", "set_description"})
_TAGGED = frozenset({"add_scalar"})


@dataclass(frozen=True, slots=True)
class Shown:
    """One expression that a statement shows."""

    node: cst.BaseExpression
    label: str
    """The words beside it that name it."""
    numeric: bool
    """It is formatted as one number, so it is one."""
    sink: Sink
    step: cst.BaseExpression | None = None
    """The step the script itself names beside it."""
    fixed: bool = False
    """It cannot be replaced by a name (`{x=}`)."""
    counted: bool = False
    """A whole number, or one part of a ratio: no metric."""


@dataclass(frozen=True, slots=True)
class _Field:
    """A value inside a text, with the text on both sides and its format."""

    node: cst.BaseExpression
    before: str
    after: str
    spec: str
    fixed: bool = False


def _label_before(text: str) -> str:
    """The last phrase of the text that runs up to a value."""
    # A note right after the value before, such as `(train)`, belongs to that value.
    text = re.sub(r"^\s*[\w%]?\s*\([^)]*\)\s*=?", "", re.sub(r"\\[nt]", "\n", text))
    phrases = re.split(r"[,;|\n\t\[\]{}]|\s-\s|--+|==+", text)
    return next((p.strip() for p in reversed(phrases) if re.search(r"[A-Za-z]", p)), "")


def _label_after(text: str) -> str:
    found = re.match(r"[ %]+([A-Za-z][A-Za-z ]*)", text)
    return found.group(1).strip() if found and family_of(found.group(1)) else ""


def _read_fields(fields: Sequence[_Field]) -> Iterator[Shown]:
    """Give each value of a text its label."""
    last = ""
    splits = {split_of(_label_before(field.before)) for field in fields} - {""}
    first = split_of(_label_before(fields[0].before)) if fields else ""
    # `train loss: 0.3 acc: 0.9`: what the first value is of holds for those after it.
    shared = first if len(splits) == 1 else ""
    for field in fields:
        label = _label_before(field.before)
        if not label and len(fields) == 1:
            label = _label_after(field.after)
        if label:
            last = label
        elif re.fullmatch(r"[\s(:=/]*", field.before) and _divides(field.node):
            # `Accuracy: 90/100 (90%)`: the ratio is what the label speaks of.
            label = last
        part = field.after.lstrip().startswith(("/", "out of"))
        part = part or (field.spec.endswith("d") and not _divides(field.node))
        numeric = bool(_NUMERIC.match(field.spec))
        if label and shared and not split_of(label):
            label = f"{shared} {label}"
        yield Shown(field.node, "" if part else label, numeric, "print", None, field.fixed, part)


def _divides(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.BinaryOperation) and (
        isinstance(node.operator, cst.Divide) or _divides(node.left) or _divides(node.right)
    )


def _formatted(node: cst.FormattedString) -> Iterator[_Field]:
    before, parts = "", list(node.parts)
    for index, part in enumerate(parts):
        if isinstance(part, cst.FormattedStringText):
            before = part.value
        elif isinstance(part, cst.FormattedStringExpression):
            spec = "".join(
                p.value for p in part.format_spec or () if isinstance(p, cst.FormattedStringText)
            )
            after = parts[index + 1] if index + 1 < len(parts) else None
            tail = after.value if isinstance(after, cst.FormattedStringText) else ""
            fixed = part.equal is not None or part.conversion is not None
            yield _Field(part.expression, before, tail, spec, fixed)
            before = ""


def _percent(left: str, operands: Sequence[cst.BaseExpression]) -> Iterator[_Field]:
    found = [m for m in _PERCENT.finditer(left) if m.group(6) != "%"]
    if len(found) != len(operands) or any(m.group(2) for m in found):
        return
    ends = [0, *(m.end() for m in found)]
    starts = [*(m.start() for m in found), len(left)]
    for index, (match, operand) in enumerate(zip(found, operands, strict=True)):
        before = left[ends[index] : match.start()]
        after = left[match.end() : starts[index + 1]].replace("%%", "%")
        yield _Field(operand, before, after, match.group(6))


def _format_call(left: str, call: cst.Call) -> Iterator[_Field]:
    plain = [a.value for a in call.args if a.keyword is None and not a.star]
    named = {a.keyword.value: a.value for a in call.args if a.keyword is not None}
    count = 0
    try:
        fields = list(string.Formatter().parse(left))
    except ValueError:
        return
    for place, (before, name, spec, conversion) in enumerate(fields):
        if name is None:
            continue
        index = int(name) if name.isdigit() else count
        count += 1
        if name and not name.isdigit():
            value = named.get(name)
        else:
            value = plain[index] if index < len(plain) else None
        if value is not None:
            after = fields[place + 1][0] if place + 1 < len(fields) else ""
            yield _Field(value, before, after, "" if conversion else spec or "")


def _joined(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """Operands of a chain of `+`."""
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
        yield from _joined(node.left)
        yield from _joined(node.right)
    else:
        yield node


def _texts(script: Script, node: cst.BaseExpression) -> Iterator[Shown]:
    """Values inside one text expression: f-string, `%`, `.format`, `+ str(x)`."""
    match node:
        case cst.FormattedString():
            yield from _read_fields(list(_formatted(node)))
        case cst.ConcatenatedString():
            for text in (node.left, node.right):
                yield from _texts(script, text)
        case cst.BinaryOperation(operator=cst.Modulo()) if literal_of(node.left):
            right = node.right
            operands = (
                [e.value for e in right.elements] if isinstance(right, cst.Tuple) else [right]
            )
            yield from _read_fields(list(_percent(literal_of(node.left), operands)))
        case cst.Call(func=cst.Attribute(attr=cst.Name("format"))) if isinstance(
            node.func, cst.Attribute
        ):
            yield from _read_fields(list(_format_call(literal_of(node.func.value), node)))
        case cst.BinaryOperation(operator=cst.Add()):
            before = ""
            for part in _joined(node):
                if isinstance(part, cst.Call) and script.name_of(part.func) == "str" and part.args:
                    yield Shown(part.args[0].value, _label_before(before), False, "print")
                else:
                    yield from _texts(script, part)
                before = literal_of(part)


def _call(script: Script, call: cst.Call) -> Iterator[Shown]:
    name = script.name_of(call.func)
    method = call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
    values = [a.value for a in call.args if not a.star]
    if method in _TAGGED and len(values) >= 2:
        step = values[2] if len(values) > 2 else None
        yield Shown(values[1], literal_of(values[0]), False, "summary", step)
        return
    if method == "append" and len(values) == 1 and isinstance(call.func, cst.Attribute):
        value = values[0]
        if isinstance(value, cst.Dict):
            yield from _entries(value)
        else:
            yield Shown(value, script.text(call.func.value), False, "append")
        return
    if method == "set_postfix":
        for arg in call.args:
            if arg.keyword is not None:
                yield Shown(arg.value, arg.keyword.value, False, "print")
        return
    logs = method in _LOGS or name.startswith("logging.")
    if logs and len(values) > 1 and literal_of(values[0]):
        yield from _read_fields(list(_percent(literal_of(values[0]), values[1:])))
        return
    before = ""
    for arg in call.args:
        inside = list(_texts(script, arg.value))
        if inside:
            first = replace(inside[0], label=inside[0].label or _label_before(before))
            yield from (first, *inside[1:])
        elif (name == "print" or logs) and not (arg.keyword or arg.star or literal_of(arg.value)):
            yield Shown(arg.value, _label_before(before), False, "print")
        before = literal_of(arg.value)


def _entries(node: cst.Dict) -> Iterator[Shown]:
    for element in node.elements:
        if isinstance(element, cst.DictElement):
            yield Shown(element.value, literal_of(element.key), False, "append")


def read_shown(script: Script, small: cst.BaseSmallStatement) -> Iterator[Shown]:
    """Values that one simple statement shows, from left to right."""
    if isinstance(small, cst.Expr):
        if isinstance(small.value, cst.Call):
            yield from _call(script, small.value)
    elif isinstance(small, cst.Assign) and isinstance(small.value, cst.Dict):
        yield from _entries(small.value)
