"""The real Optuna writes, an old and a new one; the oracle reads the same from both storages."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from evals.stack import build_environment, cache_folder
from sandbox.environment import Needs
from sandbox.oracles.optuna import OptunaOracle
from sandbox.witness.testimony import Testimony as Heard

SCRIPT = """\
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

optuna.logging.set_verbosity(optuna.logging.ERROR)


def objective(trial):
    x = trial.suggest_float("x", 0.001, 1.0, log=True)
    n = trial.suggest_int("n", 1, 9, step=2)
    trial.suggest_categorical("c", ["a", "b", None, 3])
    trial.report(x, 0)
    trial.set_user_attr("k", "v")
    if trial.number == 2:
        raise optuna.TrialPruned()
    if trial.number == 4:
        return float("nan")
    return float("inf") if trial.number == 3 else x + n


for storage in ("sqlite:///study.db", JournalStorage(JournalFileBackend("journal.log"))):
    sampler = optuna.samplers.RandomSampler(seed=0)
    study = optuna.create_study(
        study_name="s", storage=storage, direction="minimize", sampler=sampler
    )
    study.enqueue_trial({"x": 0.1, "n": 3, "c": None})
    study.optimize(objective, n_trials=5)
    study.ask()
"""


@pytest.mark.environment
@pytest.mark.parametrize("version", ["4.0.0", "4.9.0", "5.0.0"])
def test_what_optuna_keeps_is_read_back(version: str, tmp_path: Path) -> None:
    needs = Needs(requirements=(f"optuna=={version}",), pins=(), constraints=())
    environment = asyncio.run(build_environment(needs, cache_folder()))
    command = [str(environment.python), "-W", "ignore", "-c", SCRIPT]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    store = OptunaOracle().read(tmp_path, Heard(), "")
    assert store.unreadable == ""
    assert store.schema == f"optuna journal, optuna sqlite 12 ({version})"
    journal, database = store.studies
    assert journal.trials == database.trials
    assert database.directions == journal.directions == ("minimize",)
    states = [trial.state for trial in database.trials]
    assert states == ["COMPLETE", "COMPLETE", "PRUNED", "COMPLETE", "FAIL", "RUNNING"]
    assert database.trials[0].params == {"x": 0.1, "n": 3.0, "c": "None"}
    assert database.trials[3].values == (float("inf"),)
