"""Real training code is content with what it finds inside."""

from pathlib import Path

import pytest

from sandbox.trial import Limits
from tests.sandbox.runners.running import RUNNERS, make_trial, open_runner

CODE = """
import joblib, torch
import matplotlib.pyplot as plt
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score
from torch.utils.data import DataLoader, TensorDataset

def main():
    features, labels = load_iris(return_X_y=True)
    model = RandomForestClassifier(n_estimators=5, random_state=0)
    scores = cross_val_score(model, features, labels, cv=3, n_jobs=2)
    print("accuracy", round(float(scores.mean()), 2))
    rows = TensorDataset(torch.arange(1000, dtype=torch.float32).repeat(100, 1))
    loader = DataLoader(rows, batch_size=25, num_workers=2)
    print("sum", sum(float(batch.sum()) for (batch,) in loader))
    plt.plot([1, 2])
    plt.savefig("plot.png")

if __name__ == "__main__":
    main()
"""


@pytest.mark.environment
@pytest.mark.parametrize("name", RUNNERS)
async def test_workers_shared_memory_and_plots_work_without_a_warning(
    name: str, tmp_path: Path, ml_python: Path
) -> None:
    trial = make_trial(tmp_path, CODE, python=ml_python, limits=Limits(seconds=120))
    attempt = await open_runner(name).run(trial)
    assert attempt.stdout.split() == ["accuracy", "0.95", "sum", "49950000.0"], attempt.stderr
    assert attempt.stderr == ""
    assert (tmp_path / "work" / "plot.png").stat().st_size > 1000
