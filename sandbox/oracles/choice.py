"""Component -> the oracle that reads what it leaves."""

from sandbox.oracle import Oracle
from sandbox.oracles.compression import CompressionOracle
from sandbox.oracles.dvc import DvcOracle
from sandbox.oracles.git import GitOracle
from sandbox.oracles.hyperopt import HyperoptOracle
from sandbox.oracles.mlflow import MlflowOracle
from sandbox.oracles.optuna import OptunaOracle
from sandbox.oracles.wandb import WandbOracle

ORACLES: tuple[Oracle, ...] = (
    MlflowOracle(),
    OptunaOracle(),
    HyperoptOracle(),
    WandbOracle(),
    CompressionOracle("nncf"),
    CompressionOracle("torch.ao"),
    DvcOracle(),
    GitOracle(),
)


def choose_oracle(component: str) -> Oracle | None:
    """The oracle of a component; None where there is none."""
    return next((oracle for oracle in ORACLES if oracle.component == component), None)
