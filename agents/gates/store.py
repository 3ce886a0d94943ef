"""The store holds what was asked for: turns what a functionality demands into a light."""

from collections.abc import Mapping

from agents.gates.wording import light_gate
from agents.records import Gate, Light
from sandbox.oracles.store import Store


def light_store(store: Store, problem: str, figures: Mapping[str, float] | None = None) -> Gate:
    """Light for a store: a layout that is not known can be neither right nor wrong."""
    if store.unreadable:
        light: Light = "cannot_tell" if store.unknown else "fail"
        return light_gate("store", light, f"The store cannot be read: {store.unreadable}", figures)
    return light_gate("store", "fail" if problem else "pass", problem, figures)
