"""The four lights that differ by functionality."""

from collections.abc import Callable
from dataclasses import dataclass

from agents.gates.exhibit import Exhibit, Observation
from agents.records import Gate, Stage


@dataclass(frozen=True, slots=True)
class Panel:
    """How the gates that look at a run judge one functionality."""

    store: Callable[[Exhibit], Gate]
    bare: Callable[[Stage, Observation], Gate]
    """The negative control: the store gate of the original, which must fail."""
    witness: Callable[[Exhibit], Gate]
    behaviour: Callable[[Exhibit], Gate]
