"""What is handed on, in the order of the work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from agents.settings import Settings
from sandbox.trial import Status

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
Light = Literal["pass", "fail", "not_needed", "cannot_tell"]
Proof = Literal["baseline", "cold", "seed", "nudged"]

GATES = ("build", "runs", "store", "witness", "behaviour", "residue", "diff")


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


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being worked on right now: for people who wait, never for a decision."""

    step: str
    """`environment`, `baseline`, `candidate`, `attempt`."""
    detail: str


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
    """`rules`, or a model's name."""
    style: str
    files: Mapping[str, str]
    """Only the files that differ from the original."""
    actions: tuple[Action, ...] = ()
    calls: tuple[str, ...] = ()
    """Names of the target's API that the candidate calls, for example `mlflow.log_metric`."""
    withheld: tuple[str, ...] = ()
    """Parameters that look secret and are therefore not logged."""


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
class Attempted:
    """An attempt that has ended; all that it left is on disk under `artifacts/NUMBER/`."""

    place: str
    """Folder below `artifacts/`: `original-1`, or a candidate's attempt number."""
    candidate: int
    """0 for the original."""
    proof: Proof
    seed: int
    status: Status
    exit_code: int | None
    seconds: float
    cpu_seconds: float
    memory_mib: float
    cut: bool
    oom: bool
    detail: str
    products: Mapping[str, str]
    """Files the run made or changed, relative path -> sha256; the store's own are left out."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One light of a verdict."""

    name: str
    light: Light
    reason: str = ""
    """Why it is not green: gate, line, expected and found. At most 2,000 characters."""
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Only `pass` and `not_needed` let an attempt through."""
        return self.light in ("pass", "not_needed")


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is known of the original once it ran."""

    sound: bool
    """It runs, and it does not yet have what was asked for."""
    reason: str = ""
    already: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """All gates of one attempt."""

    number: int
    stage: int
    candidate: int
    coder: str
    proof: Proof
    status: Status
    seconds: float
    gates: tuple[Gate, ...]
    overhead_seconds: float = 0.0
    """CPU seconds more than the original took; includes the component's import."""
    overhead_point_ms: float = 0.0
    """Wall milliseconds that one logged value took."""

    @property
    def passed(self) -> bool:
        """Every gate is green."""
        return bool(self.gates) and all(gate.passed for gate in self.gates)

    @property
    def reason(self) -> str | None:
        """The first light that is not green, in words."""
        for gate in self.gates:
            if not gate.passed:
                return f"{gate.name}: {gate.reason}"
        return None


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
    | Verdict
    | Spent
    | Report
)
