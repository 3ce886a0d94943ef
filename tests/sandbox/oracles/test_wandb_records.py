"""What each kind of W&B's records is read as, and the sentence for each that is none."""

import math

import pytest

from sandbox.oracles import wandb_records as records
from sandbox.oracles.wandb_records import RecordError, RunStart
from tests.sandbox.oracles.wandb_logs import field, item, row

HALF = bytes(6) + b"\xe0\x3f"


@pytest.mark.parametrize("kind", [2, 3, 5, 6, 8, 12, 17, 18, 21])
def test_the_kind_of_a_record_is_the_field_it_stands_in(kind: int) -> None:
    assert records.split_record(field(kind, "inside")) == (kind, b"inside")


@pytest.mark.parametrize("record", [b"", field(7, "x"), field(2, 5), field(1, 2)])
def test_a_record_that_is_not_needed_has_no_kind(record: bytes) -> None:
    assert records.split_record(record) == (0, b"")


def test_what_stands_beside_a_message_does_not_hide_it() -> None:
    record = field(1, 7) + field(17, "run") + field(99, "control")
    assert records.split_record(record) == (17, b"run")


@pytest.mark.parametrize(
    ("message", "version"),
    [
        (field(1, field(1, "0.31.0+abc+def")), "0.31.0"),
        (field(1, field(1, "0.16.2")), "0.16.2"),
        (field(2, field(1, "9")) + field(1, field(2, "8") + field(1, "0.20.1")), "0.20.1"),
        (field(1, field(2, "8")), ""),
        (b"", ""),
    ],
)
def test_the_version_is_that_of_the_producer(message: bytes, version: str) -> None:
    assert records.read_version(message) == version


def test_a_run_record_is_read_whole() -> None:
    config = field(1, item("lr", 0.1)) + field(1, item("seed", 7))
    message = (
        field(1, "abc")
        + field(2, "entity")
        + field(3, "digits")
        + field(4, config)
        + field(8, "first")
        + field(9, "notes")
        + field(10, "new")
        + field(10, "small")
        + field(17, field(1, 1_700_000_000) + field(2, 500_000_000))
    )
    assert records.read_run(message) == RunStart(
        id="abc",
        project="digits",
        name="first",
        tags=("new", "small"),
        config=((("lr",), 0.1), (("seed",), 7)),
        began=1_700_000_000.5,
    )
    assert records.read_run(b"") == RunStart()


@pytest.mark.parametrize(
    ("stamp", "began"),
    [
        (field(1, 12), 12.0),
        (field(2, 250_000_000), 0.25),
        (field(1, "x"), 0.0),
        (field(2, "x"), 0.0),
        (field(1, -3), -3.0),
    ],
)
def test_a_run_began_when_its_record_says(stamp: bytes, began: float) -> None:
    assert records.read_run(field(17, stamp)).began == began


def test_updates_set_and_take_away() -> None:
    nested = field(2, "a") + field(2, "b") + field(16, "2")
    message = field(1, item("lr", 1)) + field(1, nested) + field(2, field(1, "old")) + field(3, "x")
    both = ((("lr",), 1), (("a", "b"), 2))
    assert records.read_updates(message) == (both, (("old",),))
    assert records.read_updates(message, own=True) == (((("lr",), 1),), (("old",),))
    derived = field(2, field(2, "gone"))
    assert records.read_updates(derived) == ((), (("gone",),))
    assert records.read_updates(derived, own=True) == ((), ())


@pytest.mark.parametrize(
    ("message", "value"),
    [
        (item("k", [1, "a", None]), [1, "a", None]),
        (field(1, "k") + field(8, '"old form"'), "old form"),
        (field(1, "k") + field(7, "plain"), "plain"),
        (field(1, "k") + field(4, 1), True),
        (field(1, "k") + field(4, 0), False),
        (field(1, "k") + field(5, 5), -3.0),
        (field(1, "k") + b"\x31" + HALF, 0.5),
        (field(1, "k") + field(3, 9), None),
        (field(1, "k"), None),
    ],
)
def test_a_value_may_come_in_each_of_its_forms(message: bytes, value: object) -> None:
    key, found = records.read_item(message)
    assert key == ("k",)
    assert found == value
    assert type(found) is type(value)


def test_keys_are_nested_from_the_outside_in_and_not_without_end() -> None:
    deep = b"".join(field(2, str(number)) for number in range(20))
    assert records.read_item(deep)[0] == tuple(map(str, range(20)))
    with pytest.raises(RecordError, match=r"^a key is nested too deeply$"):
        records.read_item(deep + field(2, "x"))


def test_a_text_of_a_million_letters_is_read_and_a_longer_one_is_not() -> None:
    longest = b'"' + b"x" * (records.MAX_TEXT - 2) + b'"'
    assert records.read_json(longest) == "x" * (records.MAX_TEXT - 2)
    assert records.read_json(longest + b" ") == "..."


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (1, 1.0),
        (0.5, 0.5),
        (True, 1.0),
        ("Infinity", math.inf),
        ("-Infinity", -math.inf),
        ("0.5", None),
        (None, None),
        ([1], None),
        (10**400, None),
    ],
)
def test_a_number_is_one_and_a_text_is_none(value: records.Value, number: float | None) -> None:
    assert records.read_number(value) == number


def test_nan_is_written_as_a_word() -> None:
    assert math.isnan(records.read_number("NaN") or 0.0)


def test_a_row_has_its_step_and_nothing_of_wandbs_own() -> None:
    _, message = records.split_record(row(7, {"loss": 0.5, "a_b": "x"}))
    assert records.read_history(message) == ([(("loss",), 0.5), (("a_b",), "x")], 7)
    assert records.read_history(field(2, field(1, -1)) + field(3, "x")) == ([], -1)
    assert records.read_history(b"") == ([], 0)


@pytest.mark.parametrize(
    ("message", "number"),
    [
        (field(1, 3), 3),
        (field(1, -1), -1),
        (field(2, 5), 0),
        (field(1, "x"), 0),
        (b"", 0),
        (field(2, 5) + field(1, 3) + field(1, 4), 3),
    ],
)
def test_a_signed_number_is_in_the_first_field(message: bytes, number: int) -> None:
    assert records.read_signed(message) == number


@pytest.mark.parametrize(
    ("message", "read"),
    [
        (field(1, "loss") + field(4, "epoch"), ("loss", "epoch")),
        (field(2, "val/*") + field(4, "seen"), ("val/*", "seen")),
        (field(1, "first") + field(2, "second"), ("first", "")),
        (field(3, "x") + field(1, "loss"), ("loss", "")),
        (b"", ("", "")),
    ],
)
def test_a_metric_has_a_name_and_may_have_an_axis(message: bytes, read: tuple[str, str]) -> None:
    assert records.read_metric(message) == read


def test_files_are_those_that_wandb_did_not_add_by_itself() -> None:
    message = (
        field(1, field(1, "mine.txt"))
        + field(1, field(1, "own.yaml") + field(3, 1))
        + field(1, field(1, "media.png") + field(3, 2))
        + field(1, field(3, 2))
        + field(2, field(1, "no file"))
    )
    assert list(records.read_files(message)) == ["mine.txt", "media.png"]


@pytest.mark.parametrize("kind", ["job", "run_table", "wandb-history"])
def test_artifacts_that_wandb_makes_are_left_out(kind: str) -> None:
    files = field(12, field(4, field(1, "a")))
    assert records.read_artifact(field(4, kind) + field(5, "x") + files) == ()


def test_an_artifact_may_have_no_name() -> None:
    assert records.read_artifact(field(12, field(4, field(1, "a")))) == ("/a",)


def test_an_artifact_has_the_files_of_its_manifest() -> None:
    manifest = field(4, field(1, "a.pt") + field(2, "digest")) + field(4, field(1, "b/c.pt"))
    message = field(4, "model") + field(5, "net") + field(12, manifest + field(3, "x"))
    assert records.read_artifact(message + field(6, "y")) == ("net/a.pt", "net/b/c.pt")


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b"\x0b", "a record is no message: a field is of no known kind"),
        (field(1, 5), "a number stands where a message belongs"),
        (field(1, b"\xff"), "a text is not UTF-8"),
    ],
)
def test_what_is_no_record_has_its_sentence(message: bytes, reason: str) -> None:
    with pytest.raises(RecordError) as caught:
        records.read_item(message)
    assert str(caught.value) == reason


def test_a_value_that_is_no_json_has_its_sentence() -> None:
    with pytest.raises(RecordError, match=r"^a value is no JSON$"):
        records.read_json(b"{")


def test_a_text_is_cut_to_a_million_bytes() -> None:
    key, _ = records.read_item(field(1, "x" * (records.MAX_TEXT + 1)))
    assert len(key[0]) == records.MAX_TEXT
