"""What each oracle of a component sets, plants and asks, beside what it reads."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sandbox.oracles.choice import ORACLES, choose_oracle
from sandbox.oracles.dvc import DvcOracle
from sandbox.oracles.git import GitOracle
from sandbox.oracles.mlflow import MlflowOracle
from sandbox.oracles.mlflow_tracking import store_variables, template_script
from sandbox.oracles.planting import version_variables
from sandbox.oracles.store import Store
from sandbox.witness.testimony import Testimony as Heard
from tests.sandbox.oracles.repositories import git
from tests.sandbox.oracles.stores import insert_run, make_database
from tests.sandbox.oracles.test_mlflow_database import REGISTRY, VERSION


def test_every_component_is_found_by_its_name() -> None:
    for oracle in ORACLES:
        assert choose_oracle(oracle.component) is oracle
    assert choose_oracle("nobody's") is None


def test_mlflow_has_its_settings_its_files_and_its_template(tmp_path: Path) -> None:
    oracle = MlflowOracle()
    assert oracle.variables("/job") == store_variables("/job")
    assert oracle.template_script() == template_script()
    assert (oracle.owns("mlruns/0"), oracle.owns("train.py")) == (True, False)
    work = tmp_path / "work"
    work.mkdir()
    oracle.plant(None, work, "/job")
    assert list(work.iterdir()) == []
    oracle.plant(make_database(tmp_path), work, "/job")
    with closing(sqlite3.connect(work / "mlflow.db")) as connection:
        (row,) = connection.execute("SELECT artifact_location FROM experiments")
    assert row == ("/job/mlruns/0",)


def test_mlflow_is_asked_about_what_is_registered_and_its_answer_added(tmp_path: Path) -> None:
    oracle, heard = MlflowOracle(), Heard()
    assert oracle.ask(tmp_path, heard) is None
    assert oracle.read(tmp_path, heard, "") == Store(schema="")
    version = VERSION.format("wine", 1, "'r1'", "'x'", "NULL")
    make_database(tmp_path, *REGISTRY, insert_run(), version)
    question = oracle.ask(tmp_path, heard)
    assert question is not None
    (told,) = question.files.values()
    (asked,) = json.loads(told)["versions"]
    assert (asked["name"], asked["version"]) == ("wine", "1")
    row = {"name": "wine", "version": "1", "loads": True}
    store = oracle.read(tmp_path, heard, f"predictions-ab {json.dumps([row])}")
    assert [run.id for run in store.runs] == ["r1"]
    assert [one.loads for one in store.registered] == [True]
    assert [one.loads for one in oracle.read(tmp_path, heard, "").registered] == [None]


@pytest.mark.parametrize(("oracle", "dvc"), [(GitOracle(), False), (DvcOracle(), True)])
def test_a_repository_is_planted_for_git_and_dvc(
    oracle: GitOracle | DvcOracle, dvc: bool, tmp_path: Path
) -> None:
    assert oracle.variables("/job") == version_variables("/job")
    assert (oracle.owns(".git/HEAD"), oracle.owns("train.py")) == (True, False)
    assert oracle.template_script() == ""
    (tmp_path / "train.py").write_text("x = 1\n")
    oracle.plant(None, tmp_path, "/job")
    assert git(tmp_path, "log", "--format=%s") == "State before the run"
    assert (tmp_path / ".dvc").exists() is dvc
    assert "url = /job/" in (tmp_path / ".vcs-home/dvc/config").read_text()
