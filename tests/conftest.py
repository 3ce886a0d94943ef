"""What several floors of tests share: the doors' doubles and one real environment."""

import asyncio
import os
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from agents.workshop import Workshop
from evals.stack import FULL_STACK, build_environment, cache_folder, furnish_workshop
from sandbox.environment import Environment, Needs

# How long an example takes says more about the machine than about the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
# For `make mutation`: that a property fails is enough; by how little would take long to find.
settings.register_profile(
    "mutation",
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
)

STACK = Needs(requirements=("mlflow>=3.10,<4", "scikit-learn", "torch"), pins=(), constraints=())


@pytest.fixture(scope="session")
def ml_environment() -> Environment:
    """MLflow, scikit-learn and PyTorch."""
    return asyncio.run(build_environment(STACK, cache_folder()))


@pytest.fixture(scope="session")
def full_environment() -> Environment:
    """Every component and framework that is proved here, together."""
    return asyncio.run(build_environment(FULL_STACK, cache_folder()))


@pytest.fixture(scope="session")
def ml_python(request: pytest.FixtureRequest) -> Path:
    """The interpreter of `ml_environment`; MLGRAFT_TEST_PYTHON names another one."""
    if named := os.environ.get("MLGRAFT_TEST_PYTHON"):
        return Path(named)
    environment: Environment = request.getfixturevalue("ml_environment")
    return environment.python


@pytest.fixture
def workshop(request: pytest.FixtureRequest, tmp_path: Path) -> Workshop:
    """A workshop with everything real but the building of the environment, done once."""
    if named := os.environ.get("MLGRAFT_TEST_PYTHON"):
        environment = Environment(Path(named), {"mlflow": "3.17.2"}, (), "named", True)
    else:
        environment = request.getfixturevalue("ml_environment")
    return furnish_workshop(environment, tmp_path / "runs", cache_folder())


@pytest.fixture
def full_workshop(full_environment: Environment, tmp_path: Path) -> Workshop:
    """The same with every component and framework."""
    return furnish_workshop(full_environment, tmp_path / "runs", cache_folder())
