"""What the witness saw inside a run, read back from its records."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Sighting:
    """One value handed back by a library, or one of the script's own expressions evaluated."""

    order: int
    """Position among everything seen in its process, from 0."""
    source: Literal["library", "expression"]
    function: str
    """`sklearn.metrics.accuracy_score`, `torch.Tensor.item`; for expressions their text."""
    label: str
    """The name the script itself gives the value (`test_acc`), or an empty string."""
    file: str
    """Script file, relative to the work folder, that called."""
    line: int
    """Line in that file as the user wrote it."""
    values: tuple[float, ...]
    """One for a scalar; several for a vector (folds of a cross-validation, per-class scores)."""
    integral: bool = False
    """The value was a whole number by type (int, bool), not a float that happens to be whole."""
    nudged: bool = False
    """The witness added its offset to these values before handing them back."""
    process: int = 0
    """The process it was seen in: 0 is the run's first; the others by the order of their start,
    counting only those that showed anything."""

    @property
    def site(self) -> tuple[str, int, str]:
        """Where in the script this was seen: file, line, function."""
        return (self.file, self.line, self.function)


@dataclass(frozen=True, slots=True)
class Sent:
    """One call that reached the client of a tracking component."""

    order: int
    call: str
    """`log_metric`, `log_batch`, `log_param`, `create_run`, `set_terminated`."""
    run: str
    """The component's own id of the run, or an empty string."""
    key: str
    value: float | None
    step: int | None
    seconds: float
    """Wall time that the call took."""
    process: int = 0
    """The process that called, counted as for sightings."""


Cell = float | int | str | bool | None


@dataclass(frozen=True, slots=True)
class Rows:
    """A few rows of data, with what is needed to make the same object again."""

    kind: Literal["array", "tensor", "frame", "series", "list", "sparse"]
    dtypes: tuple[str, ...]
    """One; for a frame one for each column. A category's has its categories: `category:[...]`."""
    shape: tuple[int, ...]
    columns: tuple[str, ...]
    """Names of a frame's columns, or of a series."""
    values: tuple[Cell, ...]
    """Row by row."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What one model object of the script made of a few rows, the last time it was asked."""

    order: int
    """Position among all probes of the run, by the moment of asking, from 0."""
    object: int
    """Number of the model object: probes of the same number are of the same object."""
    model: str
    """Its class: `sklearn.pipeline.Pipeline`, `__main__.Net`."""
    occasion: Literal["call", "aside", "save"]
    """`call`: the script asked. `aside`: the witness did, after the script called or trained it
    there. `save`: the witness did, just before MLflow saved some model."""
    function: str
    """`predict`, `predict_proba`, `decision_function`, or `__call__` (in evaluation mode)."""
    trained_after: int
    """How often the object was trained (fits, calls in training mode) after this moment."""
    sites: tuple[tuple[str, int], ...]
    """Where in the script this was asked: file, line. For `save`: where the object was used."""
    inputs: Rows
    outputs: Rows


@dataclass(frozen=True, slots=True)
class Tried:
    """One step of a hyperparameter search, as the searching library made it."""

    order: int
    """Among everything seen in this run: sightings between `ask` and `tell` are the trial's own."""
    call: Literal["ask", "tell", "add"]
    """A trial began, ended, or was added with values that nobody measured."""
    component: str
    study: str
    number: int
    detail: str
    """JSON: directions, or state, parameters, values and distributions."""


@dataclass(frozen=True, slots=True)
class Testimony:
    """All records of one run: process by process, in each in the order they were made."""

    sightings: tuple[Sighting, ...] = ()
    sent: tuple[Sent, ...] = ()
    tried: tuple[Tried, ...] = ()
    present: bool = False
    """The witness was loaded in the run's first process."""
    complete: bool = False
    """The run's first process ended in an orderly way and the witness said so.

    A process that it started may be ended by a signal, as workers of pools are: what is missing of
    such a one vouches for nothing, and is missed where the original showed it.
    """
    truncated: bool = False
    """More was seen than is kept."""
    forged: int = 0
    """Records that were not written by the witness."""
    probes: tuple[Probe, ...] = ()
    """What the script's own models predicted, the oldest first."""
    children: int = 0
    """How many processes the first one started (or these did) that the witness was loaded in."""
    broken: int = 0
    """Of these: whose records break off before an orderly end."""
