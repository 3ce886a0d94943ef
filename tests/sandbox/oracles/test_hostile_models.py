"""Stores and model files made to harm whoever reads them: read with a reason, or not at all."""

import ast
import json
import os
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from sandbox.oracle import Question
from sandbox.oracles.compression import CompressionOracle
from sandbox.oracles.mlflow_files import read_files
from sandbox.oracles.mlflow_tracking import read_store
from sandbox.witness import testimony
from tests.sandbox.oracles.stores import make_database

ROOT = Path(__file__).parents[3]
LOADERS = {"pickle", "cPickle", "_pickle", "joblib", "dill", "cloudpickle", "marshal", "shelve"}
LOADERS |= {"torch", "mlflow", "numpy", "pandas", "onnx", "skops"}
LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{two}: &{two} [{', '.join([f'*{one}'] * 9)}]\n"
    for one, two in zip("abcdefgh", "bcdefghi", strict=True)
)
BLANKS = "name: x" + " " * 200_000 + "x\nversion: 1\nrun_id: r1\nstatus: 3\n"


def lay(folder: Path, name: str, text: str) -> Path:
    path = folder / "mlruns" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_no_pickle_and_no_model_is_ever_loaded_outside_a_sandbox() -> None:
    loading = set()
    for room in ("agents", "evals", "knowledge", "sandbox", "ui"):
        # What is judged lies in folders below `evals`, what runs inside a sandbox in `child`.
        for path in (ROOT / room).glob("*.py" if room == "evals" else "**/*.py"):
            if "child" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom):
                    names = [node.module or ""]
                if LOADERS & {name.split(".")[0] for name in names}:
                    loading.add(path.relative_to(ROOT).as_posix())
    assert loading == set()


@pytest.mark.parametrize("text", [LAUGHS, BLANKS, "- [" * 20_000, "!!python/object:os.system x\n"])
def test_yaml_that_multiplies_nests_or_names_code_is_only_text_here(
    text: str, tmp_path: Path
) -> None:
    lay(tmp_path, "0/aa/meta.yaml", "run_name: r\nstatus: 3\n")
    lay(tmp_path, "0/aa/artifacts/model/MLmodel", text)
    lay(tmp_path, "0/bb/meta.yaml", text)
    lay(tmp_path, "models/wine/version-1/meta.yaml", text)
    began = time.process_time()
    store = read_files(tmp_path / "mlruns", tmp_path)
    assert time.process_time() - began < 5
    assert "r" in {run.name for run in store.runs}
    assert store.unreadable == ""


def test_a_registry_of_files_is_read_without_following_links(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "meta.yaml").write_text("version: 1\nrun_id: aa\n")
    lay(tmp_path, "0/aa/meta.yaml", "status: 3\n")
    lay(tmp_path, "models/wine/version-1/meta.yaml", "version: 1\nrun_id: aa\nstatus: READY\n")
    lay(tmp_path, "models/wine/aliases/best", "1")
    models = tmp_path / "mlruns/models"
    (models / "wine/version-2").symlink_to(outside)
    (models / "linked").symlink_to(models / "wine")
    (models / "wine/aliases/far").symlink_to(outside / "meta.yaml")
    (models / "wine/version-3").mkdir()
    (models / "wine/version-3/meta.yaml").symlink_to(outside / "meta.yaml")
    (models / "wine/version-4").mkdir()
    os.mkfifo(models / "wine/version-4/meta.yaml")
    os.mkfifo(models / "wine/aliases/pipe")
    (version,) = read_files(tmp_path / "mlruns", tmp_path).registered
    assert (version.name, version.version, version.run) == ("wine", "1", "aa")
    assert (version.aliases, version.status, version.in_files) == (("best",), "READY", True)


def test_a_value_written_once_more_for_its_model_counts_once(tmp_path: Path) -> None:
    lay(tmp_path, "0/aa/meta.yaml", "status: 3\n")
    lay(tmp_path, "0/aa/metrics/loss", "10 0.5 0\n10 0.5 0\n11 0.5 0\n")
    (run,) = read_files(tmp_path / "mlruns", tmp_path).runs
    assert [(point.value, point.order) for point in run.metrics["loss"]] == [(0.5, 0), (0.5, 1)]


@pytest.mark.parametrize("left", [0, 60, 4096, 9000])
def test_a_truncated_registry_is_said_or_read_and_nothing_is_raised(
    left: int, tmp_path: Path
) -> None:
    make_database(tmp_path, "CREATE TABLE registered_models (name TEXT)")
    database = tmp_path / "mlflow.db"
    database.write_bytes(database.read_bytes()[:left])
    store = read_store(tmp_path)
    assert store.registered == ()
    assert left == 0 or store.unreadable or store.schema


def test_sql_in_the_name_of_a_model_is_only_a_name(tmp_path: Path) -> None:
    name = "x'); DROP TABLE model_versions; --"
    make_database(
        tmp_path,
        "CREATE TABLE registered_models (name TEXT)",
        "CREATE TABLE model_versions (name TEXT, version INTEGER, run_id TEXT, source TEXT, "
        "storage_location TEXT, status TEXT, current_stage TEXT)",
        "CREATE TABLE registered_model_aliases (alias TEXT, version INTEGER, name TEXT)",
    )
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as connection, connection:
        row = (name, 1, "r1", "models:/../../etc", None, "READY", "None")
        connection.execute("INSERT INTO model_versions VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    for _ in range(2):
        (version,) = read_store(tmp_path).registered
        assert version.name == name


def ask(folder: Path, python: Path) -> dict[str, dict[str, object]]:
    """The reader's own script on a folder, as a fresh sandbox would run it."""
    question = CompressionOracle("torch.ao").ask(folder, testimony.Testimony())
    assert isinstance(question, Question)
    done = subprocess.run(
        [str(python), "-c", question.script, *question.arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert "end" in rows[-1], done.stderr
    return {row["path"]: row for row in rows[:-1]}


HOSTILE = """
import pickle, sys, zipfile, os, struct, json
import torch
class Bomb:
    def __reduce__(self): return os.system, ("touch executed",)
pickle.dump(Bomb(), open("bomb.pkl", "wb"))
torch.save({"w": torch.ones(2, 2), "b": Bomb()}, "bomb.pt")
torch.save({"w": torch.ones(4, 4)}, "whole.pt")
data = open("whole.pt", "rb").read()
open("cut.pt", "wb").write(data[: len(data) // 2])
open("empty.pt", "wb").write(b"")
with zipfile.ZipFile("zeros.pt", "w", zipfile.ZIP_DEFLATED) as packed:
    packed.writestr("zeros/data.pkl", b"\\0" * 300_000_000)
deep = b"\\x80\\x04" + b"(" * 200_000 + b"t" * 200_000 + b"."
open("deep.pkl", "wb").write(deep)
open("wants.pkl", "wb").write(b"\\x80\\x04\\x8e" + struct.pack("<Q", 2**60) + b"x")
head = json.dumps({"w": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 2**50]}}).encode()
open("far.safetensors", "wb").write(struct.pack("<Q", len(head)) + head)
open("long.safetensors", "wb").write(struct.pack("<Q", 2**62))
os.symlink("/etc/passwd", "outside.pt")
os.symlink("whole.pt", "inside.pt")
os.mkfifo("pipe.pt")
open("torch.py", "w").write("open('executed', 'w')")
"""


@pytest.mark.environment
def test_hostile_model_files_run_nothing_and_each_has_its_reason(
    ml_python: Path, tmp_path: Path
) -> None:
    subprocess.run([str(ml_python), "-c", HOSTILE], cwd=tmp_path, check=True, timeout=120)
    found = ask(tmp_path, ml_python)
    assert not (tmp_path / "executed").exists()
    assert set(found) == {
        *("bomb.pkl", "bomb.pt", "whole.pt", "cut.pt", "empty.pt", "zeros.pt", "deep.pkl"),
        *("wants.pkl", "far.safetensors", "long.safetensors"),
    }
    assert found["whole.pt"]["loads"] is True
    assert found["bomb.pt"]["loads"] is True
    for name in ("cut.pt", "empty.pt", "zeros.pt", "wants.pkl", "far.safetensors"):
        assert found[name]["loads"] is False, name
        assert found[name]["detail"], name
    assert "far more than it is" in str(found["zeros.pt"]["detail"])
    assert "header is too long" in str(found["long.safetensors"]["detail"])
