"""Finds the options of a command line, and those that look secret."""

import re
from dataclasses import dataclass

import libcst as cst

from agents.rules.expressions import calls_in
from agents.rules.meaning import keyword_of, literal_of
from agents.rules.metrics import words_of
from agents.rules.pacing import argument_for, is_reached_once
from agents.rules.script import Function, Place, Script

_PARSING = ("parse_args", "parse_known_args")
SECRET_WORDS = frozenset(
    {
        "token",
        "password",
        "passwd",
        "passphrase",
        "pwd",
        "secret",
        "key",
        "apikey",
        "credential",
        "credentials",
        "auth",
        "tokens",
        "keys",
        "secrets",
        "passwords",
    }
)
_CREDENTIALS = re.compile(r"://[^/\s:@]+:[^/\s@]+@|^(sk|hf|ghp|AKIA|xox[bp])[-_A-Za-z0-9]{12,}")


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """A namespace of parsed command-line options."""

    place: Place
    name: str
    dests: tuple[str, ...]
    """Attribute names of the options; empty where the text does not show them all."""
    secret: tuple[str, ...]


def looks_secret(name: str, value: str = "") -> bool:
    """A name or a value that should not be written down."""
    return bool(SECRET_WORDS.intersection(words_of(name.replace("-", "_")))) or bool(
        _CREDENTIALS.search(value)
    )


def _dest_of(call: cst.Call) -> str:
    dest = literal_of(keyword_of(call, "dest"))
    names = [literal_of(a.value) for a in call.args if a.keyword is None]
    long = [n for n in names if n.startswith("--")] or names
    return dest or (long[0].lstrip("-").replace("-", "_") if long else "")


def has_options(script: Script) -> bool:
    """The script declares options of a command line."""
    return bool(re.search(r"\.add_argument\(|@click\.option\(|@\w+\.option\(", script.module.code))


def find_options(script: Script) -> Options | None:
    """The namespace that `parse_args` hands back, where the script holds it under one name."""
    held = _find_holder(script)
    if held is None or not is_reached_once(script, held.place):
        return None
    deep = held.place.function is not None and bool(held.place.branches)
    if not held.name or deep:
        return None
    dests: list[str] = []
    secret: list[str] = []
    for place in script.places:
        for call in calls_in(place.line):
            if isinstance(call.func, cst.Attribute) and call.func.attr.value == "add_argument":
                # An option declared in a loop has no name in the text.
                dests.append("" if place.loops else _dest_of(call))
                if looks_secret(dests[-1], literal_of(keyword_of(call, "default"))):
                    secret.append(dests[-1])
    vague = re.search(r"add_subparsers|parents\s*=|set_defaults|\.from_", script.module.code)
    known = () if vague or "" in dests else tuple(dict.fromkeys(dests))
    return Options(held.place, held.name, known, tuple(dict.fromkeys(secret)))


@dataclass(frozen=True, slots=True, eq=False)
class _Holder:
    """A variable that holds the parsed options."""

    place: Place
    name: str


def _find_holder(script: Script) -> _Holder | None:
    found: _Holder | None = None
    for place in script.places:
        for small in place.line.body:
            if isinstance(small, cst.Assign) and _parses(script, small.value, place.function):
                if found is not None and place.function is found.place.function:
                    return None
                outer = found is None or _hands_on(script, found, place.function)
                found = _Holder(place, _target_of(small)) if outer else found
    return found or _find_parameter(script)


def _target_of(statement: cst.Assign) -> str:
    target: cst.BaseExpression = statement.targets[0].target
    if isinstance(target, cst.Tuple):
        target = target.elements[0].value
    return target.value if isinstance(target, cst.Name) else ""


def _find_parameter(script: Script) -> _Holder | None:
    """`main(parser.parse_args())`: the parameter, from the function's first statement on."""
    for function, calls in script.calls.items():
        for name in function.parameters:
            given = [argument_for(function, c.call, name) for c in calls]
            parsed = [
                _parses(script, g, c.place.function) for g, c in zip(given, calls, strict=True)
            ]
            if len(parsed) == 1 and parsed[0] and len(script.bound(name, function)) == 1:
                first = function.node.body.body[0]
                return next((_Holder(p, name) for p in script.places if p.line is first), None)
    return None


def _hands_on(script: Script, held: _Holder, other: Function | None) -> bool:
    """The function that holds the options hands them to a caller."""
    function = held.place.function
    calls = script.calls.get(function, ()) if function is not None else ()
    return any(call.place.function is other for call in calls)


def _parses(script: Script, value: cst.BaseExpression | None, function: Function | None) -> bool:
    """The value is a parsed namespace, also through a function of the script that returns one."""
    if not isinstance(value, cst.Call):
        return False
    if isinstance(value.func, cst.Attribute) and value.func.attr.value in _PARSING:
        return True
    target = script.defined(value, function)
    for returned in script.returns.get(target, ()) if target is not None else ():
        inner = returned.value
        if isinstance(inner, cst.Name):
            bound = [b for b in script.bound(inner.value, target) if b.how in ("assign", "item")]
            inner = bound[0].value if len(bound) == 1 else None
        if isinstance(inner, cst.Call) and isinstance(inner.func, cst.Attribute):
            return inner.func.attr.value in _PARSING
    return False
