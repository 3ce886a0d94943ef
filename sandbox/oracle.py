"""The door to a component's store: where it is kept during a run, and what it holds after."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from sandbox.oracles.store import Store
from sandbox.witness.testimony import Testimony


@dataclass(frozen=True, slots=True)
class Question:
    """What only the component itself can answer, asked in a fresh sandbox after the run."""

    script: str
    """Python source, run by the environment's interpreter in a copy of the work folder."""
    arguments: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    """Written into the copy before: relative path -> text."""
    seconds: float = 60.0


class Oracle(Protocol):
    """Reads what a component left behind, from outside the run; everything there is hostile."""

    @property
    def component(self) -> str:
        """The component's name: `mlflow`."""
        ...

    @property
    def keeps_inputs(self) -> bool:
        """Files that the run did not change matter to the store, and stay in the work folder."""
        ...

    def variables(self, work: str) -> Mapping[str, str]:
        """Environment under which the store is kept below `work`, the run's own folder."""
        ...

    def owns(self, relative: str) -> bool:
        """Tell whether a path below the work folder belongs to the store, not to the script."""
        ...

    def template_script(self) -> str:
        """Python source that makes an empty store at its first argument; empty: none is needed."""
        ...

    def plant(self, template: Path | None, folder: Path, work: str) -> None:
        """Lay out what a run must find; `template` is what `template_script` made, or None."""
        ...

    def ask(self, folder: Path, testimony: Testimony) -> Question | None:
        """What has to be asked about a work folder; None: nothing."""
        ...

    def read(self, folder: Path, testimony: Testimony, answer: str) -> Store:
        """Read what a run left; `answer` is what the question printed, or an empty string.

        Whatever is corrupt, too large, locked or unknown is said in the Store, never raised.
        """
        ...
