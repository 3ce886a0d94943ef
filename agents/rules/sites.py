"""Facts with positions, independent of any tracking component: what there is to be logged."""

from dataclasses import dataclass
from typing import Literal

import libcst as cst

from agents.rules.meaning import Meaning
from agents.rules.script import Function, Invocation, Loop, Place

Sink = Literal["bound", "print", "append", "summary", "folds", "search"]


@dataclass(frozen=True, slots=True, eq=False)
class MetricSite:
    """One place where a measured value becomes known or is shown."""

    place: Place
    line: int
    node: cst.BaseExpression
    """The user's own expression of the value."""
    value: str
    """Text that loads the value without computing it anew; empty: it must be hoisted."""
    after: bool
    """The value is known after the statement; otherwise it is taken just before it."""
    sink: Sink
    meaning: Meaning
    name: str
    """The variable that holds it, or an empty string."""
    label: str
    """The words the script prints beside it."""
    step: str = ""
    """The step the script itself names beside it."""


@dataclass(frozen=True, slots=True, eq=False)
class Thread:
    """A function that needs to be told the step by its one caller."""

    function: Function
    call: Invocation
    index: str
    """The caller's loop variable."""
    name: str
    """The new parameter."""


@dataclass(frozen=True, slots=True, eq=False)
class Counter:
    """A loop without a number of its own, which gets one."""

    loop: Loop
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Pacing:
    """How often a site is reached, and what tells its points apart."""

    step: str = ""
    prefix: str = ""
    """A name of the script (`model_name`) whose text belongs into the key."""
    thread: Thread | None = None
    counted: Loop | None = None
    """The outermost loop that needs a counter."""


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """A site with its key: ready to be written."""

    site: MetricSite
    key: str
    pacing: Pacing


@dataclass(frozen=True, slots=True)
class Unclear:
    """A site that is left alone, and why."""

    line: int
    rule: str
    reason: str
