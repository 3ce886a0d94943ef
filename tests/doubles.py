"""The doors, scripted: each answers what a test wrote down and refuses anything else loudly."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agents.records import Candidate, Refusal, Request, Stage
from knowledge.apidocs import Symbol
from sandbox.environment import Environment
from sandbox.trial import Attempt, Trial

FAKE_ENVIRONMENT = Environment(
    python=Path("/nowhere/bin/python"),
    packages={"mlflow": "3.17.2", "scikit-learn": "1.9.1"},
    site_packages=(Path("/nowhere/lib"),),
    fingerprint="fake",
    cached=True,
    notes=("a note",),
)


@dataclass(slots=True)
class ScriptedCoder:
    """A coder that has one draft for each style."""

    drafts: Mapping[str, Candidate | Refusal]
    name: str = "rules"
    asked: list[str] = field(default_factory=list)

    def styles(self, stage: Stage) -> tuple[str, ...]:
        """Name the styles scripted."""
        return tuple(self.drafts) if stage.functionality == "experiment_tracking" else ()

    def propose(
        self,
        stage: Stage,
        entry: str,
        files: Mapping[str, str],
        style: str,
        *,
        number: int,
        stage_index: int,
    ) -> Candidate | Refusal:
        """Hand over the draft scripted for a style."""
        assert entry in files
        self.asked.append(style)
        return self.drafts[style]


@dataclass(slots=True)
class ScriptedLibrary:
    """A library that knows what was written into it."""

    symbols: Mapping[str, Symbol]

    def cite(self, site_packages: Sequence[Path], names: Sequence[str]) -> tuple[Symbol, ...]:
        """Find names among those scripted."""
        return tuple(self.symbols[name] for name in names if name in self.symbols)


@dataclass(slots=True)
class ScriptedEnvironments:
    """Environments that are there at once."""

    environment: Environment = FAKE_ENVIRONMENT
    asked: int = 0

    async def prepare(
        self, request: Request, stage: Stage, sources: Mapping[str, str]
    ) -> AsyncIterator[str | Environment]:
        """Say one sentence, then hand over."""
        self.asked += 1
        yield "resolving 2 packages"
        yield self.environment


@dataclass(slots=True)
class ScriptedRunner:
    """A runner that plays each trial as a function says."""

    play: Callable[[Trial], Attempt]
    name: str = "process"
    isolation: str = "none: scripted"
    trials: list[Trial] = field(default_factory=list)

    def work_folder(self, folder: Path) -> str:
        """The host's own path."""
        return str(folder)

    async def run(self, trial: Trial) -> Attempt:
        """Play one trial."""
        self.trials.append(trial)
        return self.play(trial)
