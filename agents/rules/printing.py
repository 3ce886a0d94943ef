"""What the script prints of a name elsewhere: its label, and how often."""

from collections.abc import Iterable, Iterator

from agents.rules.ledger import Ledger
from agents.rules.loops import has_training, is_batch_loop, is_guarded
from agents.rules.script import Place, Script
from agents.rules.showing import Shown, read_shown


def _printed(script: Script, places: Iterable[Place]) -> Iterator[Shown]:
    for place in places:
        for small in place.line.body:
            yield from (s for s in read_shown(script, small) if s.sink == "print")


def label_of(script: Script, ledger: Ledger, place: Place, name: str) -> str:
    """The words printed beside a name while it holds the value it gets at a place."""
    scope = [
        other
        for other in script.places
        if other.function is place.function and ledger.is_same(place, other, name)
    ]
    labels = (s.label for s in _printed(script, scope) if script.text(s.node) == name)
    return next(labels, "")


def is_printed_rarely(script: Script, place: Place, name: str) -> bool:
    """In the same loop the name is printed only now and then: it is logged there."""
    if not place.loops:
        return False
    rare = [
        other
        for other in script.places
        if other.loops == place.loops and is_guarded(script, other, place.loops[-1])
    ]
    return any(script.text(s.node) == name for s in _printed(script, rare))


def is_iteration(script: Script, place: Place) -> bool:
    """The place is one round of many within an epoch: its values are not worth a point each."""
    if not place.loops:
        return False
    innermost = place.loops[-1]
    if is_batch_loop(script, place, innermost):
        return True
    inside = [p for p in script.places if p.loops[: len(place.loops)] == place.loops]
    return has_training(script, innermost) and any(
        "loss" in script.text(s.node) or "loss" in s.label.lower() for s in _printed(script, inside)
    )
