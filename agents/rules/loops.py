"""What the loops around a statement are: epochs, batches, folds, named things."""

import re
from itertools import pairwise

import libcst as cst

from agents.rules.meaning import literal_of
from agents.rules.script import Function, Loop, Place, Script

_LOADER = re.compile(r"loader|batch|dataset|\bdl\b|_dl\b|_iter\b|data_iter|train_data|test_data")
_STYLING = re.compile(r"colou?r|marker|style|^(c|ls|lw|cmap)$")
_KEY = re.compile(r"[\w\-. /]+")


def has_training(script: Script, loop: Loop) -> bool:
    """The loop's own body takes an optimization step."""
    inside = script.text(loop.body)
    return bool(re.search(r"\.backward\(|\.step\(|\.partial_fit\(", inside))


def iterated(loop: Loop) -> cst.BaseExpression | None:
    """What a `for` goes over, progress bars taken off; None for `while`."""
    if isinstance(loop, cst.While):
        return None
    node = loop.iter
    while isinstance(node, cst.Call) and node.args:
        last = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
        if not isinstance(last, cst.Name) or last.value not in (
            "tqdm",
            "list",
            "iter",
            "track",
            "progress_bar",
        ):
            break
        node = node.args[0].value
    return node


def is_batch_loop(script: Script, place: Place, loop: Loop) -> bool:
    """The loop goes over batches of one epoch."""
    node = iterated(loop)
    if node is None:
        return False
    text = script.text(node)
    if isinstance(node, cst.Call) and script.name_of(node.func) == "range":
        outer = place.loops[: place.loops.index(loop)]
        return len(node.args) == 3 or (bool(outer) and has_training(script, loop))
    if text.startswith("enumerate(") and "kf" in text:
        return False
    return bool(_LOADER.search(text)) and ".split(" not in text


def is_guarded(script: Script, place: Place, loop: Loop) -> bool:
    """Inside the loop, the place is reached only every so many rounds."""
    inside = place.branches[place.branches.index(loop) + 1 :] if loop in place.branches else ()
    return any(isinstance(b, cst.If) and "%" in script.text(b.test) for b in inside)


def index_of(script: Script, loop: Loop, function: Function | None) -> str:
    """The loop's own whole number, counting up, that nothing else changes; or empty."""
    node = iterated(loop)
    if (
        isinstance(loop, cst.For)
        and isinstance(loop.target, cst.Name)
        and _ascends(script, node, function)
    ):
        return _unchanged(script, loop.target, loop, function)
    if not isinstance(loop, cst.For) or not isinstance(node, cst.Call):
        return ""
    called = script.text(node.func).rsplit(".", 1)[-1]
    target: cst.BaseExpression = loop.target
    if called == "enumerate" and isinstance(target, cst.Tuple):
        target = target.elements[0].value
    elif called == "range" and len(node.args) == 3:
        if not isinstance(node.args[2].value, cst.Integer | cst.Name):
            return ""
    elif called not in ("range", "trange", "count"):
        return ""
    if not isinstance(target, cst.Name) or target.value == "_":
        return ""
    return _unchanged(script, target, loop, function)


def _unchanged(script: Script, target: cst.Name, loop: Loop, function: Function | None) -> str:
    """The variable's name, where only the loop itself sets it."""
    first, last = script.spans[loop].start.line, script.spans[loop].end.line
    changed = [b for b in script.bound(target.value, function) if first <= b.line <= last]
    return target.value if len(changed) == 1 else ""


def _ascends(script: Script, node: cst.BaseExpression | None, function: Function | None) -> bool:
    """A literal collection of whole numbers, each greater than the one before."""
    if isinstance(node, cst.Name):
        bound = script.bound(node.value, function)
        node = bound[0].value if len(bound) == 1 and bound[0].how == "assign" else None
    if not isinstance(node, cst.List | cst.Tuple) or not node.elements:
        return False
    numbers = [e.value.evaluated_value for e in node.elements if isinstance(e.value, cst.Integer)]
    return len(numbers) == len(node.elements) and all(a < b for a, b in pairwise(numbers))


def _strings(
    script: Script, node: cst.BaseExpression | None, column: int, function: Function | None
) -> tuple[str, ...]:
    """The literal names a collection holds in one of its columns; empty where not all are."""
    if isinstance(node, cst.Name):
        bound = script.bound(node.value, function)
        node = bound[0].value if len(bound) == 1 and bound[0].how == "assign" else None
    if isinstance(node, cst.Dict):
        keys = [e.key for e in node.elements if isinstance(e, cst.DictElement)]
        texts = [literal_of(k) for k in keys] if len(keys) == len(node.elements) else [""]
        return tuple(texts) if column <= 0 and all(texts) else ()
    if not isinstance(node, cst.List | cst.Tuple):
        return ()
    found = []
    for element in node.elements:
        value = element.value
        if column >= 0 and isinstance(value, cst.Tuple | cst.List):
            value = value.elements[column].value if column < len(value.elements) else value
        elif column >= 0:
            return ()
        found.append(literal_of(value))
    return tuple(found) if all(found) else ()


def _flat_names(target: cst.BaseExpression) -> list[str]:
    if isinstance(target, cst.Tuple | cst.List):
        return [e.value.value if isinstance(e.value, cst.Name) else "" for e in target.elements]
    return [target.value] if isinstance(target, cst.Name) else []


def naming_of(script: Script, loop: Loop, function: Function | None) -> str:
    """A loop variable that only ever holds distinct literal names; or empty."""
    node = iterated(loop)
    if not isinstance(loop, cst.For) or node is None:
        return ""
    target: cst.BaseExpression = loop.target
    if isinstance(node, cst.Call) and script.name_of(node.func) == "enumerate" and node.args:
        if not isinstance(target, cst.Tuple) or len(target.elements) != 2:
            return ""
        node, target = node.args[0].value, target.elements[1].value
    names = _flat_names(target)
    columns: list[tuple[str, cst.BaseExpression | None, int]]
    whole = not isinstance(target, cst.Tuple | cst.List)
    if isinstance(node, cst.Call) and script.name_of(node.func) == "zip":
        columns = [(n, a.value, -1) for n, a in zip(names, node.args, strict=False)]
    elif isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        if node.func.attr.value not in ("items", "keys") or node.args:
            return ""
        columns = (
            [(names[0], node.func.value, 0 if node.func.attr.value == "items" else -1)]
            if names
            else []
        )
    else:
        columns = [(n, node, -1 if whole else i) for i, n in enumerate(names)]
    for name, collection, column in columns:
        shown = bool(name) and not _STYLING.search(name)
        texts = _strings(script, collection, column, function) if shown else ()
        if texts and len(set(texts)) == len(texts) and all(_KEY.fullmatch(t) for t in texts):
            return _unchanged(script, cst.Name(name), loop, function)
    return ""
