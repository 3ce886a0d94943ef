"""What a tracking store holds, whichever component kept it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """One logged value of one metric."""

    value: float
    step: int
    order: int
    """Position in the metric's own history, from 0."""


@dataclass(frozen=True, slots=True)
class TrackedRun:
    """One run found in a store."""

    id: str
    name: str
    experiment: str
    status: str
    """The component's own word: FINISHED, FAILED, RUNNING, KILLED, SCHEDULED."""
    parent: str
    """Id of the run this one is nested in, or an empty string."""
    params: Mapping[str, str]
    metrics: Mapping[str, tuple[Point, ...]]
    tags: Mapping[str, str]
    artifacts: tuple[str, ...]
    """Paths below the run's artefact folder."""


@dataclass(frozen=True, slots=True)
class Store:
    """A store as an oracle read it."""

    schema: str
    """Which layout was read, for example `mlflow sqlite 1b2c3d`; empty: there is no store."""
    runs: tuple[TrackedRun, ...] = ()
    unreadable: str = ""
    """Why the store could not be read, in one sentence; then `runs` says nothing."""
