"""What Optuna and Hyperopt do inside a run is recorded, and changes nothing of it."""

from pathlib import Path

import pytest

from sandbox.environment import Environment
from sandbox.oracles.optuna import OptunaOracle
from sandbox.oracles.optuna_witnessed import read_witnessed
from tests.sandbox.witness.witnessed import run_witnessed

OPTUNA = """\
import optuna
from sklearn.metrics import accuracy_score

optuna.logging.set_verbosity(optuna.logging.ERROR)


def objective(trial):
    x = trial.suggest_float("x", 0.01, 1.0, log=True)
    kind = trial.suggest_categorical("kind", ["a", None, 3])
    right = accuracy_score([1, 1, 1, 0], [1, 1, 1, 1 if x > 0.1 else 0])
    if trial.number == 2:
        trial.report(right, 0)
        raise optuna.TrialPruned()
    if trial.number == 3:
        return float("nan")
    return right + x


study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=1)STORE)
study.enqueue_trial({"x": 0.05, "kind": None})
study.optimize(objective, n_trials=4)
trial = study.ask()
study.tell(trial, 0.25)
frozen = optuna.trial.create_trial(value=1.0)
study.add_trial(frozen)
print(study.best_value, study.best_params)
"""

HYPEROPT = """\
import numpy as np
from hyperopt import STATUS_OK, Trials, fmin, hp, tpe

space = {
    "C": hp.loguniform("C", -3, 2),
    "kernel": hp.choice("kernel", ["rbf", "linear"]),
    "depth": hp.quniform("depth", 2, 8, 2),
}
trials = Trials()
best = fmin(
    lambda chosen: {"loss": chosen["C"], "status": STATUS_OK},
    space, algo=tpe.suggest, max_evals=3, trials=trials,
    rstate=np.random.default_rng(0), show_progressbar=False,
)
print(best["C"] == min(trials.losses()))
"""


@pytest.mark.environment
@pytest.mark.parametrize("store", ["", ', storage="sqlite:///study.db", study_name="s"'])
def test_every_trial_of_optuna_is_seen(
    full_environment: Environment, tmp_path: Path, store: str
) -> None:
    ran = run_witnessed(tmp_path, OPTUNA.replace("STORE", store), python=full_environment.python)
    assert ran.code == 0, ran.stderr
    (study,) = read_witnessed(ran.testimony)
    assert study.directions == ("maximize",)
    states = [trial.state for trial in study.trials]
    assert states == ["COMPLETE", "COMPLETE", "PRUNED", "FAIL", "COMPLETE", "ADDED"]
    first, second = study.trials[:2]
    assert first.params == {"x": 0.05, "kind": "None"}
    assert first.values == (1.05,)
    assert 0 <= first.began < first.ended < second.began
    assert study.ranges["kind"].choices == ("a", "None", "3")
    assert study.trials[4].values == (0.25,)
    (seen,) = [
        seen.values[0]
        for seen in ran.testimony.sightings
        if first.began < seen.order < first.ended and "accuracy" in seen.function
    ]
    assert seen == 1.0
    if store:
        kept = OptunaOracle().read(tmp_path / "work", ran.testimony, "").studies[1]
        assert kept.origin == "database"
        for seen_trial, kept_trial in zip(study.trials, kept.trials, strict=True):
            assert seen_trial.params == kept_trial.params
            assert seen_trial.values == kept_trial.values
            assert seen_trial.ranges == kept_trial.ranges


@pytest.mark.environment
def test_a_study_goes_the_same_way_with_and_without_a_witness(
    full_environment: Environment, tmp_path: Path
) -> None:
    text = OPTUNA.replace("STORE", "")
    with_it = run_witnessed(tmp_path, text, python=full_environment.python)
    without = run_witnessed(
        tmp_path, text, python=full_environment.python, witnessed=False, instrumented=False
    )
    assert with_it.stdout == without.stdout


@pytest.mark.environment
def test_every_trial_of_hyperopt_is_seen(full_environment: Environment, tmp_path: Path) -> None:
    ran = run_witnessed(tmp_path, HYPEROPT, python=full_environment.python)
    assert (ran.code, ran.stdout) == (0, "True\n"), ran.stderr
    steps = [step for step in ran.testimony.tried if step.component == "hyperopt"]
    assert [step.call for step in steps] == ["ask", "tell"] * 3
    assert '"name":"loguniform"' in steps[1].detail
    assert '"choices":["rbf","linear"]' in steps[1].detail
