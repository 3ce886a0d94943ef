"""Where W&B's logs are looked for, under which settings, and why some cannot be read."""

import os
from pathlib import Path

import pytest

from sandbox.oracles.store import Store
from sandbox.oracles.wandb import WandbOracle, find_counted
from sandbox.witness.testimony import Sent
from sandbox.witness.testimony import Testimony as Heard
from tests.sandbox.oracles.wandb_logs import field, frame, header, leave, start


def read(folder: Path) -> Store:
    return WandbOracle().read(folder, Heard(), "")


def test_a_run_is_kept_offline_and_quiet_below_its_work_folder() -> None:
    kept = ("CACHE_DIR", "CONFIG_DIR", "DATA_DIR", "ARTIFACT_DIR")
    off = ("ERROR_REPORTING", "X_DISABLE_STATS", "DISABLE_GIT", "DISABLE_CODE", "SILENT")
    variables = dict(WandbOracle().variables("/job/"))
    assert {variables.pop(f"WANDB_{name}") for name in kept} == {"/job/wandb/.kept"}
    assert [variables.pop(f"WANDB_{name}") for name in off] == ["false", *["true"] * 4]
    assert variables == {
        "WANDB_MODE": "offline",
        "WANDB_DIR": "/job",
        "WANDB_CONSOLE": "off",
        "WANDB_DISABLE_JOB_CREATION": "true",
        "DO_NOT_TRACK": "true",
    }


def test_nothing_is_planted_and_nothing_asked(tmp_path: Path) -> None:
    oracle = WandbOracle()
    oracle.plant(None, tmp_path, "/job")
    assert (oracle.template_script(), list(tmp_path.iterdir())) == ("", [])
    assert oracle.ask(tmp_path, Heard()) is None


@pytest.mark.parametrize(
    ("sent", "counted"),
    [
        ((Sent(0, "wandb_log", "a", "x", 0.5, None, 0.0),), {"a"}),
        ((Sent(0, "log_metric", "a", "x", 0.5, None, 0.0),), set()),
        (
            (
                Sent(0, "wandb_log", "a", "x", 0.5, None, 0.0),
                Sent(1, "wandb_log", "a", "x", 0.5, 3, 0.0),
                Sent(2, "wandb_log", "b", "x", 0.5, None, 0.0),
            ),
            {"b"},
        ),
    ],
)
def test_steps_are_counted_where_a_script_never_gives_one(
    sent: tuple[Sent, ...], counted: set[str]
) -> None:
    assert find_counted(Heard(sent=sent)) == counted


def unreadable(folder: Path) -> str:
    store = read(folder)
    assert (store.schema, store.runs) == ("", ())
    return store.unreadable


def test_what_cannot_be_read_says_which_log_and_why(tmp_path: Path) -> None:
    log = leave(tmp_path, b"no log")
    assert unreadable(tmp_path) == "W&B's log run-abc.wandb: it does not begin as W&B's logs do."
    log.write_bytes(frame([start()], version=3))
    assert unreadable(tmp_path) == "W&B's log run-abc.wandb: its version 3 is not known here."
    log.write_bytes(frame([field(2, field(1, 7))]))
    reason = "W&B's log run-abc.wandb: a number stands where a message belongs."
    assert unreadable(tmp_path) == reason
    log.unlink()
    log.symlink_to("elsewhere")
    reason = "A log of W&B cannot be read: Too many levels of symbolic links."
    assert unreadable(tmp_path) == reason
    log.unlink()
    os.mkfifo(log)
    assert unreadable(tmp_path) == "W&B's log run-abc.wandb: it is not an ordinary file."


def test_only_the_beginning_of_a_long_name_is_said(tmp_path: Path) -> None:
    leave(tmp_path, b"no log", "x" * 100)
    assert unreadable(tmp_path).startswith(f"W&B's log run-{'x' * 76}: it does")


def test_a_log_larger_than_a_gibibyte_is_not_read(tmp_path: Path) -> None:
    log = leave(tmp_path, b"")
    with log.open("wb") as sparse:
        sparse.truncate(1024**3 + 1)
    assert unreadable(tmp_path) == "W&B's log run-abc.wandb: it is larger than 1 GiB."


def test_five_hundred_runs_are_read_and_no_more(tmp_path: Path) -> None:
    for number in range(500):
        leave(tmp_path, frame([start(f"r{number}")]), f"r{number}")
    store = read(tmp_path)
    assert (len(store.runs), store.schema) == (500, "wandb offline log v0, ?")
    leave(tmp_path, frame([start()]), "more")
    assert unreadable(tmp_path) == "W&B has left more than 500 runs."


def test_every_version_that_wrote_is_named_once(tmp_path: Path) -> None:
    for number, version in enumerate(("0.31.0", "0.20.1", "0.31.0")):
        leave(tmp_path, frame([header(version), start(f"r{number}")]), f"r{number}")
    assert read(tmp_path).schema == "wandb offline log v0, 0.20.1, 0.31.0"


def test_runs_are_listed_in_the_order_in_which_they_began(tmp_path: Path) -> None:
    for name, began in (("a", 30), ("b", 10), ("c", 20)):
        record = field(17, field(1, name) + field(17, field(1, began)))
        leave(tmp_path, frame([record]), name)
    assert [run.id for run in read(tmp_path).runs] == ["b", "c", "a"]


def test_a_log_without_a_run_hides_no_other(tmp_path: Path) -> None:
    leave(tmp_path, frame([header()]), "a")
    assert read(tmp_path) == Store(schema="")
    leave(tmp_path, frame([start("b")]), "b")
    assert [run.id for run in read(tmp_path).runs] == ["b"]


@pytest.mark.parametrize(("depth", "found"), [(0, True), (5, True), (6, False)])
def test_logs_are_looked_for_six_folders_deep(tmp_path: Path, depth: int, found: bool) -> None:
    leave(tmp_path.joinpath(*["sub"] * depth), frame([start()]))
    assert bool(read(tmp_path).runs) is found


@pytest.mark.parametrize(
    "place",
    [
        "logs/offline-run-20261125_100000-abc/run-abc.wandb",
        "wandb/offline-run-2026-abc/run-abc.wandb",
        "wandb/run-20261125_100000-abc/run-abc.wandb",
        "wandb/offline-run-20261125_100000-abc/other.wandb",
        "wandb/offline-run-20261125_100000-abc/run-abc.txt",
    ],
)
def test_what_lies_elsewhere_is_no_log_of_wandbs(tmp_path: Path, place: str) -> None:
    (tmp_path / place).parent.mkdir(parents=True)
    (tmp_path / place).write_bytes(frame([start()]))
    assert read(tmp_path) == Store(schema="")


def test_a_file_among_folders_hides_none(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    leave(tmp_path / "b", frame([start()]))
    assert read(tmp_path).runs
