"""Finds parameters: constants that steer the training, and settings of estimators."""

import re
from dataclasses import dataclass

import libcst as cst

from agents.rules.expressions import calls_in
from agents.rules.meaning import literal_of
from agents.rules.metrics import parted_words, words_of
from agents.rules.options import looks_secret
from agents.rules.pacing import is_reached_once
from agents.rules.script import Place, Script
from agents.rules.values import Reader

_STEERING = frozenset(
    """
    lr eta epochs epoch iterations iters steps batch hidden dropout momentum decay estimators
    depth neighbors clusters components splits folds seed state size layers layer embedding
    embed dim dims gamma alpha beta lambda penalty rate degree kernel units filters width heads
    features samples leaf tolerance tol patience c k reg regularization margin temperature noise
    workers n_estimators max min num optimizer solver criterion activation
    """.split()  # noqa: SIM905 -- a list takes one line a word
)
_QUIET_KEYWORDS = frozenset({"verbose", "n_jobs", "copy", "cv", "scoring", "ax", "memory"})


@dataclass(frozen=True, slots=True, eq=False)
class Knob:
    """One parameter and the text of its value."""

    key: str
    value: str
    line: int
    place: Place
    copied: bool
    """The value is a literal: it may be written anywhere."""


def _is_plain(node: cst.BaseExpression) -> bool:
    if isinstance(node, cst.UnaryOperation):
        return isinstance(node.expression, cst.Integer | cst.Float)
    if isinstance(node, cst.Name):
        return node.value in ("True", "False", "None")
    if isinstance(node, cst.Tuple | cst.List):
        return 0 < len(node.elements) <= 8 and all(_is_plain(e.value) for e in node.elements)
    return isinstance(node, cst.Integer | cst.Float)


def find_knobs(script: Script, reader: Reader, taken: set[str]) -> tuple[Knob, ...]:
    """Constants and estimator settings, each under a key of its own."""
    found: list[Knob] = []
    for place in script.places:
        if place.branches and not (place.function is None and _is_guarded_once(place)):
            continue
        if not is_reached_once(script, place):
            continue
        for small in place.line.body:
            if isinstance(small, cst.Assign) and len(small.targets) == 1:
                found += _constant(script, place, small.targets[0].target, small.value)
                found += _settings(script, reader, place, small)
    unique: dict[str, Knob] = {}
    clashing = {k.key for k in found if sum(o.key == k.key for o in found) > 1}
    for knob in found:
        if knob.key not in taken and (knob.key not in clashing or not knob.copied):
            unique.setdefault(knob.key, knob)
    return tuple(unique.values())


def _is_guarded_once(place: Place) -> bool:
    return len(place.branches) == 1 and isinstance(place.branches[0], cst.If)


def _constant(
    script: Script, place: Place, target: cst.BaseExpression, value: cst.BaseExpression
) -> list[Knob]:
    if not isinstance(target, cst.Name):
        return []
    name = target.value
    bound = script.bound(name, place.function)
    words = set(words_of(name))
    upper = name.isupper() and len(name) > 1
    text = literal_of(value)
    fitting = _is_plain(value) or (bool(text) and re.fullmatch(r"[\w.\- ]{1,60}", text) is not None)
    steering = upper or bool(words & _STEERING) or name in ("n", "k", "C")
    if not fitting or not steering or len(bound) != 1 or looks_secret(name, text):
        return []
    if words & {"path", "dir", "file", "url", "folder", "names", "columns", "cols", "device"}:
        return []
    return [Knob(name.lower() if upper else name, name, script.line_of(place.line), place, False)]


def _settings(script: Script, reader: Reader, place: Place, small: cst.Assign) -> list[Knob]:
    """Literal keywords of an estimator or an optimizer."""
    found = []
    target = script.text(small.targets[0].target)
    made = small.value
    if isinstance(made, cst.Call) and isinstance(made.func, cst.Attribute):
        # `model = SVC(C=1.0).fit(X, y)`
        made = made.func.value if made.func.attr.value == "fit" else made
    for call in calls_in(small.value):
        name = script.name_of(call.func)
        kind = reader.read(call, place.function).kind
        optimizer = name.startswith("torch.optim.") and "lr_scheduler" not in name
        if not optimizer and (kind != "estimator" or name.endswith("ipeline")):
            continue
        for arg in call.args:
            if arg.keyword is None or arg.keyword.value in _QUIET_KEYWORDS:
                continue
            text = literal_of(arg.value)
            if not _is_plain(arg.value) and not re.fullmatch(r"[\w.\-]{1,40}", text):
                continue
            if looks_secret(arg.keyword.value, text):
                continue
            own = call is made and target.isidentifier() and not optimizer
            # A variable that holds one model after the other tells none of them apart.
            several = len(script.bound(target, place.function)) > 1
            owner = "_".join(parted_words(name.rsplit(".", 1)[-1])) if several else target
            key = f"{owner}_{arg.keyword.value}" if own else arg.keyword.value
            value = " ".join(script.text(arg.value).split())
            found.append(Knob(key, value, script.line_of(place.line), place, True))
    return found if len({k.key for k in found}) == len(found) else []
