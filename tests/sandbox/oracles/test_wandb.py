import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.oracles.choice import choose_oracle
from sandbox.oracles.store import Store, TrackedRun
from sandbox.oracles.wandb import WandbOracle
from sandbox.witness.testimony import Sent
from sandbox.witness.testimony import Testimony as Heard
from tests.sandbox.oracles.wandb_logs import (
    end,
    field,
    frame,
    header,
    item,
    leave,
    row,
    start,
    summary,
)


def read(folder: Path, *sent: Sent) -> Store:
    return WandbOracle().read(folder, Heard(sent=sent), "")


def read_run(folder: Path, *records: bytes, sent: tuple[Sent, ...] = ()) -> TrackedRun:
    leave(folder, frame([header(), *records]))
    store = read(folder, *sent)
    assert not store.unreadable
    (run,) = store.runs
    return run


def test_the_oracle_of_wandb_is_found_by_its_name() -> None:
    assert isinstance(choose_oracle("wandb"), WandbOracle)


def test_a_whole_run_is_read(tmp_path: Path) -> None:
    config = {"lr": 0.1, "deep": {"a": 1, "b": [1, 2]}, "flag": True, "none": None, "_wandb": {}}
    run = read_run(
        tmp_path,
        start(config=config, project="digits", name="first", tag="new"),
        row(0, {"loss": 0.5, "val": {"acc": 0.25}, "text": "words"}),
        row(1, {"loss": "NaN", "image": {"_type": "image-file"}}),
        field(5, field(1, item("late", 3)) + field(2, field(1, "none"))),
        summary({"best": 0.5}),
        field(8, field(4, "model") + field(5, "net") + field(12, field(4, field(1, "net.pt")))),
        field(8, field(4, "job") + field(5, "job-x") + field(12, field(4, field(1, "job.json")))),
        field(6, field(1, field(1, "notes.txt")) + field(1, field(1, "config.yaml") + field(3, 1))),
        end(),
    )
    assert (run.id, run.experiment, run.name, run.status) == ("abc", "digits", "first", "FINISHED")
    assert run.params == {
        "lr": "0.1",
        "deep.a": "1",
        "deep.b": "[1, 2]",
        "flag": "True",
        "late": "3",
    }
    assert [point.value for point in run.metrics["val.acc"]] == [0.25]
    assert [point.step for point in run.metrics["loss"]] == [0, 1]
    assert math.isnan(run.metrics["loss"][1].value)
    assert run.metrics.keys() == {"loss", "val.acc", "best"}
    assert run.tags == {"new": ""}
    assert run.artifacts == ("net/net.pt", "notes.txt")
    assert read(tmp_path).schema == "wandb offline log v0, 0.31.0"


@pytest.mark.parametrize(
    ("records", "status"), [([end()], "FINISHED"), ([end(1)], "FAILED"), ([], "RUNNING")]
)
def test_the_exit_record_is_the_status(tmp_path: Path, records: list[bytes], status: str) -> None:
    assert read_run(tmp_path, start(), *records).status == status


def test_a_key_that_counts_is_an_axis_and_no_metric(tmp_path: Path) -> None:
    rows = [row(step, {"loss": 1 / (step + 1), "epoch": step + 1}) for step in range(3)]
    run = read_run(tmp_path, start(), *rows)
    assert run.metrics.keys() == {"loss"}
    assert [point.value for point in run.counters["epoch"]] == [1, 2, 3]


def test_a_declared_axis_gives_the_steps_where_wandb_counted(tmp_path: Path) -> None:
    rows = [row(step, {"val/loss": 0.5 / (step + 1), "seen": 10 * step}) for step in range(3)]
    declared = field(12, field(2, "val/*") + field(4, "seen"))
    sent = (Sent(0, "wandb_log", "abc", "val/loss", 0.5, None, 0.0),)
    run = read_run(tmp_path, start(), declared, *rows, sent=sent)
    assert run.counted
    assert [point.step for point in run.metrics["val/loss"]] == [0, 10, 20]
    assert run.metrics.keys() == {"val/loss"}


def test_steps_that_the_script_gives_are_not_counted_by_wandb(tmp_path: Path) -> None:
    sent = (Sent(0, "wandb_log", "abc", "loss", 0.5, 4, 0.0),)
    assert not read_run(tmp_path, start(), row(4, {"loss": 0.5}), sent=sent).counted


def test_a_summary_that_hides_its_history_counts_as_logged_after_it(tmp_path: Path) -> None:
    rows = [row(0, {"acc": 0.8, "f1": 0.7}), row(1, {"acc": 0.6, "f1": 0.5})]
    run = read_run(tmp_path, start(), *rows, summary({"acc": 0.8, "f1": 0.99}))
    assert [point.value for point in run.metrics["acc"]] == [0.8, 0.6]
    assert [point.value for point in run.metrics["f1"]] == [0.7, 0.5, 0.99]


def test_typed_values_are_read_too(tmp_path: Path) -> None:
    half = b"\x31" + bytes(6) + b"\xe0\x3f"
    items = field(1, field(2, "a") + half) + field(1, field(2, "b") + field(5, 5))
    items += field(1, field(2, "c") + field(4, 1))
    run = read_run(tmp_path, start(), field(2, items))
    assert {key: points[0].value for key, points in run.metrics.items()} == {
        "a": 0.5,
        "b": -3,
        "c": 1,
    }


def test_runs_are_in_the_order_they_began_and_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    log = leave(outside, frame([start(), end()]))
    work = tmp_path / "work"
    kept = leave(work, frame([start("two"), end()]), "two")
    (kept.parent / "run-link.wandb").symlink_to(log)
    store = read(work)
    assert store.unreadable
    (kept.parent / "run-link.wandb").unlink()
    (work / "wandb" / "offline-run-20261125_100001-abc").symlink_to(log.parent)
    assert [run.id for run in read(work).runs] == ["two"]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"no log at all", "begin"),
        (frame([start()])[:-1] + b"\xff", "checksum"),
        (frame([b"\xff" * 12]), "no message"),
        (frame([field(2, field(1, field(2, b"\xff") + field(16, "1")))]), "UTF-8"),
        (frame([field(2, field(1, field(2, "a") + field(16, "{")))]), "JSON"),
        (frame([field(2, field(1, field(2, "a") + field(16, "[" * 100_000)))]), "JSON"),
        (frame([field(2, field(1, field(2, "a") * 50))]), "deeply"),
        (frame([field(2, field(1, 7))]), "number"),
        (frame([field(6, b"".join(field(1, field(1, f"{n}")) for n in range(10_001)))]), "files"),
    ],
)
def test_a_corrupt_log_has_a_reason(tmp_path: Path, data: bytes, word: str) -> None:
    leave(tmp_path, data)
    store = read(tmp_path)
    assert word in store.unreadable
    assert not store.unknown
    assert not store.runs


def test_a_layout_that_is_not_known_is_nobody_s_fault(tmp_path: Path) -> None:
    leave(tmp_path, frame([start()], version=3))
    assert read(tmp_path).unknown


def test_nothing_is_found_where_nothing_was_logged(tmp_path: Path) -> None:
    assert read(tmp_path) == Store(schema="")


def test_an_endless_number_is_none(tmp_path: Path) -> None:
    run = read_run(tmp_path, start(), row(0, {"a": 10**400, "b": 1}))
    assert run.metrics.keys() == {"b"}


@settings(deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=4))
def test_no_record_makes_the_oracle_fall_over(
    tmp_path_factory: pytest.TempPathFactory, records: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("noise")
    leave(
        folder,
        frame([start(), *(field(number, noise) for noise in records for number in range(2, 22))]),
    )
    store = read(folder)
    assert store.runs or store.unreadable


@settings(deadline=None)
@given(st.integers(0, 4), st.floats(0.01, 10), st.text("abc", min_size=1, max_size=3))
def test_an_edited_number_changes_its_metric_and_no_other(
    tmp_path_factory: pytest.TempPathFactory, place: int, by: float, name: str
) -> None:
    values = [1 / (step + 1) for step in range(5)]
    edited = [value + by * (step == place) for step, value in enumerate(values)]

    def metrics(loss: list[float], run: str) -> TrackedRun:
        rows = [row(step, {"loss": loss[step], "other": -values[step]}) for step in range(5)]
        return read_run(tmp_path_factory.mktemp("edit"), start(name=run), *rows, end())

    before, after, renamed = metrics(values, "x"), metrics(edited, "x"), metrics(values, name)
    assert before.metrics == renamed.metrics
    assert before.metrics["other"] == after.metrics["other"]
    changed = [
        mine.value != theirs.value
        for mine, theirs in zip(before.metrics["loss"], after.metrics["loss"], strict=True)
    ]
    assert changed == [step == place for step in range(5)]


def test_a_hundred_thousand_points_are_read(tmp_path: Path) -> None:
    one = row(0, {"loss": 0.123456789})
    assert json.dumps(0.123456789).encode() in one
    leave(tmp_path, frame([header(), start(), *[one] * 100_000, end()]))
    (run,) = read(tmp_path).runs
    assert len(run.metrics["loss"]) == 100_000


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("wandb/offline-run-20261125_100000-abc/run-abc.wandb", True),
        ("logs/wandb/offline-run-20261125_100000-abc/files/x.txt", True),
        ("logs/wandb/latest-run", True),
        ("wandb/.kept/wandb/logs/core.log", True),
        ("models/wandb.pt", False),
        ("train.py", False),
    ],
)
def test_the_store_s_own_files_are_told_from_the_script_s(path: str, own: bool) -> None:
    assert WandbOracle().owns(path) is own
