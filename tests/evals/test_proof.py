"""Cases for real: the rules end as the case says, references pass, cheats are stopped.

`make test` takes some of each kind, `make evals-check` every case with every cheat.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from agents.intake import read_request
from agents.pipeline import adapt
from agents.records import Report
from agents.workshop import Workshop
from evals.case import Case, find_cases
from evals.proof import prove_case

CASES = tuple(
    case
    for case in find_cases(Path(__file__).parent.parent.parent / "evals" / "cases")
    if (case.task, case.functionality, case.target) == ("inline", "experiment_tracking", "mlflow")
)
"""Those that the offline coder is asked for; what it refuses is proved in test_oracles.py."""
LONG = frozenset(
    (
        *("blobs_silhouette", "cancer_functions", "cancer_model_zoo", "digits_partial_fit"),
        *("cancer_argparse", "iris_cross_validation", "torch_early_stopping"),
        *("torch_lbfgs_closure", "digits_closure"),
        *("iris_perfect_score", "rent_csv_folder", "wine_experiment_class", "wine_pipeline_main"),
        *(
            "torch_digits_functions",
            "torch_history_list",
            "torch_loss_only",
            "torch_lstm_two_files",
        ),
        "torch_spiral_flat",
    )
)
"""Accepted cases whose shape another case has, too: proved by `make evals-check`."""

CHEATED = (
    "digits_sklearn",
    pytest.param("cancer_argparse", marks=pytest.mark.thorough),
    pytest.param("torch_moons_argparse", marks=pytest.mark.thorough),
    pytest.param("torch_digits_functions", marks=pytest.mark.thorough),
)
FRAMEWORKS = frozenset({"lightgbm_sklearn", "torchmetrics_loop"})
"""Need more than MLflow, scikit-learn and PyTorch."""
CHEATS = frozenset(
    (
        *("constant", "one", "rows", "wrong_name", "literal_from_output", "crash_after_logging"),
        *("training_removed", "store_by_sql", "logged_twice", "last_epoch_only", "witness_forged"),
    )
)
"""What every tracking oracle must stop; `make evals-check` adds what was thought of besides."""

pytestmark = pytest.mark.environment


@pytest.fixture
def fitting_workshop(case: Case, request: pytest.FixtureRequest) -> Workshop:
    """The workshop whose environment has what the case needs."""
    # Asked for here and not in the test: an environment is built in an event loop of its own.
    name = "full_workshop" if case.name in FRAMEWORKS else "workshop"
    found: Workshop = request.getfixturevalue(name)
    return found


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            marks=[pytest.mark.thorough] if case.name in LONG | FRAMEWORKS else [],
            id=case.name,
        )
        for case in CASES
    ],
)
async def test_the_offline_coder_ends_as_the_case_says(
    case: Case, fitting_workshop: Workshop
) -> None:
    settings = replace(fitting_workshop.settings, run=case.run)
    request = read_request(case.before, case.request, settings)
    report = [record async for record in adapt(request, fitting_workshop)][-1]
    assert isinstance(report, Report)
    assert report.outcome == case.expect, report.summary
    assert report.passes == (3 if case.expect == "accepted" else 0)


@pytest.mark.parametrize("name", CHEATED)
async def test_each_known_cheat_is_stopped_and_the_honest_version_passes(
    name: str, workshop: Workshop
) -> None:
    case = next(case for case in CASES if case.name == name)
    chosen = tuple(path for path in case.cheats if path.stem in CHEATS)
    assert len(chosen) >= len(CHEATS) - 1
    await _check(replace(case, cheats=chosen), workshop)
    # Every attempt would make its own store if none could be made to copy: slow, and unnoticed.
    assert list((workshop.cache / "templates").glob("*-mlflow"))


@pytest.mark.thorough
@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.reference and case.expect == "accepted"],
    ids=lambda case: case.name,
)
async def test_every_cheat_is_stopped_and_every_reference_passes(
    case: Case, workshop: Workshop
) -> None:
    await _check(case, workshop)


async def _check(case: Case, workshop: Workshop) -> None:
    cells = [cell async for cell in prove_case(case, workshop)]
    assert {cell.program for cell in cells} >= {"original", "reference"}
    assert [cell for cell in cells if not cell.right] == []
