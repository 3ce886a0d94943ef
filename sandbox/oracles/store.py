"""What a store holds, whichever component kept it: the facts that gates look at."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


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
    counters: Mapping[str, tuple[Point, ...]] = field(default_factory=dict)
    """Histories that only count, such as `epoch`, logged beside the metrics as their axis."""
    counted: bool = False
    """The component counted the steps by itself: they only keep an order."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a registered version made of the rows of one probe."""

    probe: int
    """Number of the probe among those that were asked about."""
    how: Literal["native", "pyfunc"]
    """By the library's own model, or by what MLflow makes of any model."""
    shape: tuple[int, ...]
    values: tuple[float | int | str | None, ...]


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """One version in a model registry."""

    name: str
    version: str
    run: str
    """Id of the run it was made by, or an empty string."""
    source: str = ""
    """Where its files lie, in the store's own words."""
    aliases: tuple[str, ...] = ()
    status: str = "READY"
    loads: bool | None = None
    """Whether it could be loaded in a fresh sandbox; None: nobody tried."""
    kind: str = ""
    """Class of the library's own model, once loaded: `sklearn.pipeline.Pipeline`."""
    predictions: tuple[Prediction, ...] = ()
    """What it predicts for the rows that the witness saw the script predict."""
    detail: str = ""
    """Why it does not load or predict, in one sentence."""
    in_files: bool = False
    """Registered in a store of plain files, not in the database."""


@dataclass(frozen=True, slots=True)
class Range:
    """What a tuned parameter may be."""

    kind: Literal["float", "int", "choice"]
    low: float = math.nan
    high: float = math.nan
    log: bool = False
    step: float | None = None
    choices: tuple[str, ...] = ()
    """As texts: `rbf`, `32`, `None`."""
    nested: int = 0
    """Choices beside these that no text can name: spaces of their own, objects."""

    @property
    def size(self) -> float:
        """How many values it may take."""
        if self.kind == "choice":
            return len(set(self.choices)) + self.nested
        if not self.low < self.high:
            return 1
        step = self.step or (1 if self.kind == "int" else 0)
        return (self.high - self.low) // step + 1 if step else math.inf


@dataclass(frozen=True, slots=True)
class StudyTrial:
    """One trial of a study."""

    number: int
    state: str
    """The component's own word: COMPLETE, PRUNED, FAIL, RUNNING, WAITING."""
    params: Mapping[str, str | float]
    """A choice as its text, anything else as a number."""
    values: tuple[float, ...]
    ranges: Mapping[str, Range] = field(default_factory=dict, hash=False)
    began: int = -1
    """Orders in the testimony between which it ran; -1 where nobody saw it run."""
    ended: int = -1


@dataclass(frozen=True, slots=True)
class Study:
    """One study of hyperparameter optimization."""

    name: str
    directions: tuple[str, ...]
    """`minimize` or `maximize`, one for each objective."""
    trials: tuple[StudyTrial, ...]
    origin: Literal["witness", "database", "journal"] = "witness"
    """Who says so: the witness inside the run, or the file that the component kept."""

    @property
    def complete(self) -> tuple[StudyTrial, ...]:
        """The trials that ended with a value, in their order."""
        return tuple(trial for trial in self.trials if trial.state == "COMPLETE")

    @property
    def ranges(self) -> Mapping[str, Range]:
        """Every parameter of any trial; the first trial that has it decides."""
        found: dict[str, Range] = {}
        for trial in self.trials:
            found = {**trial.ranges, **found}
        return found


@dataclass(frozen=True, slots=True)
class SavedLayer:
    """One weight of a saved model that could be compressed: a matrix or more."""

    name: str
    elements: int
    zeros: int
    """Elements that are exactly zero once masks are applied."""
    rank: int
    """2 for a linear layer, 4 for a convolution."""
    bits: int = 0
    """Of the integers it is quantized to; 0: it is not."""
    stored: bool = False
    """The file itself holds integers."""
    masked: bool = False
    samples: tuple[float, ...] = ()
    """Some of its values, at even distances; empty where they cannot be compared."""


@dataclass(frozen=True, slots=True)
class SavedModel:
    """One model file a run left, as a fresh sandbox reads it."""

    path: str
    bytes: int
    loads: bool
    layers: tuple[SavedLayer, ...] = ()
    quantizers: int = 0
    prepared: bool = False
    """Observers were put in, as before a conversion."""
    unknown: str = ""
    """Why its format cannot be judged; empty where it can."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Versioned:
    """One file or folder that a component beside git keeps, by a metafile that git may keep."""

    path: str
    """Empty where it lies outside the folder; `detail` says where."""
    metafile: str
    """Where it is written down: `data.csv.dvc`, `dvc.lock`."""
    digest: str
    """What the metafile says of its bytes, as the component names it."""
    files: tuple[tuple[str, str], ...] = ()
    """Path and sha256 of its bytes as they lie in the folder; for a folder, of each file in it."""
    matches: bool = True
    """The bytes that lie in the folder are those the metafile speaks of."""
    cached: bool = True
    """The cache holds every byte of it."""
    tracked: bool = False
    """Git itself holds it, too: in its index or in the last commit."""
    ignored: bool = True
    """Git is told to leave it alone."""
    committed: bool = False
    """The last commit holds the metafile as it is now."""
    restored: bool | None = None
    """Pushed to a remote, removed and pulled, it has the same bytes; None: nobody tried."""
    pushed: bool = False
    """A remote below the work folder holds every byte of it."""
    detail: str = ""
    """What is wrong with it, in one sentence."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit."""

    name: str
    """Its hash."""
    parents: tuple[str, ...]
    message: str
    author: str
    files: Mapping[str, str]
    """Path -> sha256 of the bytes of every file it holds."""
    kept: Mapping[str, str] = field(default_factory=dict)
    """Path -> sha256 of what its metafiles point to; empty where the cache does not hold it."""
    committer: str = ""


@dataclass(frozen=True, slots=True)
class Repository:
    """One git repository, and what a component beside git keeps in the same folder."""

    path: str = ""
    """Its folder, relative to the work folder; empty: the work folder itself."""
    head: str = ""
    """The commit that is checked out; empty before the first."""
    branch: str = ""
    commits: tuple[Commit, ...] = ()
    """Parents before their children; all that a branch, a tag or the head reaches."""
    branches: Mapping[str, str] = field(default_factory=dict)
    """Name -> commit."""
    tags: Mapping[str, str] = field(default_factory=dict)
    index: frozenset[str] = frozenset()
    disk: Mapping[str, str] = field(default_factory=dict)
    """Path -> sha256, as they lie in the folder now, of the files that the head holds."""


@dataclass(frozen=True, slots=True)
class Store:
    """A store as an oracle read it; a component fills what it keeps."""

    schema: str
    """Which layout was read, for example `mlflow sqlite 1b2c3d`; empty: there is no store."""
    runs: tuple[TrackedRun, ...] = ()
    unreadable: str = ""
    """Why the store could not be read, in one sentence; then the rest says nothing."""
    unknown: bool = False
    """Unreadable because its layout is none that is known here: no fault of whoever wrote it."""
    registered: tuple[ModelVersion, ...] = ()
    studies: tuple[Study, ...] = ()
    saved: tuple[SavedModel, ...] = ()
    repositories: tuple[Repository, ...] = ()
    versioned: tuple[Versioned, ...] = ()
    """What a component beside git keeps."""
    data: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Path -> sha256 of the files in the work folder that are neither code nor the store's own."""
