"""Trials learn from and are scored on the data that the original learns from and is scored on."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from agents.gates.bindings import Function
from agents.gates.holdout import FOLDING, HoldOut
from agents.gates.kinds import Kinds
from agents.gates.likeness import ASKING, Likeness
from agents.gates.sources import Program
from agents.gates.takings import Source, called

_FITTING = re.compile(r"(?:partial_)?fit(?:_\w+)?|train_on_batch")
_MEASURING = re.compile(
    r"(?:^|\.)(?:metrics|losses|model_selection|functional|torchmetrics|skorch|evaluation)\."
)
_TRAINING = re.compile(r"(?:^|\.)(?:xgboost|lightgbm|catboost)\.(?:train|cv)$")


def find_other_data(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """The first call inside a trial that is given other data than the original's; else empty."""
    if not any("suggest_" in text for text in after.values()):
        return ""
    try:
        return _find_in(Program(before), Program(after))
    except RecursionError:
        return "What is trained on is made in too many steps to be followed."


def _find_in(old: Program, new: Program) -> str:
    likeness = Likeness(old, new)
    known, kinds = _list_known(old), Kinds(new)
    holdout = HoldOut(old, new, likeness, known.get("fit", ()))
    inside = _find_trial_code(new)
    for file, tree in new.files.items():
        for call in _list_trial_calls(new, tree, inside):
            kind = _name_use(new, kinds, call)
            fitting = bool(_FITTING.fullmatch(kind))
            pool = known.get(kind) or (known.get("fit", ()) if fitting else ())
            if pool:
                alike = any(_is_fed_alike(likeness, mine, call) for mine in pool)
                right = alike or holdout.allows(call, training=fitting)
            else:
                folding = kind in FOLDING and bool(known.get("fit"))
                right = not folding or holdout.allows_folds(call)
            if not right:
                return (
                    f"{file}, line {call.lineno}: `{ast.unparse(call)[:120]}` is given other data "
                    "in a trial than the original gives. Train on and score the same rows."
                )
    return ""


def _is_fed_alike(likeness: Likeness, old: ast.Call, new: ast.Call) -> bool:
    if called(old.func) == called(new.func) == "backward":
        assert isinstance(old.func, ast.Attribute)  # noqa: S101
        assert isinstance(new.func, ast.Attribute)  # noqa: S101
        return likeness.covers(Source(old.func.value), Source(new.func.value))
    return likeness.covers_call(old, new)


def _list_known(program: Program) -> Mapping[str, Sequence[ast.Call]]:
    found: dict[str, list[ast.Call]] = defaultdict(list)
    kinds = Kinds(program)
    for tree in program.files.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (kind := _name_use(program, kinds, node)):
                found[kind].append(node)
                if kind != "fit" and _FITTING.fullmatch(kind):
                    found["fit"].append(node)
    return found


def _name_use(program: Program, kinds: Kinds, node: ast.Call) -> str:
    """What a call does with data; empty where it neither trains nor scores."""
    imported = program.imported(node.func)
    name = kinds.name_call(node)
    if imported:
        return name if _MEASURING.search(imported) or _TRAINING.search(imported) else ""
    if not name:
        return f"object of {len(node.args)}"
    method = isinstance(node.func, ast.Attribute) or called(node.func) != name
    if name == "backward" and isinstance(node.func, ast.Attribute):
        return name
    return name if method and ASKING.fullmatch(name) else ""


def _list_trial_calls(
    program: Program, tree: ast.Module, inside: frozenset[ast.AST]
) -> Iterator[ast.Call]:
    """Every call of a file that is made inside a trial."""
    bindings = program.home(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        scope: ast.AST = node
        while scope is not tree:
            scope = bindings.scope_of(scope)
            if scope in inside:
                yield node
                break


def _find_trial_code(program: Program) -> frozenset[ast.AST]:
    """Functions in which a trial runs: where values are suggested, and what is called there."""
    found: list[ast.AST] = []
    for tree in program.files.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node.func).startswith("suggest_"):
                found.append(program.home(tree).scope_of(node))
            elif isinstance(node, ast.Call) and called(node.func) in ("optimize", "ask"):
                if called(node.func) == "ask":
                    found.append(program.home(tree).scope_of(node))
                given = [*node.args, *(word.value for word in node.keywords)]
                for part in given:
                    found += _list_functions(program, part)
    for scope in found:
        for node in ast.walk(scope):
            called_here = isinstance(node, ast.Call) and not isinstance(scope, ast.Module)
            if isinstance(node, ast.Call) and called_here:
                found += [item for item in _list_functions(program, node) if item not in found]
    return frozenset(found)


def _list_functions(program: Program, node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.Lambda):
        return [node]
    if isinstance(node, ast.Call):
        found = [node.func] if called(node.func) != "partial" else [node.func, *node.args[:1]]
        return [item for part in found for item in _list_functions(program, part)]
    own: list[ast.AST] = []
    for item in program.definitions(called(node)):
        if isinstance(item, Function):
            own.append(item)
        else:
            own += [part for part in item.body if isinstance(part, Function)]
    return own
