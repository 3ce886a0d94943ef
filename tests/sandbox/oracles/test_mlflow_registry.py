"""What is registered in MLflow's store, and which layouts are known."""

import json
from pathlib import Path

from sandbox.oracles.mlflow_question import add_answer, make_question
from sandbox.oracles.mlflow_tracking import read_store
from sandbox.oracles.store import ModelVersion
from sandbox.witness import testimony
from tests.sandbox.oracles.stores import insert_run, make_database

TABLES = (
    "CREATE TABLE registered_models (name TEXT)",
    "CREATE TABLE model_versions (name TEXT, version INTEGER, run_id TEXT, source TEXT, "
    "storage_location TEXT, status TEXT, current_stage TEXT)",
    "CREATE TABLE registered_model_aliases (alias TEXT, version INTEGER, name TEXT)",
)
VERSION = "INSERT INTO model_versions VALUES ('wine', 1, 'r1', 'x', NULL, 'READY', 'None')"
ALIAS = "INSERT INTO registered_model_aliases VALUES ('champion', 1, 'wine')"


def test_a_version_comes_with_its_run_and_aliases(tmp_path: Path) -> None:
    make_database(tmp_path, *TABLES, insert_run(), VERSION, ALIAS)
    (version,) = read_store(tmp_path).registered
    assert (version.name, version.version, version.run) == ("wine", "1", "r1")
    assert version.aliases == ("champion",)
    assert version.loads is None


def test_a_deleted_version_is_no_version(tmp_path: Path) -> None:
    gone = VERSION.replace("'None'", "'Deleted_Internal'")
    make_database(tmp_path, *TABLES, insert_run(), gone)
    assert read_store(tmp_path).registered == ()


def test_a_view_in_place_of_the_registry_is_refused(tmp_path: Path) -> None:
    view = "CREATE VIEW model_versions AS SELECT 1"
    make_database(tmp_path, TABLES[0], view, TABLES[2], insert_run())
    assert "not a plain table" in read_store(tmp_path).unreadable


def test_an_unknown_layout_is_neither_right_nor_wrong(tmp_path: Path) -> None:
    make_database(tmp_path, "UPDATE alembic_version SET version_num = 'abcdef'", insert_run())
    store = read_store(tmp_path)
    assert store.unknown
    assert "abcdef" in store.unreadable


def test_an_older_layout_is_named(tmp_path: Path) -> None:
    older = "UPDATE alembic_version SET version_num = '0584bdc529eb'"
    make_database(tmp_path, older, insert_run())
    assert read_store(tmp_path).schema == "mlflow sqlite 0584bdc529eb (MLflow 2.22)"


def test_nothing_is_asked_where_nothing_is_registered() -> None:
    assert make_question((), testimony.Testimony()) is None


def test_an_answer_is_added_to_its_version_and_nonsense_to_none() -> None:
    version = ModelVersion("wine", "1", "r1")
    told = {"probe": 0, "how": "native", "shape": [2], "values": [0.5, 1.5]}
    row = {"name": "wine", "version": "1", "loads": True, "kind": "a.B", "predictions": [told, 7]}
    (found,) = add_answer((version,), "noise\npredictions-ab " + json.dumps([row, 3]) + "\n")
    assert found.loads
    assert found.predictions[0].values == (0.5, 1.5)
    assert len(found.predictions) == 1
    for nonsense in ("", "predictions-ab {", "predictions-ab 7", "predictions-ab [[]]"):
        assert add_answer((version,), nonsense) == (version,)
