"""What several floors of tests share: the doors' doubles and one real environment."""

import asyncio
import os
from pathlib import Path

import pytest

from agents.rules.coder import RulesCoder
from agents.settings import Settings
from agents.workshop import Workshop
from knowledge.library import StaticLibrary
from sandbox.environment import Environment, Needs, prepare_environment
from sandbox.runners.choice import choose_runner
from tests.doubles import ScriptedEnvironments

STACK = Needs(requirements=("mlflow>=3.10,<4", "scikit-learn", "torch"), pins=(), constraints=())


@pytest.fixture(scope="session")
def ml_environment() -> Environment:
    """MLflow, scikit-learn and PyTorch, resolved once and kept in the user's cache."""
    cache = Path(os.environ.get("MLGRAFT_CACHE", Path.home() / ".cache" / "mlgraft"))

    async def build() -> Environment:
        async for step in prepare_environment(STACK, cache):
            if isinstance(step, Environment):
                return step
            print(step)  # noqa: T201  # shown by pytest -s while the build goes on
        raise AssertionError("the environment was never handed over")

    return asyncio.run(build())


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
    settings = Settings(runs=str(tmp_path / "runs"))
    chosen = choose_runner("auto", trusted=True)
    return Workshop(
        settings=settings,
        runs=settings.runs_folder,
        coders=(RulesCoder(),),
        library=StaticLibrary(),
        environments=ScriptedEnvironments(environment),
        runner=chosen.runner,
        runner_reason=chosen.reason,
        cache=Path(os.environ.get("MLGRAFT_CACHE", Path.home() / ".cache" / "mlgraft")),
    )
