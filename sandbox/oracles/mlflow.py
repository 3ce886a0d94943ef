"""MLflow: experiment tracking and model registry, in its database or its older files."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from sandbox.oracle import Question
from sandbox.oracles.mlflow_question import add_answer, make_question
from sandbox.oracles.mlflow_tracking import (
    is_store_file,
    plant_template,
    read_store,
    store_variables,
    template_script,
)
from sandbox.oracles.store import Store
from sandbox.witness.testimony import Testimony


class MlflowOracle:
    """Reads MLflow's stores without MLflow."""

    component = "mlflow"
    keeps_inputs = False

    def variables(self, work: str) -> Mapping[str, str]:
        """Environment under which MLflow keeps its store below `work`."""
        return store_variables(work)

    def owns(self, relative: str) -> bool:
        """Tell whether a path belongs to MLflow's store."""
        return is_store_file(relative)

    def template_script(self) -> str:
        """Python source that makes an empty database."""
        return template_script()

    def plant(self, template: Path | None, folder: Path, work: str) -> None:
        """Copy the empty database into a work folder."""
        if template is not None:
            plant_template(template, folder, work)

    def ask(self, folder: Path, testimony: Testimony) -> Question | None:
        """What the registered versions predict; nothing where none is registered."""
        return make_question(read_store(folder).registered, testimony)

    def read(self, folder: Path, testimony: Testimony, answer: str) -> Store:
        """Read what a run left in its work folder."""
        store = read_store(folder)
        return replace(store, registered=add_answer(store.registered, answer))
