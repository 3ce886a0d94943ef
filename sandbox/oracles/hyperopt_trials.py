"""Hyperopt's searches as studies: evaluations as trials, its spaces as ranges."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sandbox.oracles.optuna_trials import Draft, UnknownLayoutError, read_values, show_choice
from sandbox.oracles.store import Range, Study
from sandbox.witness.testimony import Testimony, Tried

_STATES = {"ok": "COMPLETE"}
_UNBOUNDED = frozenset({"normal", "qnormal", "lognormal", "qlognormal"})
_ORDER = ("low", "high", "q")
_WHOLE = frozenset({"randint", "uniformint"})


@dataclass(slots=True)
class _Search:
    """One call of `fmin`, or several on the same `Trials`."""

    handle: str
    drafts: dict[int, Draft] = field(default_factory=dict)


def read_searches(testimony: Testimony) -> tuple[Study, ...]:
    """Every search that evaluated anything, in the order of their beginning.

    Raises UnreadableError for a space that is none of Hyperopt's own.
    """
    searches: list[_Search] = []
    for step in testimony.tried:
        if step.component == "hyperopt":
            _take(step, searches)
    return tuple(
        Study(
            name=f"fmin {number}",
            # Hyperopt knows nothing else.
            directions=("minimize",),
            trials=tuple(search.drafts[place].finish() for place in sorted(search.drafts)),
        )
        for number, search in enumerate(searches, start=1)
    )


def _take(step: Tried, searches: list[_Search]) -> None:
    search = next((one for one in reversed(searches) if one.handle == step.study), None)
    if step.call == "ask":
        # Its handle is an address, which a later search may be given again.
        if search is None or step.number in search.drafts:
            search = _Search(step.study)
            searches.append(search)
        search.drafts[step.number] = Draft(step.number, "RUNNING", began=step.order)
        return
    draft = search.drafts.get(step.number) if search else None
    if draft is None or draft.ended >= 0:
        return
    draft.ended = step.order
    fields = _load(step.detail)
    draft.state = _STATES.get(str(fields.get("state")), "FAIL")
    draft.values = read_values(fields.get("values"))
    spaces, drawn = fields.get("distributions"), fields.get("params")
    if isinstance(spaces, dict) and isinstance(drawn, dict):
        # Also those of branches that this evaluation did not take: the space has them.
        draft.ranges = {str(label): parse_space(label, space) for label, space in spaces.items()}
        draft.params = dict(_read_drawn(drawn, draft.ranges))


def _load(text: str) -> Mapping[str, object]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _read_drawn(
    drawn: Mapping[str, object], ranges: Mapping[str, Range]
) -> Iterable[tuple[str, str | float]]:
    for label, number in drawn.items():
        if isinstance(number, int | float) and label in ranges:
            choices = ranges[label].choices
            # Where some options have no text, places in the list say nothing.
            named = ranges[label].kind == "choice" and not ranges[label].nested
            if named and 0 <= number < len(choices):
                yield label, choices[int(number)]
            else:
                yield label, float(number)


def parse_space(label: object, space: object) -> Range:
    """One parameter's space as a range. Raises UnreadableError.

    Bounds of logarithmic spaces are given as what the parameter itself may be.
    """
    match space:
        case {"name": str(), "attributes": {"choices": list(options), "nested": int(nested)}}:
            return Range("choice", choices=_show_options(options, nested), nested=nested)
        case {"name": str(name), "attributes": {"numbers": list(numbers), "named": {**named}}}:
            pass
        case _:
            raise UnknownLayoutError(f"the space of {str(label)[:60]!r} cannot be read")
    if name in _UNBOUNDED:
        low = 0.0 if "log" in name else -math.inf
        return Range("float", low, math.inf, log="log" in name)
    given = _name_numbers(name, numbers, {str(key): value for key, value in named.items()})
    kind = name.removeprefix("q")
    bounded = {"low", "high"} <= given.keys()
    if name in _WHOLE and bounded:
        # `randint` stops short of its upper bound.
        last = given["high"] - (name == "randint")
        return Range("int", given["low"], last, step=given.get("q", 1.0))
    if kind not in ("uniform", "loguniform") or not bounded:
        raise UnknownLayoutError(f"the space {name[:60]} of {str(label)[:60]!r} is not known here")
    low, high = given["low"], given["high"]
    if kind == "loguniform":
        low, high = _exp(low), _exp(high)
    return Range("float", low, high, log=kind == "loguniform", step=given.get("q"))


def _show_options(options: list[object], nested: int) -> tuple[str, ...]:
    # What has no text stands there as nothing; a real `None` beside it cannot be told apart.
    plain = [option for option in options if option is not None]
    missing = len(options) - len(plain) - nested
    texts = (*(show_choice(option) for option in plain), *(("None",) * (missing > 0)))
    return texts if nested else tuple(show_choice(option) for option in options)


def _name_numbers(
    name: str, numbers: list[object], named: Mapping[str, object]
) -> Mapping[str, float]:
    """Bounds and step by name, wherever the call had them."""
    given = {**dict(zip(_ORDER, numbers, strict=False)), **named}
    if name == "randint" and given.get("high") is None:
        given = {"low": 0, "high": given.get("low", given.get("upper"))}
    return {
        key: float(value)
        for key, value in given.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


def _exp(value: float) -> float:
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf
