"""Optuna's distributions and trials, as its storages and the witness write them down."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.oracles.store import Range, StudyTrial

STATES = ("RUNNING", "COMPLETE", "PRUNED", "FAIL", "WAITING")
"""In the order of Optuna's own numbers for them."""
DIRECTIONS = ("not set", "minimize", "maximize")
LONGEST_CHOICE = 200


class UnreadableError(Exception):
    """A storage is not what Optuna writes; the text says why."""

    unknown = False


class UnknownLayoutError(UnreadableError):
    """A storage that is written otherwise than any Optuna known here."""

    unknown = True


@dataclass(slots=True)
class Draft:
    """A trial being put together."""

    number: int
    state: str
    params: dict[str, str | float] = field(default_factory=dict)
    ranges: dict[str, Range] = field(default_factory=dict)
    values: tuple[float, ...] = ()
    began: int = -1
    ended: int = -1

    def add_param(self, name: str, internal: object, space: Range) -> None:
        """Give a parameter its value as storages keep it. Raises UnreadableError."""
        self.params[name] = restore_param(name, internal, space)
        self.ranges[name] = space

    def finish(self) -> StudyTrial:
        """The trial as a fact."""
        return StudyTrial(
            number=self.number,
            state=self.state,
            params=dict(self.params),
            values=self.values,
            ranges=dict(self.ranges),
            began=self.began,
            ended=self.ended,
        )


def read_range(text: str) -> Range:
    """A distribution from Optuna's JSON. Raises UnreadableError."""
    try:
        return parse_range(json.loads(text))
    except (ValueError, RecursionError) as problem:
        raise UnreadableError("a parameter's distribution is no JSON") from problem


def parse_range(found: object) -> Range:
    """A distribution from what its JSON says. Raises UnreadableError."""
    match found:
        case {"name": "CategoricalDistribution", "attributes": {"choices": list(choices)}}:
            return Range("choice", choices=tuple(show_choice(choice) for choice in choices))
        case {"name": "FloatDistribution" | "IntDistribution" as name, "attributes": {**fields}}:
            low, high, step = fields.get("low"), fields.get("high"), fields.get("step")
            if not isinstance(low, int | float) or not isinstance(high, int | float):
                raise UnreadableError("a parameter's range has no bounds")
            return Range(
                kind="int" if name == "IntDistribution" else "float",
                low=float(low),
                high=float(high),
                log=fields.get("log") is True,
                step=float(step) if isinstance(step, int | float) else None,
            )
        case {"name": str(name)}:
            raise UnknownLayoutError(f"the distribution {name[:60]} is not known here")
    raise UnreadableError("a parameter has no distribution")


def show_choice(choice: object) -> str:
    """A choice as a text: its own where it is one."""
    return (choice if isinstance(choice, str) else repr(choice))[:LONGEST_CHOICE]


def restore_param(name: str, internal: object, space: Range) -> str | float:
    """What a parameter was, from the number that storages keep. Raises UnreadableError."""
    if not isinstance(internal, int | float) or isinstance(internal, bool):
        raise UnreadableError(f"the parameter {name[:60]!r} is not a number")
    if space.kind != "choice":
        return float(internal)
    if not math.isfinite(internal) or not 0 <= internal < len(space.choices):
        raise UnreadableError(f"the parameter {name[:60]!r} is none of its choices")
    return space.choices[int(internal)]


def read_values(values: object) -> tuple[float, ...]:
    """Objective values from JSON. Raises UnreadableError."""
    if values is None:
        return ()
    if not isinstance(values, list) or not all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in values
    ):
        raise UnreadableError("a trial's values are not numbers")
    return tuple(float(value) for value in values)


def read_params(draft: Draft, params: Mapping[str, object], ranges: Mapping[str, Range]) -> None:
    """Give a trial all of its parameters at once. Raises UnreadableError."""
    for name, internal in params.items():
        if name not in ranges:
            raise UnreadableError(f"the parameter {name[:60]!r} has no distribution")
        draft.add_param(name, internal, ranges[name])
