import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.oracles.wandb_log import BLOCK, MAGIC, LogError, UnknownLogError, read_log
from tests.sandbox.oracles.wandb_logs import frame


@given(st.lists(st.binary(max_size=200) | st.integers(1, 3).map(lambda n: bytes(n * BLOCK))))
def test_every_record_comes_back_however_it_is_cut_into_blocks(records: list[bytes]) -> None:
    assert list(read_log(frame(records))) == records


@given(st.binary(max_size=300))
def test_any_bytes_are_records_or_a_reason(noise: bytes) -> None:
    for data in (noise, MAGIC + b"\0" + noise):
        try:
            list(read_log(data))
        except LogError:
            continue


@given(st.data())
def test_a_flipped_bit_is_noticed(data: st.DataObject) -> None:
    log = frame([b"first record", b"second"])
    place = data.draw(st.integers(len(MAGIC) + 1, len(log) - 1))
    broken = bytearray(log)
    broken[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        found = list(read_log(bytes(broken)))
    except LogError:
        return
    # A length that grew makes the last record one that breaks off.
    assert found in ([], [b"first record"])


@given(st.integers(8, 40))
def test_a_log_that_breaks_off_keeps_its_whole_records(length: int) -> None:
    found = list(read_log(frame([b"first record", b"second"])[:length]))
    assert found == [b"first record", b"second"][: len(found)]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "begin"),
        (b"SQLite format 3\0", "begin"),
        (MAGIC + b"\0" + struct.pack("<IHB", 0, 3, 9) + b"abc", "kind"),
        (MAGIC + b"\0" + struct.pack("<IHB", 0, 65_000, 1) + bytes(66_000), "longer"),
        (MAGIC + b"\0" + frame([bytes(BLOCK)])[8 + BLOCK - 8 :], "order"),
    ],
)
def test_what_w_and_b_does_not_write_has_its_reason(data: bytes, word: str) -> None:
    with pytest.raises(LogError, match=word):
        list(read_log(data))


def test_a_later_version_of_the_layout_is_unknown() -> None:
    with pytest.raises(UnknownLogError, match="version 1"):
        list(read_log(frame([b"a"], version=1)))
