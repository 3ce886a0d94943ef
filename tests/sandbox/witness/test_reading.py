import hmac
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.witness import testimony
from sandbox.witness.channel import key_path
from sandbox.witness.reading import read_testimony

KEY = b"k" * 32
SITE = ["site", 0, "library", "f.g", "acc", False, False, "train.py", 3]
SEEN = [1, 0, 0.5]
ROWS = ["array", ["float64"], [2, 1], [], [0.5, 1.5]]
PROBE = ["probe", 3, 0, 4, "m.M", "call", "predict", 1, [["train.py", 3]], ROWS, ROWS]
SENT = ["sent", 2, "log_metric", "r1", "acc", 0.5, 3, 0.01]


def line(number: int, *rows: object, key: bytes = KEY, pid: int = 7) -> bytes:
    rest = f"{pid}:{number}:{json.dumps(rows)}".encode()
    return hmac.digest(key, rest, "sha256").hex()[:32].encode() + b" " + rest + b"\n"


def read(folder: Path, data: bytes, key: bytes = KEY) -> testimony.Testimony:
    path = folder / "t"
    path.write_bytes(data)
    key_path(path).write_bytes(key)
    return read_testimony(path)


def test_genuine_records_are_read_in_their_order(tmp_path: Path) -> None:
    got = read(tmp_path, line(0, ["start", 0], SITE) + line(1, SEEN, SENT) + line(2, ["end", 3]))
    assert got == testimony.Testimony(
        sightings=(testimony.Sighting(1, "library", "f.g", "acc", "train.py", 3, (0.5,)),),
        sent=(testimony.Sent(2, "log_metric", "r1", "acc", 0.5, 3, 0.01),),
        present=True,
        complete=True,
    )


def test_a_probe_comes_with_its_rows(tmp_path: Path) -> None:
    got = read(tmp_path, line(0, ["start", 0], PROBE) + line(1, ["end", 4]))
    rows = testimony.Rows("array", ("float64",), (2, 1), (), (0.5, 1.5))
    place = (("train.py", 3),)
    assert got.probes == (testimony.Probe(0, 4, "m.M", "call", "predict", 1, place, rows, rows),)


def test_a_run_without_records_has_no_witness(tmp_path: Path) -> None:
    assert read_testimony(tmp_path / "nothing") == testimony.Testimony()
    assert read(tmp_path, b"") == testimony.Testimony()


def test_a_line_with_another_key_is_forged_and_not_read(tmp_path: Path) -> None:
    got = read(tmp_path, line(0, ["start", 0], SITE) + line(1, SEEN, key=b"x" * 32))
    assert got.forged == 1
    assert got.sightings == ()


def test_a_genuine_line_written_twice_counts_once_and_is_noticed(tmp_path: Path) -> None:
    got = read(tmp_path, line(0, ["start", 0], SITE) + line(1, SEEN) + line(1, SEEN))
    assert len(got.sightings) == 1
    assert got.forged == 1


def test_what_follows_a_line_that_was_taken_away_is_not_believed(tmp_path: Path) -> None:
    got = read(tmp_path, line(0, ["start", 0], SITE) + line(2, SEEN) + line(3, ["end", 3]))
    assert got.sightings == ()
    assert got.forged == 2
    assert not got.complete


def test_records_of_another_process_are_not_believed(tmp_path: Path) -> None:
    got = read(tmp_path, line(0, ["start", 0], SITE) + line(1, SEEN, pid=8))
    assert got.sightings == ()
    assert got.forged == 1


def heir(name: str, key: bytes = KEY) -> bytes:
    return hmac.digest(key, f"child {name}".encode(), "sha256")


def child_line(name: str, number: int, *rows: object, key: bytes | None = None) -> bytes:
    rest = f"{name}:{number}:{json.dumps(rows)}".encode()
    code = hmac.digest(key or heir(name), rest, "sha256").hex()[:32].encode()
    return code + b" " + rest + b"\n"


ROOT = line(0, ["start", 0], ["child", 1, 1], ["child", 2, 2])
END = line(1, ["end", 3])


def test_processes_that_were_announced_are_believed_and_told_apart(tmp_path: Path) -> None:
    got = read(
        tmp_path,
        ROOT
        + child_line("7.2", 0, ["start", 0], SITE)
        + child_line("7.1", 0, ["start", 0], [*SITE[:3], "f.h", *SITE[4:]], [1, 0, 0.25])
        + child_line("7.2", 1, SEEN, SENT)
        + child_line("7.2", 2, ["end", 3])
        + END,
    )
    assert [(seen.process, seen.values) for seen in got.sightings] == [(1, (0.25,)), (2, (0.5,))]
    assert [sent.process for sent in got.sent] == [2]
    assert (got.children, got.broken, got.complete, got.forged) == (2, 1, True, 0)


def test_a_process_that_showed_nothing_takes_no_number(tmp_path: Path) -> None:
    got = read(
        tmp_path,
        ROOT
        + child_line("7.1", 0, ["start", 0], ["end", 1])
        + child_line("7.2", 0, ["start", 0], SITE, SEEN, ["end", 2])
        + END,
    )
    assert [seen.process for seen in got.sightings] == [1]
    assert (got.children, got.broken) == (2, 0)


def test_a_child_of_a_child_is_believed(tmp_path: Path) -> None:
    key = heir("7.1.1", heir("7.1"))
    inner = child_line("7.1.1", 0, ["start", 0], SITE, SEEN, key=key)
    got = read(tmp_path, ROOT + child_line("7.1", 0, ["start", 0], ["child", 1, 1]) + inner + END)
    assert [seen.values for seen in got.sightings] == [(0.5,)]
    assert got.forged == 0


@pytest.mark.parametrize(
    "told",
    [
        child_line("7.3", 0, SITE, SEEN),
        child_line("7.1", 0, SITE, SEEN, key=KEY),
        child_line("7.1", 0, SITE, SEEN, key=heir("7.2")),
        child_line("7.1", 1, SITE, SEEN),
        child_line("8.1", 0, SITE, SEEN),
        child_line("7.1.1", 0, SITE, SEEN, key=heir("7.1.1", heir("7.1"))),
    ],
    ids=[
        "unannounced",
        "parents_key",
        "sisters_key",
        "gap",
        "other_root",
        "unannounced_grandchild",
    ],
)
def test_a_child_that_is_not_what_it_says_is_not_believed(tmp_path: Path, told: bytes) -> None:
    got = read(tmp_path, ROOT + told + END)
    assert (got.sightings, got.forged, got.complete) == ((), 1, True)


def test_a_childs_line_before_its_announcement_is_not_believed(tmp_path: Path) -> None:
    got = read(tmp_path, line(0, ["start", 0]) + child_line("7.1", 0, SITE, SEEN))
    assert (got.sightings, got.forged) == ((), 1)
    assert read(tmp_path, child_line("7.1", 0, SITE, SEEN)).forged == 1


def test_a_childs_key_cannot_speak_for_its_parent(tmp_path: Path) -> None:
    got = read(tmp_path, ROOT + line(1, SITE, SEEN, key=heir("7.1")))
    assert (got.sightings, got.forged) == ((), 1)


def test_a_childs_lines_written_twice_or_after_its_end_are_noticed(tmp_path: Path) -> None:
    once = child_line("7.1", 0, ["start", 0], SITE, SEEN)
    assert read(tmp_path, ROOT + once + once + END).forged == 1
    late = child_line("7.1", 1, ["end", 2]) + child_line("7.1", 2, SEEN)
    assert read(tmp_path, ROOT + once + late + END).forged == 1


def test_no_more_processes_are_believed_than_the_bound(tmp_path: Path) -> None:
    many = line(0, ["start", 0], *(["child", n, n] for n in range(1, 400)))
    got = read(tmp_path, many + child_line("7.399", 0, ["start", 0]))
    assert got.truncated
    assert got.forged == 1


def test_nothing_is_believed_after_the_end(tmp_path: Path) -> None:
    got = read(tmp_path, line(0, ["start", 0], SITE) + line(1, ["end", 1]) + line(2, SEEN))
    assert got.sightings == ()
    assert got.forged == 1


def test_a_last_line_that_breaks_off_is_left_out_without_blame(tmp_path: Path) -> None:
    whole = line(0, ["start", 0], SITE) + line(1, SEEN)
    got = read(tmp_path, whole[:-10])
    assert got == testimony.Testimony(present=True)


def test_without_the_key_every_line_is_forged(tmp_path: Path) -> None:
    assert read(tmp_path, line(0, ["start", 0]), key=b"").forged == 1
    empty = b""
    assert read(tmp_path, line(0, ["start", 0], key=empty), key=empty).present is False


def test_values_that_are_not_finite_come_back_as_they_were(tmp_path: Path) -> None:
    row = [1, 0, float("inf"), float("nan")]
    values = read(tmp_path, line(0, SITE, row)).sightings[0].values
    assert values[0] == float("inf")
    assert values[1] != values[1]


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_at_all_are_counted_and_never_believed(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        got = read(Path(folder), data)
    assert got == testimony.Testimony(forged=data.count(b"\n"))
