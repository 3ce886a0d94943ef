"""Stage -> the panel that judges it."""

from collections.abc import Mapping

from agents.gates.panel import Panel
from agents.gates.panels import tracking
from agents.records import Functionality, Stage

PANELS: Mapping[Functionality, Panel] = {
    "experiment_tracking": tracking.PANEL,
}


def choose_panel(stage: Stage) -> Panel | None:
    """The panel of a stage; None where nothing can judge it."""
    return PANELS.get(stage.functionality)
