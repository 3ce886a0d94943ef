"""One environment that holds every component and framework that is proved here, built once."""

import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from agents.records import Request, Stage
from agents.rules.coder import RulesCoder
from agents.settings import Settings
from agents.workshop import Workshop
from knowledge.library import StaticLibrary
from sandbox.environment import Environment, Needs, prepare_environment
from sandbox.runners.choice import choose_runner

FULL_STACK = Needs(
    requirements=(
        *("accelerate", "dvc", "gitpython", "hydra-core", "hyperopt", "keras", "lightgbm"),
        *("lightning", "mlflow>=3.10,<4", "nncf", "onnx", "optuna", "scikit-learn", "torch"),
        *("torchmetrics", "transformers", "wandb", "xgboost-cpu"),
    ),
    pins=(),
    constraints=(),
)

OLDER_STACK = Needs(
    requirements=("mlflow>=2.22,<2.23", "optuna>=4,<5", "scikit-learn", "wandb==0.22.3"),
    pins=(),
    constraints=("sqlalchemy<2.1",),
)
"""The same components a year older, as far back as they are judged."""

EARLY_STACK = Needs(
    requirements=("mlflow>=3.0,<3.1", "scikit-learn"), pins=(), constraints=("sqlalchemy<2.1",)
)
"""The first MLflow that keeps models apart from runs."""


@dataclass(frozen=True, slots=True)
class ReadyEnvironments:
    """Hands over one environment, whatever the script needs."""

    environment: Environment

    async def prepare(
        self, request: Request, stage: Stage, sources: Mapping[str, str]
    ) -> AsyncIterator[str | Environment]:
        """Yield the environment."""
        yield self.environment


async def build_environment(needs: Needs, cache: Path) -> Environment:
    """Resolve and build an environment, or take the one built before. Raises SandboxError."""
    found: Environment | None = None
    async for step in prepare_environment(needs, cache):
        if isinstance(step, Environment):
            found = step
    assert found is not None  # noqa: S101  # prepare_environment yields it last
    return found


def furnish_workshop(environment: Environment, runs: Path, cache: Path) -> Workshop:
    """A workshop with everything real, in which every script gets this environment."""
    settings = Settings(runs=str(runs))
    chosen = choose_runner("auto", trusted=True)
    return Workshop(
        settings=settings,
        runs=runs,
        coders=(RulesCoder(),),
        library=StaticLibrary(),
        environments=ReadyEnvironments(environment),
        runner=chosen.runner,
        runner_reason=chosen.reason,
        cache=cache,
    )


def cache_folder() -> Path:
    """Where environments of tests and of the benchmark are kept."""
    return Path(os.environ.get("MLGRAFT_CACHE", Path.home() / ".cache" / "mlgraft"))
