"""How often a site is reached, and what tells its points apart: a step, or a name in the key."""

import re

import libcst as cst

from agents.rules.loops import index_of, is_batch_loop, iterated, naming_of
from agents.rules.meaning import literal_of
from agents.rules.metrics import words_of
from agents.rules.script import Function, Invocation, Loop, Place, Script
from agents.rules.sites import MetricSite, Pacing, Thread, Unclear

_RANGE = re.compile(r"range\([\w., +*/-]+(\.size\([\w-]*\)[\w., +*/-]*)?\)")
_LABEL = re.compile(r"[\w\-. /]+")


def callers_of(script: Script, function: Function | None) -> tuple[Invocation, ...] | None:
    """The one chain of calls that leads to a function, the nearest first; None: no such chain."""
    chain: list[Invocation] = []
    while function is not None:
        calls = script.calls.get(function, [])
        if function in script.escaped or len(calls) != 1 or len(chain) > 20:
            return None
        chain.append(calls[0])
        function = calls[0].place.function
    return tuple(chain)


def roots_of(script: Script, place: Place, depth: int = 0) -> tuple[Place, ...]:
    """Places of the module's own level from which a place is reached."""
    if place.function is None:
        return (place,)
    if depth > 20:
        return ()
    return tuple(
        root
        for call in script.calls.get(place.function, ())
        for root in roots_of(script, call.place, depth + 1)
    )


def is_reached_once(script: Script, place: Place) -> bool:
    """The place is executed at most once in a run, as far as the text says."""
    chain = callers_of(script, place.function)
    if chain is None or place.loops:
        return False
    return all(not call.place.loops for call in chain)


def argument_for(function: Function, call: cst.Call, parameter: str) -> cst.BaseExpression | None:
    """What a call hands over for a parameter."""
    names = list(function.parameters)
    if function.owner and names[:1] == ["self"]:
        names = names[1:]
    for index, arg in enumerate(call.args):
        if arg.star:
            return None
        name = arg.keyword.value if arg.keyword else names[index] if index < len(names) else ""
        if name == parameter:
            return arg.value
    return None


def _parameter_holding(script: Script, call: Invocation, name: str) -> str:
    """The parameter through which a call hands over a loop's variable (or it plus one)."""
    function = script.defined(call.call, call.place.function)
    for parameter in function.parameters if function else ():
        given = argument_for(function, call.call, parameter) if function else None
        same = given is not None and re.fullmatch(rf"{name}(\s*\+\s*1)?", script.text(given))
        if same and len(script.bound(parameter, function)) == 1:
            return parameter
    return ""


def _thread(script: Script, call: Invocation, index: str) -> Thread | None:
    """Hand the loop's number over by a new parameter, where the signature allows it."""
    function = script.defined(call.call, call.place.function)
    if function is None or any(a.star for a in call.call.args):
        return None
    params = function.node.params
    stars = params.star_kwarg is not None or params.kwonly_params
    if stars or not isinstance(params.star_arg, cst.MaybeSentinel):
        return None
    inside = {node.value for node in _names(function.node)}
    name = index if index not in inside else f"{index}_number"
    return None if name in inside else Thread(function, call, index, name)


def _names(node: cst.CSTNode) -> list[cst.Name]:
    if isinstance(node, cst.Name):
        return [node]
    return [name for child in node.children for name in _names(child)]


def _length_of(script: Script, loop: Loop, function: Function | None) -> str:
    """Text of the number of rounds of a loop over batches, where the script itself asks for it."""
    node = iterated(loop)
    if isinstance(node, cst.Call) and node.args and script.name_of(node.func) == "enumerate":
        inner: cst.BaseExpression = node.args[0].value
        while isinstance(inner, cst.Call) and inner.args and "tqdm" in script.text(inner.func):
            inner = inner.args[0].value
        text = script.text(inner)
        if _RANGE.fullmatch(text):
            return f"len({text})"
        whole = script.module.code
        if isinstance(inner, cst.Name | cst.Attribute) and f"len({text}" in whole:
            return f"len({text})"
        made = script.bound(text, function)
        maker = made[0].value if len(made) == 1 else None
        sized = isinstance(maker, cst.List | cst.ListComp) or (
            isinstance(maker, cst.Call) and script.text(maker.func).endswith("DataLoader")
        )
        return f"len({text})" if sized else ""
    if isinstance(node, cst.Call) and len(node.args) == 1 and script.name_of(node.func) == "range":
        inner = node.args[0].value
        return script.text(inner) if isinstance(inner, cst.Name | cst.Integer) else ""
    return ""


def pace(script: Script, site: MetricSite) -> Pacing | Unclear:
    """Tell what keeps the points of a site apart, or why nothing does."""
    place, function = site.place, site.place.function
    prefix = ""
    local = list(place.loops)
    for loop in place.loops:
        name = naming_of(script, loop, function)
        if name and not prefix:
            prefix = name
            local.remove(loop)
    calls = script.calls.get(function, []) if function is not None else []
    if function is not None and len(calls) > 1 and function not in script.escaped:
        return _named_calls(script, site, calls, local)
    chain = callers_of(script, function)
    if chain is None or (function is not None and not calls):
        return Unclear(
            site.line,
            "unknown-caller",
            f"`{_title(function)}` is not called once and by name in this file, "
            "so nobody can say how often this value is measured.",
        )
    outer: list[tuple[int, Loop]] = []
    for depth, call in enumerate(chain):
        outer += [(depth, loop) for loop in call.place.loops]
    for depth, loop in list(outer):
        name = naming_of(script, loop, chain[depth].place.function)
        handed = _parameter_holding(script, chain[0], name) if name and depth == 0 else ""
        if handed and not prefix:
            prefix = handed
            outer.remove((depth, loop))
    if site.step and site.step in {b for (f, b) in script.bindings if f is function or f is None}:
        return Pacing(site.step, prefix)
    if not outer:
        return _pace_locally(script, site, local, prefix)
    if len(outer) > 1 or outer[0][0] > 0:
        return Unclear(
            site.line,
            "nested-loops",
            "This value is measured inside loops of several "
            "functions, and nothing numbers its points.",
        )
    return _pace_from_caller(script, site, chain[0], outer[0][1], local, prefix)


def _title(function: Function | None) -> str:
    return function.name if function is not None else ""


def _pace_locally(script: Script, site: MetricSite, local: list[Loop], prefix: str) -> Pacing:
    function = site.place.function
    if not local:
        return Pacing("", prefix)
    numbers = [index_of(script, loop, function) for loop in local]
    if len(local) == 1 and numbers[0]:
        return Pacing(numbers[0], prefix)
    if len(local) == 2 and all(numbers) and is_batch_loop(script, site.place, local[1]):
        length = _length_of(script, local[1], function)
        if length:
            return Pacing(f"{numbers[0]} * {length} + {numbers[1]}", prefix)
    return Pacing("", prefix, counted=local[0])


def _pace_from_caller(
    script: Script, site: MetricSite, call: Invocation, loop: Loop, local: list[Loop], prefix: str
) -> Pacing | Unclear:
    index = index_of(script, loop, call.place.function)
    unclear = Unclear(
        site.line,
        "unnumbered-loop",
        "This value is measured again in every round "
        "of the caller's loop, and the loop has no number of its own.",
    )
    if not index:
        return unclear
    step = _parameter_holding(script, call, index)
    thread = None if step else _thread(script, call, index)
    if thread is not None:
        step = thread.name
    if not step or len(local) > 1:
        return unclear
    if local:
        inner = index_of(script, local[0], site.place.function)
        length = _length_of(script, local[0], site.place.function)
        if not inner or not length:
            return unclear
        step = f"{step} * {length} + {inner}"
    return Pacing(step, prefix, thread)


def _named_calls(
    script: Script, site: MetricSite, calls: list[Invocation], local: list[Loop]
) -> Pacing | Unclear:
    """A function called several times, each time with another literal name."""
    function = site.place.function
    unclear = Unclear(
        site.line,
        "several-callers",
        f"`{_title(function)}` is called from several places, and nothing in it tells them apart.",
    )
    if function is None or local:
        return unclear
    parameter = naming_parameter(script, function)
    return Pacing("", parameter) if parameter else unclear


def naming_parameter(script: Script, function: Function) -> str:
    """The parameter that gets another literal name in every call of a function, or empty."""
    calls = script.calls.get(function, [])
    if function in script.escaped or not all(is_reached_once(script, c.place) for c in calls):
        return ""
    for parameter in function.parameters:
        given = [argument_for(function, c.call, parameter) for c in calls]
        texts = [literal_of(g) for g in given]
        distinct = len(set(texts)) == len(texts) and all(_LABEL.fullmatch(t) for t in texts)
        if (
            distinct
            and all(words_of(t) for t in texts)
            and len(script.bound(parameter, function)) == 1
        ):
            return parameter
    return ""
