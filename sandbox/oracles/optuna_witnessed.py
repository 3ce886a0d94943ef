"""The studies of a run as the witness saw them, whether or not they were kept anywhere."""

import json
from collections.abc import Iterable, Mapping

from sandbox.oracles.optuna_trials import (
    Draft,
    UnreadableError,
    parse_range,
    read_params,
    read_values,
)
from sandbox.oracles.store import Study
from sandbox.witness.testimony import Testimony, Tried


def read_witnessed(testimony: Testimony, component: str = "optuna") -> tuple[Study, ...]:
    """Every study of a component that a trial was asked of; what cannot be read is left out.

    A trial added with its values is there with the state ADDED: nobody measured it.
    """
    steps: dict[str, list[Tried]] = {}
    for step in testimony.tried:
        if step.component == component:
            steps.setdefault(step.study, []).append(step)
    return tuple(_fold(name, found) for name, found in steps.items())


def _fold(name: str, steps: Iterable[Tried]) -> Study:
    directions: tuple[str, ...] = ()
    drafts: dict[int, Draft] = {}
    for step in steps:
        fields = _load(step.detail)
        draft = drafts.get(step.number)
        if step.call == "ask":
            drafts[step.number] = Draft(step.number, "RUNNING", began=step.order)
            named = fields.get("directions")
            if isinstance(named, list):
                directions = tuple(str(word).lower() for word in named)
            continue
        if draft is None:
            draft = drafts[step.number] = Draft(step.number, "RUNNING")
        if draft.ended >= 0:
            # Telling a trial twice changes nothing.
            continue
        draft.ended = step.order
        draft.state = "ADDED" if step.call == "add" else str(fields.get("state", ""))
        _fill(draft, fields)
    trials = tuple(drafts[number].finish() for number in sorted(drafts))
    return Study(name=name, directions=directions, trials=trials)


def _load(text: str) -> Mapping[str, object]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _fill(draft: Draft, fields: Mapping[str, object]) -> None:
    spaces, params = fields.get("distributions"), fields.get("params")
    try:
        if isinstance(spaces, dict) and isinstance(params, dict):
            ranges = {str(name): parse_range(space) for name, space in spaces.items()}
            read_params(draft, params, ranges)
        draft.values = read_values(fields.get("values"))
    except UnreadableError:
        # A sampler's or a user's own kind of distribution: the trial stays, without it.
        return
