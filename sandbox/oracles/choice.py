"""Component -> the oracle that reads what it leaves."""

from sandbox.oracle import Oracle
from sandbox.oracles.mlflow import MlflowOracle
from sandbox.oracles.optuna import OptunaOracle

ORACLES: tuple[Oracle, ...] = (MlflowOracle(), OptunaOracle())


def choose_oracle(component: str) -> Oracle | None:
    """The oracle of a component; None where there is none."""
    return next((oracle for oracle in ORACLES if oracle.component == component), None)
