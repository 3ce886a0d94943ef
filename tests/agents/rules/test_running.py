import os
import re
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.agents.rules.samples import adapt, read_sample

# One of each kind: an exit, a search, helpers, functions with options, tensors, tabs.
SAMPLES = (
    *("grid_search", "mnist_shape", "tabs_crlf"),
    *(
        pytest.param(name, marks=pytest.mark.thorough)
        for name in ("exits", "helper_called_often", "phases")
    ),
)


def _run(python: Path, folder: Path, text: str) -> str:
    folder.mkdir()
    (folder / "train.py").write_bytes(text.encode())
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "MLFLOW_TRACKING_URI": "sqlite:///mlflow.db",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [str(python), "-W", "ignore", "train.py"],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.environment
@pytest.mark.parametrize("name", SAMPLES)
def test_the_adapted_sample_prints_the_same_and_logs_what_it_prints(
    name: str, ml_python: Path, tmp_path: Path
) -> None:
    before, after = read_sample(name), adapt(read_sample(name))
    printed = _run(ml_python, tmp_path / "before", before)
    assert _run(ml_python, tmp_path / "after", after) == printed
    with sqlite3.connect(tmp_path / "after" / "mlflow.db") as store:
        runs = store.execute("SELECT name, status FROM runs").fetchall()
        points = store.execute("SELECT key, value FROM metrics").fetchall()
    assert runs == [("train", "FINISHED")]
    assert points
    numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", printed)]
    for key, value in points:
        # Scripts print two digits, or whole percents.
        room = 0.0051 if abs(value) < 10 else 0.51
        assert any(abs(number - value) <= room for number in numbers), key
