"""Components of other years: honest programs pass, cheats are stopped, the layout is named."""

import asyncio
from pathlib import Path

import pytest

from agents.workshop import Workshop
from evals.case import Case, find_cases
from evals.oracles import CASES, OLDER, choose_cases, choose_stack
from evals.proof import prove_case
from evals.stack import (
    EARLY_STACK,
    FULL_STACK,
    OLDER_STACK,
    build_environment,
    cache_folder,
    furnish_workshop,
)
from sandbox.environment import Needs

OLD = find_cases(OLDER)
MLFLOW = tuple(case for case in OLD if case.target == "mlflow")
FILES = tuple(case for case in MLFLOW if case.name.endswith("plain_files"))
SQLITE = {
    "older": "mlflow sqlite 0584bdc529eb (MLflow 2.22)",
    "early": "mlflow sqlite bda7b8c39065 (MLflow 3.0)",
}
STACKS = {"older": OLDER_STACK, "early": EARLY_STACK, "current": FULL_STACK}


def furnish(needs: Needs, runs: Path) -> Workshop:
    environment = asyncio.run(build_environment(needs, cache_folder()))
    return furnish_workshop(environment, runs, cache_folder())


def test_every_old_case_is_proved_with_the_old_components() -> None:
    assert {choose_stack(case) for case in OLD} == {OLDER_STACK}
    assert {choose_stack(case) for case in find_cases(CASES)} == {FULL_STACK}
    assert set(OLD) <= set(choose_cases(()))


def test_the_old_cases_pin_what_the_old_stack_holds() -> None:
    pins = {case.target: case.version.rpartition(".")[0] for case in OLD}
    assert pins == {"mlflow": "2.22", "wandb": "0.22", "optuna": "4.9"}
    assert {(case.functionality, case in FILES) for case in MLFLOW} == {
        (functionality, files)
        for functionality in ("experiment_tracking", "model_registration")
        for files in (False, True)
    }


@pytest.mark.environment
@pytest.mark.thorough
@pytest.mark.parametrize(
    ("case", "stack"),
    [
        *((case, "older") for case in OLD),
        *((case, "early") for case in MLFLOW),
        *((case, "current") for case in FILES),
    ],
    ids=lambda given: given if isinstance(given, str) else given.name,
)
def test_a_store_of_another_release_is_judged_like_the_current(
    case: Case, stack: str, tmp_path: Path
) -> None:
    workshop = furnish(STACKS[stack], tmp_path / "runs")

    async def prove() -> list[str]:
        cells = [cell async for cell in prove_case(case, workshop)]
        assert [cell for cell in cells if not cell.right] == []
        return [cell.layout for cell in cells if cell.program == "reference"]

    (layout,) = asyncio.run(prove())
    if case in FILES:
        assert layout.endswith("mlflow files")
    elif case.target == "mlflow":
        assert layout == SQLITE[stack]
    else:
        assert layout.startswith(case.target)
