"""Wraps a script's own expressions, so that the witness sees what they come to.

Which expressions is decided on the original alone. In any other version of a file only an
expression that stands in the same function of the original is wrapped: what a candidate added
can never be vouched for by the witness.
"""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import libcst as cst

from sandbox.witness.spots import Spot, Survey, survey_module
from sandbox.witness.syntax import TRIVIAL, last_name, plain_text

EXPRESSION_CALL = "__mlgraft_seen__"
LONGEST_NAME = 160
_MARK = "\ufeff"
"""The byte order mark some editors put first."""
_UNTOUCHED = re.compile(r"getsource|open\(__file__|Path\(__file__\)\.read|__mlgraft")
_WRAPPING = re.compile(rf"{EXPRESSION_CALL}\(|, 0x6d67[0-9a-f]+\)")
_NUMPY_MEANS = frozenset(("mean", "average", "median", "std"))
_NUMPY_CALLS = _NUMPY_MEANS | {"sqrt", "sum"}
_CLOCKS = frozenset(
    (
        *("time", "perf_counter", "monotonic", "process_time", "now", "today", "default_timer"),
        *("random", "rand", "randn", "randint", "uniform", "normal", "len", "range", "open"),
    )
)
_SETTINGS = re.compile(
    r"(?:^|_)(?:lr|learning|eps|epsilon|momentum|decay|seed|batch|size|epochs?|steps?"
    r"|dropout|threshold|alpha|beta|gamma)(?:_|$)"
)
_FITTED = re.compile(
    r"^(?=[a-z])\w*(?:loss|score|inertia|err|curve|likelihood|bic|aic|bound|ratio|distance)\w*_$"
)


@dataclass(frozen=True, slots=True)
class _Key:
    """An expression in one function of one file, whatever line it stands on."""

    scope: str
    text: str


@dataclass(frozen=True, slots=True)
class _Mark:
    """What the child is told of one expression; see `script.py` of the child for the flags."""

    flags: str
    label: str
    name: str

    @property
    def code(self) -> str:
        """All of it as one number: a number needs no quotes, so that it fits into any f-string."""
        label = " ".join(self.label[:LONGEST_NAME].split())
        text = f"mg{self.flags}\n{label}\n{self.name[:LONGEST_NAME]}"
        return f"0x{text.encode('utf-8', 'replace').hex()}"


def instrument(
    original: Mapping[str, str], files: Mapping[str, str], *, moved: bool = False
) -> Mapping[str, str]:
    """`files` with the expressions wrapped that `original` (both path -> text) chose.

    `moved` is for requests that have statements moved into functions: then an expression counts
    as the original's own wherever it stands in its file.

    Every expression keeps its line. A file that is not in the original, cannot be parsed, reads
    its own source or would not be the same program comes back as it is.
    """
    return MappingProxyType(
        {path: _instrument_file(original.get(path), text, moved) for path, text in files.items()}
    )


def restore_text(text: str) -> str:
    """A message, a traceback for example, with the wrapping taken out of the lines it quotes."""
    return _WRAPPING.sub("", text)


def _instrument_file(original: str | None, text: str, moved: bool) -> str:
    if original is not None and text.startswith(_MARK):
        plain = _instrument_file(original.removeprefix(_MARK), text.removeprefix(_MARK), moved)
        return _MARK + plain
    if original is None or _UNTOUCHED.search(original) or _UNTOUCHED.search(text):
        return text
    try:
        before = cst.parse_module(original)
        after = before if text == original else cst.parse_module(text)
    except (cst.ParserSyntaxError, RecursionError):
        return text
    if after.code != text:
        return text
    survey = survey_module(after)
    chosen = _choose(before, survey_module(before))
    if moved:
        chosen = _spread(chosen, survey)
    places = _place(after, survey, chosen)
    # A keyword may stand right before these without a space (`return-a`), which a name needs.
    spaced = {
        node: mark
        for node, mark in places.items()
        if not isinstance(node, cst.ListComp | cst.UnaryOperation)
    }
    return _wrap_places(after, places) or _wrap_places(after, spaced) or text


def _wrap_places(module: cst.Module, places: Mapping[cst.CSTNode, _Mark]) -> str | None:
    """The file with these expressions wrapped, or None where it would not be the same program."""
    try:
        wrapped = module.visit(_Wrapper(places)).code
    except cst.CSTValidationError:
        return None
    return wrapped if _is_same_program(module.code, wrapped) else None


def _choose(module: cst.Module, survey: Survey) -> dict[_Key, _Mark]:
    shown = {
        last_name(spot.node)
        for spot in survey.spots
        if spot.role == "shown" and isinstance(spot.node, TRIVIAL)
    }
    spots: dict[_Key, list[Spot]] = {}
    for spot in survey.spots:
        if spot.role == "shown" or shown.intersection(spot.targets):
            key = _Key(spot.scope, plain_text(module, spot.node))
            spots.setdefault(key, []).append(spot)
    chosen: dict[_Key, _Mark] = {}
    for key, found in spots.items():
        if last_name(found[0].node) not in _CLOCKS or isinstance(found[0].node, TRIVIAL):
            chosen[key] = _mark_spots(key, found, survey)
    for node, scope in survey.loads.items():
        if _is_numpy_call(node, survey) or _is_fitted(node):
            key = _Key(scope, plain_text(module, node))
            label = chosen[key].label if key in chosen else ""
            chosen[key] = _mark_library(node, key, label, key in chosen)
    return chosen


def _mark_spots(key: _Key, spots: list[Spot], survey: Survey) -> _Mark:
    node = spots[0].node
    labels = list(dict.fromkeys(spot.label for spot in spots if spot.label))
    label = labels[0] if labels else ""
    if isinstance(node, TRIVIAL) and len(labels) != 1:
        label = last_name(node)
    flags = "r" if any(spot.role != "added" for spot in spots) else ""
    names = [*labels, *(target for spot in spots for target in spot.targets)]
    setting = any(_SETTINGS.search(name) for name in names)
    inner = isinstance(node, cst.Call) and last_name(node) in survey.functions
    if not isinstance(node, TRIVIAL) and not setting and not inner:
        flags += "n"
    return _Mark(flags, label, key.text)


def _mark_library(node: cst.BaseExpression, key: _Key, label: str, kept: bool) -> _Mark:
    if isinstance(node, cst.Attribute):
        # A search's own best score has been moved where it was found.
        flags = "rf" if node.attr.value == "best_score_" else "rnf"
        return _Mark(flags, label or node.attr.value.strip("_"), key.text)
    name = last_name(node)
    moved = "n" if name in _NUMPY_MEANS or kept else ""
    return _Mark(f"rl{moved}", label, f"numpy.{name}")


def _is_numpy_call(node: cst.BaseExpression, survey: Survey) -> bool:
    return (
        isinstance(node, cst.Call)
        and isinstance(node.func, cst.Attribute)
        and isinstance(node.func.value, cst.Name)
        and node.func.value.value in survey.numpy_names
        and node.func.attr.value in _NUMPY_CALLS
    )


def _is_fitted(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Attribute) and _FITTED.match(node.attr.value) is not None


def _spread(chosen: Mapping[_Key, _Mark], survey: Survey) -> dict[_Key, _Mark]:
    """Have every scope of the rewritten file look for what any scope of the original chose."""
    marks = {key.text: mark for key, mark in chosen.items()}
    scopes = {*survey.loads.values(), *(spot.scope for spot in survey.spots)}
    everywhere = {_Key(scope, text): mark for scope in scopes for text, mark in marks.items()}
    return {**everywhere, **chosen}


def _place(
    module: cst.Module, survey: Survey, chosen: Mapping[_Key, _Mark]
) -> dict[cst.CSTNode, _Mark]:
    """A plain name is looked at only where it is shown or assigned, anything else everywhere."""
    places: dict[cst.CSTNode, _Mark] = {}
    for spot in survey.spots:
        if isinstance(spot.node, TRIVIAL):
            mark = chosen.get(_Key(spot.scope, plain_text(module, spot.node)))
            if mark is not None:
                places[spot.node] = mark
    scopes = {key.scope for key in chosen}
    for node, scope in survey.loads.items():
        if scope in scopes and (not isinstance(node, TRIVIAL) or _is_fitted(node)):
            mark = chosen.get(_Key(scope, plain_text(module, node)))
            if mark is not None:
                places[node] = mark
    return places


class _Wrapper(cst.CSTTransformer):
    def __init__(self, places: Mapping[cst.CSTNode, _Mark]) -> None:
        super().__init__()
        self._places = places

    def on_leave(
        self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT
    ) -> cst.CSTNodeT | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNodeT]:
        updated = super().on_leave(original_node, updated_node)
        mark = self._places.get(original_node)
        if mark is None or not isinstance(updated, cst.BaseExpression):
            return updated
        return _wrap(updated, mark)  # type: ignore[return-value]


def _wrap(node: cst.BaseExpression, mark: _Mark) -> cst.Call:
    # The parentheses stay outside: a keyword before them may stand without a space.
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    return cst.Call(
        func=cst.Name(EXPRESSION_CALL),
        args=(
            cst.Arg(node.with_changes(lpar=(), rpar=()), comma=comma),
            cst.Arg(cst.Integer(mark.code)),
        ),
        lpar=tuple(node.lpar),
        rpar=tuple(node.rpar),
    )


class _Unwrapper(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == EXPRESSION_CALL:
            return node.args[0]
        return node


def _is_same_program(before: str, after: str) -> bool:
    """The same syntax tree but for the wrapping, on the same lines, and it compiles."""
    try:
        compile(after, "<wrapped>", "exec", dont_inherit=True)
        plain = ast.dump(ast.parse(before))
        unwrapped = ast.dump(_Unwrapper().visit(ast.parse(after)))
    except (SyntaxError, ValueError, RecursionError):
        return False
    return plain == unwrapped and before.count("\n") == after.count("\n")
