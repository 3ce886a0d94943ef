"""The real MLflow writes, the oracle reads."""

import os
import subprocess
from pathlib import Path

import pytest

from sandbox.oracles.mlflow_tracking import (
    plant_template,
    read_store,
    store_variables,
    template_script,
)

SCRIPT = """\
import os
import mlflow

os.mkdir("below")
os.chdir("below")
with mlflow.start_run(run_name="outer"):
    mlflow.log_params({"lr": 0.1, "api": None})
    for step in range(3):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    mlflow.log_metric("odd", float("nan"))
    mlflow.log_metric("large", float("inf"))
    mlflow.log_text("hello", "notes/a.txt")
    with mlflow.start_run(run_name="inner", nested=True):
        mlflow.log_metric("accuracy", 0.5)
"""


@pytest.mark.environment
def test_what_mlflow_writes_from_a_template_is_read_back(ml_python: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    variables = {**store_variables(str(work)), "PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    template = tmp_path / "template.db"

    def run(code: str, *words: str) -> str:
        done = subprocess.run(
            [str(ml_python), "-c", code, *words],
            cwd=work,
            env=variables,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stderr

    run(template_script(), str(template))
    plant_template(template, work, str(work))
    # Tables that are made anew would say so.
    assert "Creating initial" not in run(SCRIPT)

    store = read_store(work)
    assert store.unreadable == ""
    outer, inner = store.runs
    assert (outer.name, outer.status, outer.parent) == ("outer", "FINISHED", "")
    assert (inner.name, inner.status, inner.parent) == ("inner", "FINISHED", outer.id)
    assert outer.params == {"lr": "0.1", "api": "None"}
    assert [point.value for point in outer.metrics["loss"]] == [1.0, 0.5, 1 / 3]
    assert [point.order for point in outer.metrics["loss"]] == [0, 1, 2]
    assert str(outer.metrics["odd"][0].value) == "nan"
    assert str(outer.metrics["large"][0].value) == "inf"
    assert outer.artifacts == ("notes/a.txt",)
