"""Stage -> the panel that judges it."""

from collections.abc import Mapping

from agents.gates.panel import Panel
from agents.gates.panels import (
    compression,
    registration,
    tracking,
    tracking_moved,
    tuning,
    tuning_moved,
    versioning,
    versioning_moved,
)
from agents.gates.panels.translation import Move, make_translation
from agents.records import Functionality, Stage

PANELS: Mapping[Functionality, Panel] = {
    "experiment_tracking": tracking.PANEL,
    "hyperparameter_optimization": tuning.PANEL,
    "model_registration": registration.PANEL,
    "model_optimization": compression.PANEL,
    "version_control": versioning.PANEL,
}
MOVES: Mapping[Functionality, Move] = {
    "experiment_tracking": tracking_moved.MOVE,
    "version_control": versioning_moved.MOVE,
    "hyperparameter_optimization": tuning_moved.MOVE,
}
"""How a translation of a functionality is judged, by what the two components keep."""


def choose_panel(stage: Stage) -> Panel | None:
    """The panel of a stage; None where nothing can judge it."""
    if stage.task == "translate":
        move = MOVES.get(stage.functionality)
        if stage.functionality == "version_control" and stage.target != "dvc":
            return None
        return make_translation(move) if move else None
    return PANELS.get(stage.functionality)
