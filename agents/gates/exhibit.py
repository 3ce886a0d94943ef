"""What the gates look at: both programs, and what their attempts left behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from agents.records import Proof, Stage
from sandbox.oracles.store import Store
from sandbox.trial import Attempt
from sandbox.witness.testimony import Testimony


@dataclass(frozen=True, slots=True)
class Observation:
    """One attempt with everything it left behind, read from outside."""

    attempt: Attempt
    testimony: Testimony
    store: Store
    """What the target component keeps."""
    products: Mapping[str, str]
    """Files the run made or changed, relative path -> sha256; the store's own are left out."""
    source: Store | None = None
    """For a translation: what the component that is moved away from keeps."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """Everything one verdict rests on."""

    stage: Stage
    entry: str
    before: Mapping[str, str]
    """The original's Python files, relative path -> text."""
    after: Mapping[str, str]
    """The candidate's, all of them, also those it left alone."""
    baselines: tuple[Observation, ...]
    """The original under the same seed: twice, except for a second seed, where once will do."""
    observed: Observation
    """The candidate's attempt."""
    proof: Proof
    cold: Observation | None = None
    """For a nudged attempt: the same candidate under the same seed, not nudged."""
    shrunk_before: Mapping[str, str] | None = None
    """Where less work was done than is written: the original as it was run."""
    shrunk_after: Mapping[str, str] | None = None
    """And the candidate."""
    fewer_trials: bool = False
    """Fewer than are written; in a nudged attempt of a search one more than in the cold one."""
    written: Mapping[str, str] | None = None
    """In what `as_run` gives: the original as it is written."""
    secrets: tuple[str, ...] = ()
    """Values in the command that must not be found in what the attempt left."""

    beside_before: Mapping[str, str] = field(default_factory=dict)
    """For a translation: requirements and settings that travel with the original, as text."""
    beside_after: Mapping[str, str] = field(default_factory=dict)
    """The same files as the candidate has them."""

    def as_run(self) -> Self:
        """The same with both programs as they were run, for gates that look at what they did."""
        if self.shrunk_before is None or self.shrunk_after is None:
            return self
        return replace(
            self, before=self.shrunk_before, after=self.shrunk_after, written=self.before
        )
