"""MLflow experiment tracking: where its store lies in a work folder, and what it holds."""

import os
import shutil
import sqlite3
import stat
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path, PurePosixPath

from sandbox.oracles.mlflow_database import read_database
from sandbox.oracles.mlflow_files import read_files
from sandbox.oracles.store import Store

DATABASE = "mlflow.db"
FOLDERS = ("mlruns", "mlartifacts")

_TEMPLATE_SCRIPT = '''\
"""Creates an empty MLflow database at the path given, with its Default experiment."""
import sys

import mlflow

client = mlflow.MlflowClient(tracking_uri="sqlite:///" + sys.argv[1])
client.search_experiments()
'''


def read_store(folder: Path) -> Store:
    """Read what a run left behind in its work folder; nothing found there is executed.

    The content is hostile until read: what is corrupt, too large, locked or unknown is said in
    `unreadable`, never raised.
    """
    database = folder / DATABASE
    files = read_files(folder / "mlruns", folder)
    try:
        kind = os.lstat(database).st_mode
    except FileNotFoundError:
        return files
    except OSError as problem:
        return Store(schema="", unreadable=f"{DATABASE} cannot be read: {problem.strerror}.")
    if not stat.S_ISREG(kind):
        return Store(schema="", unreadable=f"{DATABASE} is not an ordinary file.")
    store = read_database(database, folder)
    if store.unreadable or files.unreadable or not files.runs:
        return store if store.unreadable or not files.unreadable else files
    return Store(
        schema=f"{store.schema}, {files.schema}",
        runs=store.runs + files.runs,
        registered=store.registered + files.registered,
    )


def is_store_file(relative: str) -> bool:
    """Tell whether a path below the work folder belongs to the store, not to the script."""
    parts = PurePosixPath(relative).parts
    return bool(parts) and (parts[0].startswith(DATABASE) or parts[0] in FOLDERS)


def store_variables(work: str) -> Mapping[str, str]:
    """Environment variables under which MLflow keeps its store in `work` and stays quiet.

    `work` is the absolute path of the work folder as the run sees it: a relative address would
    follow a script that changes its folder.
    """
    return {
        "MLFLOW_TRACKING_URI": f"sqlite:///{work.rstrip('/')}/{DATABASE}",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "MLFLOW_DISABLE_AGENT_HINT": "true",
        "GIT_PYTHON_REFRESH": "quiet",
        # MLflow imports a model anew in another process, only to list what it needs, and then
        # resolves that against an index: 17 s of an attempt that prove nothing.
        "MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT": "1",
    }


def template_script() -> str:
    """Python source that creates an empty database at its first argument.

    Run once in an environment: creating the tables costs more CPU time than most small scripts.
    """
    return _TEMPLATE_SCRIPT


def plant_template(template: Path, folder: Path, work: str) -> None:
    """Copy an empty database into a work folder that the run sees as `work`.

    Raises OSError or sqlite3.Error when the template is not what `template_script` makes.
    """
    database = folder / DATABASE
    shutil.copyfile(template, database)
    with closing(sqlite3.connect(database)) as connection, connection:
        # A copy may be lost with the machine; waiting for the disk would cost every attempt.
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(
            "UPDATE experiments SET artifact_location = ? WHERE experiment_id = 0",
            (f"{work.rstrip('/')}/mlruns/0",),
        )
