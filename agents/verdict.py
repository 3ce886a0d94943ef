"""What an attempt ends in: the attempt itself, its gates, its verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sandbox.trial import Status

Light = Literal["pass", "fail", "not_needed", "cannot_tell"]
Proof = Literal["baseline", "cold", "seed", "nudged"]
Kind = Literal["epochs", "trials", "steps", "folds", "samples"]
How = Literal["option", "constant", "default", "argument", "field", "loop", "configuration"]

GATES = ("build", "runs", "store", "witness", "behaviour", "residue", "diff")


@dataclass(frozen=True, slots=True)
class Reduction:
    """One number that was made smaller for the proof, in original and candidate alike."""

    name: str
    """`EPOCHS`, `--epochs`, `n_estimators`."""
    file: str
    """Where it stands in the original; empty for an option that only the command has."""
    line: int
    kind: Kind
    how: How
    full: int
    reduced: int


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The run is judged on less work than the program would do."""

    reductions: tuple[Reduction, ...]
    seconds: float
    """Wall seconds that the original would take in full, estimated; 0 where that is not known.

    Where a larger part of the work did not end either, it would take longer than this.
    """
    place: str = ""
    """Folder of the attempt that the baseline rests on, below `artifacts/`."""

    @property
    def words(self) -> str:
        """What was checked, for people."""
        shown = dict.fromkeys(
            f"{one.reduced:,} of {one.full:,} {one.kind} (`{one.name}`)" for one in self.reductions
        )
        return f"Checked only that far: {', '.join(shown)}; nothing beyond was run."


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
    layout: str = ""
    """Which layout the store was read in: `mlflow sqlite 1b2c3d`."""

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
class Sabotage:
    """An accepted change, spoilt on purpose and judged again: could it have failed at all?"""

    candidate: int
    edit: str
    """What was spoilt, in one phrase with its line."""
    meant: str
    """The gate that has to stop it."""
    stopped_by: tuple[str, ...]
    """The gates that did; empty where it passed, which makes the verdict worthless."""
