"""What is handed on, in the order of the work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from agents.settings import Settings
from agents.verdict import (
    GATES,
    Attempted,
    Baseline,
    Gate,
    Light,
    Proof,
    Reduction,
    Sabotage,
    Shrunk,
    Verdict,
)

__all__ = [
    "GATES",
    "Action",
    "Attempted",
    "Baseline",
    "Candidate",
    "Evidence",
    "Functionality",
    "Gate",
    "Given",
    "Light",
    "Outcome",
    "Plan",
    "Prepared",
    "Progress",
    "Proof",
    "Reason",
    "Record",
    "Reduction",
    "Refusal",
    "Report",
    "Request",
    "Sabotage",
    "Shrunk",
    "Spent",
    "Stage",
    "Task",
    "Verdict",
]

Task = Literal["inline", "translate"]
Functionality = Literal[
    "experiment_tracking",
    "model_registration",
    "hyperparameter_optimization",
    "model_optimization",
    "version_control",
    "other",
]
Outcome = Literal["accepted", "not_accepted", "refused", "budget", "stopped", "error"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One functionality to be added or moved."""

    task: Task
    functionality: Functionality
    target: str
    source: str | None = None
    version: str = ""
    """The target's exact version; known once the environment stands."""
    experiment: str = ""
    """The experiment the person named, or an empty string."""
    steps: tuple[str, ...] = ()
    asked: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What the request names, by word: `trials`, `sparsity`, `bits`, `alias`, `model`."""


@dataclass(frozen=True, slots=True)
class Given:
    """A change that is only to be judged: nobody here writes it."""

    stage: Stage
    files: Mapping[str, str]
    """Files that differ from the original, relative path -> text."""
    deleted: tuple[str, ...] = ()
    """Files of the original that are gone."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked for, and of which code."""

    run: str
    """Id of the run: `20261123-104502-k3fa`."""
    text: str
    path: str
    """The script or folder named, absolute."""
    root: str
    """The folder that travels into the sandbox, absolute."""
    entry: str
    """The script that is run, relative to the root."""
    command: tuple[str, ...]
    settings: Settings
    left_behind: tuple[str, ...] = ()
    """What lies beside the script and does not travel, with the reason."""
    given: Given | None = None
    """For `verify`: the change, made by somebody else."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being worked on right now: for people who wait, never for a decision."""

    step: str
    """`environment`, `baseline`, `candidate`, `attempt`."""
    detail: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The request, decomposed: stages in the order they are proved."""

    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """The environment everything of this run is executed in."""

    python: str
    packages: Mapping[str, str]
    """Distribution name -> exact version."""
    asked: tuple[str, ...]
    """The distributions the script and the request need by name; the others came with them."""
    site_packages: tuple[str, ...]
    import_path: tuple[str, ...]
    """Folders put first on the import path: the overlay beside an adopted interpreter."""
    readable: tuple[str, ...]
    """Folders of this machine that the interpreter reads."""
    fingerprint: str
    runner: str
    isolation: str
    seconds: float
    cached: bool
    notes: tuple[str, ...] = ()
    """Choices a person should know of, for example which build of torch was taken."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One documented API, as the installed version has it."""

    name: str
    package: str
    version: str
    file: str
    """Relative to the package's installation folder."""
    line: int
    signature: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One line of a coder's plan table: what was found where, and what is done with it."""

    file: str
    line: int
    site: str
    """The kind of site: `metric`, `loss`, `parameters`, `run`."""
    found: str
    """The user's own code that makes it one."""
    action: str
    """What is added, in one phrase."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Files as a coder would have them."""

    number: int
    stage: int
    coder: str
    """`rules`, a model's name, or `given` where somebody else wrote it."""
    style: str
    files: Mapping[str, str]
    """Only the files that differ from the original."""
    actions: tuple[Action, ...] = ()
    calls: tuple[str, ...] = ()
    """Names of the target's API that the candidate calls, for example `mlflow.log_metric`."""
    withheld: tuple[str, ...] = ()
    """Parameters that look secret and are therefore not logged."""
    deleted: tuple[str, ...] = ()
    """Files of the original that it does away with."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a coder will not: where, by which rule, and what is missing."""

    line: int
    """1-based line of the entry script; 0 where the whole is meant."""
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A coder's (or the planner's) reasons not to."""

    stage: int
    coder: str
    reasons: tuple[Reason, ...]
    already: bool = False
    """The code has what was asked for."""


@dataclass(frozen=True, slots=True)
class Spent:
    """A limit of the budget is reached: what it was, and what was used of it."""

    limit: str
    """The option's name: `--max-attempts`."""
    used: float


@dataclass(frozen=True, slots=True)
class Report:
    """What a run ends in."""

    outcome: Outcome
    summary: str
    """One or two sentences for a person."""
    patch: str = ""
    candidate: int = 0
    """Number of the candidate handed over; with any other outcome than accepted it is a draft."""
    files: tuple[str, ...] = ()
    added: int = 0
    removed: int = 0
    passes: int = 0
    overhead_seconds: float = 0.0
    overhead_point_ms: float = 0.0
    seconds: float = 0.0
    store: str = ""
    """Where the tracking store that the proof left behind lies."""
    reductions: tuple[Reduction, ...] = ()
    """What was made smaller for the proof; the patch holds nothing of it."""


Record = (
    Request
    | Plan
    | Progress
    | Prepared
    | Evidence
    | Candidate
    | Refusal
    | Attempted
    | Baseline
    | Shrunk
    | Verdict
    | Sabotage
    | Spent
    | Report
)
