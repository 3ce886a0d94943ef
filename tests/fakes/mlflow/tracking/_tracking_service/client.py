"""The client: writes the tables that MLflow writes, as far as an oracle reads them."""

import os
import sqlite3
import time
import types
import uuid

_TABLES = """
CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT);
CREATE TABLE IF NOT EXISTS experiments (experiment_id INTEGER, name TEXT, artifact_location TEXT);
CREATE TABLE IF NOT EXISTS runs (run_uuid TEXT, name TEXT, status TEXT, experiment_id INTEGER,
    artifact_uri TEXT, lifecycle_stage TEXT, start_time INTEGER);
CREATE TABLE IF NOT EXISTS params (run_uuid TEXT, key TEXT, value TEXT);
CREATE TABLE IF NOT EXISTS tags (run_uuid TEXT, key TEXT, value TEXT);
CREATE TABLE IF NOT EXISTS metrics (run_uuid TEXT, key TEXT, value REAL, step INTEGER,
    timestamp INTEGER, is_nan INTEGER);
"""


class TrackingServiceClient:
    def __init__(self):
        path = os.environ["MLFLOW_TRACKING_URI"].removeprefix("sqlite:///")
        self._store = sqlite3.connect(path, isolation_level=None)
        self._store.executescript(_TABLES)
        if not self._store.execute("SELECT * FROM alembic_version").fetchall():
            self._store.execute("INSERT INTO alembic_version VALUES ('dc11669786a5')")
            self._store.execute("INSERT INTO experiments VALUES (0, 'Default', '')")

    def create_run(self, experiment_id, start_time=None, tags=None, run_name=None):
        run_id = uuid.uuid4().hex
        row = (run_id, run_name, "RUNNING", 0, "", "active", time.time_ns())
        self._store.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        return types.SimpleNamespace(info=types.SimpleNamespace(run_id=run_id))

    def log_metric(self, run_id, key, value, timestamp=None, step=None):
        row = (run_id, key, value, step or 0, time.time_ns() // 10**6, 0)
        self._store.execute("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", row)

    def log_param(self, run_id, key, value):
        self._store.execute("INSERT INTO params VALUES (?, ?, ?)", (run_id, key, str(value)))

    def set_terminated(self, run_id, status=None):
        self._store.execute("UPDATE runs SET status = ? WHERE run_uuid = ?", (status, run_id))
        self._store.close()
