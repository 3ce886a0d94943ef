"""Hyperopt: it keeps nothing on disk, so that the witness alone tells what a search did."""

from collections.abc import Mapping
from pathlib import Path

from sandbox.oracle import Question
from sandbox.oracles.hyperopt_trials import read_searches
from sandbox.oracles.optuna_trials import UnreadableError
from sandbox.oracles.store import Store
from sandbox.witness.testimony import Testimony


class HyperoptOracle:
    """Reads searches from what was witnessed."""

    component = "hyperopt"
    keeps_inputs = False

    def variables(self, work: str) -> Mapping[str, str]:
        """None: `Trials` lies in memory."""
        return {}

    def owns(self, relative: str) -> bool:
        """No file: a pickled `Trials` is the script's own product."""
        return False

    def template_script(self) -> str:
        """None: there is no store."""
        return ""

    def plant(self, template: Path | None, folder: Path, work: str) -> None:
        """Nothing has to be there."""

    def ask(self, folder: Path, testimony: Testimony) -> Question | None:
        """Nothing: the witness says it all."""
        return None

    def read(self, folder: Path, testimony: Testimony, answer: str) -> Store:
        """Every search of the run; a space that is not known here makes all of it unknown."""
        try:
            studies = read_searches(testimony)
        except UnreadableError as problem:
            return Store(schema="hyperopt witnessed", unreadable=str(problem), unknown=True)
        return Store(schema="hyperopt witnessed" if studies else "", studies=studies)
