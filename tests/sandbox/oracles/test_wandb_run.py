"""Records of one log put together: what a run is made of, and where it has an end."""

import math
from collections.abc import Mapping

import pytest

from sandbox.oracles.store import Point
from sandbox.oracles.wandb_records import RecordError
from sandbox.oracles.wandb_run import (
    MAX_FILES,
    MAX_KEYS,
    LoggedRun,
    read_logged_run,
)
from tests.sandbox.oracles.wandb_logs import end, field, header, item, row, start, summary


def tell(*records: bytes, counted: bool = False) -> LoggedRun:
    logged = read_logged_run([header(), *records], frozenset({"abc"} if counted else ()))
    assert logged is not None
    return logged


def points(*records: bytes, counted: bool = False) -> Mapping[str, tuple[Point, ...]]:
    return tell(*records, counted=counted).run.metrics


def axis(name: str, key: str) -> bytes:
    return field(12, field(2 if "*" in name else 1, name) + field(4, key))


def test_a_log_that_names_no_run_is_none() -> None:
    assert read_logged_run([header(), row(0, {"loss": 1.5})], frozenset()) is None


def test_a_run_has_all_its_record_says() -> None:
    logged = tell(start(project="p", name="n", tag="t"), end(2))
    assert (logged.version, logged.began) == ("0.31.0", 1_700_000_000)
    run = logged.run
    assert (run.id, run.name, run.experiment, run.status) == ("abc", "n", "p", "FAILED")
    assert (run.parent, run.tags, run.artifacts, run.counters) == ("", {"t": ""}, (), {})
    assert (run.counted, tell(start(), counted=True).run.counted) == (False, True)


def test_what_is_written_again_takes_the_place_of_what_was() -> None:
    logged = tell(start(name="before", config={"lr": 1}), start(name="after", config={"lr": 2}))
    assert (logged.run.name, logged.run.params) == ("after", {"lr": "2"})


def test_a_header_without_a_version_takes_none_away() -> None:
    assert tell(start(), field(21, b"")).version == "0.31.0"


def test_settings_are_changed_and_taken_away() -> None:
    later = field(
        5, field(1, item("lr", 0.2)) + field(2, field(1, "gone")) + field(2, item("x", 1))
    )
    config = {"lr": 0.1, "gone": 1, "kept": {"_type": "table", "n": 1}, "empty": {}}
    assert tell(start(config=config), later).run.params == {
        "lr": "0.2",
        "kept": "{'_type': 'table', 'n': 1}",
        "empty": "{}",
    }


def test_what_wandb_sets_itself_is_no_setting() -> None:
    config = {"_wandb": {"version": 1}, "_own": 1, "a._wandb": 2}
    assert tell(start(config=config)).run.params == {"_own": "1", "a._wandb": "2"}


def test_points_have_their_value_their_step_and_their_place() -> None:
    found = points(start(), row(3, {"loss": 0.5, "val": {"f1": 1}}), row(5, {"loss": 0.25}))
    assert found == {"loss": (Point(0.5, 3, 0), Point(0.25, 5, 1)), "val.f1": (Point(1.0, 3, 0),)}


def test_what_is_no_number_hides_no_number_beside_it() -> None:
    assert points(start(), row(0, {"note": "x", "loss": 0.5})).keys() == {"loss"}
    inside = row(0, {"val": {"note": "x", "loss": 0.5}})
    assert points(start(), inside).keys() == {"val.loss"}


def test_a_key_may_be_written_in_its_parts() -> None:
    parts = field(1, field(2, "val") + field(2, "loss") + field(16, "0.5"))
    assert points(start(), field(2, parts)).keys() == {"val.loss"}


def test_counters_have_their_points_too() -> None:
    rows = [row(10 * n, {"loss": 1 / (n + 1), "epoch": n}) for n in range(3)]
    assert tell(start(), *rows).run.counters == {
        "epoch": (Point(0, 0, 0), Point(1, 10, 1), Point(2, 20, 2))
    }


def test_a_metric_has_the_steps_of_the_axis_it_was_declared_against() -> None:
    rows = [row(n, {"loss": 0.5 / (n + 1), "acc": 0.3, "seen": 10.0 * n + 3}) for n in range(2)]
    declared = (axis("loss", "seen"), axis("other", "missing"))
    steps = [
        {key: [point.step for point in found] for key, found in metrics.items()}
        for counted in (True, False)
        for metrics in [points(start(), *declared, *rows, counted=counted)]
    ]
    assert steps == [{"loss": [3, 13], "acc": [0, 1]}, {"loss": [0, 1], "acc": [0, 1]}]


def test_an_axis_of_fractions_gives_no_steps() -> None:
    values = [0.5, 7.0, math.inf]
    rows = [row(n, {"loss": 0.1 * n + 0.1, "at": value}) for n, value in enumerate(values)]
    found = points(start(), axis("loss", "at"), *rows, counted=True)
    assert [point.step for point in found["loss"]] == [0, 7, 2]


def test_a_declared_name_goes_before_a_pattern_and_letters_count() -> None:
    rows = [row(n, {"v/a": 0.1, "V/a": 0.2, "x": 5 + n, "y": 8 + n}) for n in range(2)]
    declared = (axis("v/*", "x"), axis("v/a", "y"))
    found = points(start(), *declared, *rows, counted=True)
    assert {key: [point.step for point in held] for key, held in found.items()} == {
        "v/a": [8, 9],
        "V/a": [0, 1],
    }


def test_a_metric_without_an_axis_declares_nothing() -> None:
    plain = field(12, field(1, "loss"))
    nameless = field(12, field(4, "loss"))
    assert points(start(), plain, nameless, row(0, {"loss": 0.5})).keys() == {"loss"}


@pytest.mark.parametrize(
    ("value", "added"),
    [
        (0.25, ()),
        (0.25 * (1 + 1e-10), ()),
        (0.25 * (1 + 1e-8), (Point(0.25 * (1 + 1e-8), 4, 2),)),
        ("NaN", ()),
        ("words", ()),
    ],
)
def test_a_summary_is_new_where_no_point_has_its_value(
    value: object, added: tuple[Point, ...]
) -> None:
    rows = (row(1, {"loss": "NaN"}), row(4, {"loss": 0.25}))
    found = points(start(), *rows, summary({"loss": value}))["loss"]
    assert found[2:] == added
    assert len(found) == 2 + len(added)


def test_a_summary_of_nan_is_no_number_that_was_logged() -> None:
    found = points(start(), row(1, {"loss": 0.25}), summary({"loss": "NaN"}))["loss"]
    assert math.isnan(found[1].value)
    assert (found[1].step, found[1].order) == (1, 1)


def test_a_summary_alone_is_a_metric_of_one_value() -> None:
    values = {"best": 0.5, "_own": 1, "words": "x", "deep": {"f1": 2}, "after": 3}
    assert points(start(), summary(values)) == {
        "best": (Point(0.5, 0, 0),),
        "deep.f1": (Point(2.0, 0, 0),),
        "after": (Point(3.0, 0, 0),),
    }


def test_a_summary_of_a_counter_is_no_metric_and_hides_none_behind_it() -> None:
    rows = [row(n, {"loss": 1 / (n + 1), "epoch": n}) for n in range(3)]
    found = points(start(), *rows, summary({"epoch": 99, "best": 0.5}))
    assert found.keys() == {"loss", "best"}


def test_a_summary_taken_away_is_none() -> None:
    taken = field(3, field(2, field(1, "best")))
    assert points(start(), summary({"best": 0.5}), taken) == {}


def test_dictionaries_are_opened_twenty_deep() -> None:
    value: object = 0.5
    for _ in range(21):
        value = {"d": value}
    assert points(start(), row(0, {"x": value})).keys() == {"x" + ".d" * 21}
    assert points(start(), row(0, {"x": {"d": value}})) == {}


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (start(config=dict.fromkeys(map(str, range(MAX_KEYS + 1)))), "holds more than 20,000 keys"),
        (row(0, dict.fromkeys(map(str, range(MAX_KEYS + 1)), 0.5)), "holds more than 20,000 keys"),
        (
            field(6, b"".join(field(1, field(1, f"{n}")) for n in range(MAX_FILES + 1))),
            "names more than 10,000 files",
        ),
    ],
    ids=["settings", "metrics", "files"],
)
def test_a_run_holds_only_as_much_as_is_sensible(record: bytes, reason: str) -> None:
    with pytest.raises(RecordError) as caught:
        tell(start(), record)
    assert str(caught.value) == f"it {reason}"
