"""What the component computes by itself, once it is told to, of a training call of the original.

Autologging scores a fitted estimator on the rows it was fitted on and logs that as `training_...`.
The original never shows such a value, and nobody can have made it up: between the original's own
line and the library that measured, there was nothing but the component.
"""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace

from agents.gates.exhibit import Exhibit
from agents.gates.matching import Match
from agents.gates.numbers import Vouch, is_close
from agents.gates.program import parse_program, reachable_files
from sandbox.witness.additions import AddedCall, find_added_calls, name_of
from sandbox.witness.testimony import Sighting

PREFIX = "training_"
_ROOT, _SQUARE = "root_mean_squared_error", "mean_squared_error"
_TRAINING = frozenset({"fit", "fit_predict", "fit_transform"})

Place = tuple[str, int]
"""File and line."""


def list_training_places(exhibit: Exhibit) -> frozenset[Place]:
    """Lines on which only the original trains; none where nothing new is told to autolog."""
    # What lies beside the script and is never run says nothing.
    reached = reachable_files(exhibit.before, exhibit.entry)
    before = {file: exhibit.before[file] for file in reached}
    if _tells_to_autolog(before) or not _tells_to_autolog(exhibit.after):
        return frozenset()
    added = find_added_calls(exhibit.before, exhibit.after)
    found: set[Place] = set()
    for file, text in exhibit.after.items():
        for node in ast.walk(parse_program(text) or ast.Module([], [])):
            if isinstance(node, ast.Call) and name_of(node.func) in _TRAINING:
                lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
                found.update((file, line) for line in lines)
    return frozenset(place for place in found if not any(_covers(call, place) for call in added))


def add_roots(key: str, found: Sequence[Match], exhibit: Exhibit) -> tuple[Match, ...]:
    """Have a root vouched for by the square that the component took it of: it calls no library."""
    if key != f"{PREFIX}{_ROOT}" or all(match.found for match in found):
        return tuple(found)
    places = list_training_places(exhibit)
    squares = [
        seen
        for seen in exhibit.observed.testimony.sightings
        if seen.function == f"sklearn.metrics.{_SQUARE}" and (seen.file, seen.line) in places
    ]

    def vouch(match: Match) -> Match:
        vouches = [
            Vouch(match.value, "value", replace(seen, function=f"sklearn.metrics.{_ROOT}"))
            for seen in squares
            if any(is_close(match.value**2, value) for value in seen.values)
        ]
        return match if match.found else replace(match, vouches=tuple(vouches))

    return tuple(map(vouch, found))


def is_autologged(key: str, match: Match, places: frozenset[Place]) -> bool:
    """A score that the component took itself, on a line where only the original trains."""
    return key.startswith(PREFIX) and any(
        vouch.how == "value"
        and (vouch.sighting.file, vouch.sighting.line) in places
        and _is_score(key.removeprefix(PREFIX), vouch.sighting)
        for vouch in match.vouches
    )


def _is_score(name: str, seen: Sighting) -> bool:
    """`roc_auc` of `sklearn.metrics.roc_auc_score`, `score` of an estimator."""
    owner, _, function = seen.function.rpartition(".")
    measured = owner == "sklearn.metrics" or function == "score"
    return bool(name) and seen.source == "library" and measured and function.startswith(name)


def _covers(call: AddedCall, place: Place) -> bool:
    return call.file == place[0] and call.first <= place[1] <= call.last


def _tells_to_autolog(files: Mapping[str, str]) -> bool:
    return any(
        isinstance(node, ast.Call) and name_of(node.func) == "autolog"
        for text in files.values()
        for node in ast.walk(parse_program(text) or ast.Module([], []))
    )
