import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.oracles.wandb_log import BLOCK, MAGIC, MAX_RECORD, LogError, UnknownLogError, read_log
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


def piece(data: bytes, kind: int, length: int | None = None, wrong: int = 0) -> bytes:
    checksum = zlib.crc32(bytes([kind]) + data) ^ wrong
    return struct.pack("<IHB", checksum, len(data) if length is None else length, kind) + data


START = MAGIC + b"\0"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it does not begin as W&B's logs do"),
        (MAGIC, "it does not begin as W&B's logs do"),
        (b"SQLite format 3\0", "it does not begin as W&B's logs do"),
        (START + piece(b"abc", 9), "a record at byte 7 is of no known kind"),
        (START + piece(b"", 0, wrong=1), "a record at byte 7 is of no known kind"),
        (
            START + piece(bytes(BLOCK), 1, length=BLOCK - 7 - 6),
            "a record at byte 7 is longer than its block",
        ),
        (START + piece(b"abc", 1, wrong=1), "the checksum of the record at byte 7 is wrong"),
        (
            START + piece(b"ab", 1) + piece(b"c", 1, wrong=1),
            "the checksum of the record at byte 16 is wrong",
        ),
        (START + piece(b"a", 3), "a piece of a record is out of its order"),
        (START + piece(b"a", 4), "a piece of a record is out of its order"),
        (START + piece(b"a", 2) + piece(b"b", 1), "a piece of a record is out of its order"),
        (START + piece(b"a", 2) + piece(b"b", 2), "a piece of a record is out of its order"),
    ],
)
def test_what_w_and_b_does_not_write_has_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(LogError) as caught:
        list(read_log(data))
    assert str(caught.value) == reason
    assert type(caught.value) is LogError


def test_pieces_are_put_together_and_then_begin_anew() -> None:
    parts = [piece(b"a", 2), piece(b"b", 3), piece(b"c", 4), piece(b"", 1), piece(b"d", 2)]
    assert list(read_log(START + b"".join(parts) + piece(b"e", 4))) == [b"abc", b"", b"de"]


def test_a_record_may_fill_its_block_to_the_last_byte() -> None:
    full = piece(bytes(BLOCK - 7 - 7), 1)
    assert list(read_log(START + full + piece(b"next", 1))) == [bytes(BLOCK - 14), b"next"]


@pytest.mark.parametrize("left", [1, 6, 7, 8])
def test_the_end_of_a_block_that_no_head_fits_into_is_passed_over(left: int) -> None:
    first = piece(bytes(BLOCK - 7 - 7 - left), 1)
    data = START + first + bytes(left) + piece(b"next", 1)
    assert list(read_log(data)) == [bytes(BLOCK - 14 - left), b"next"]


def test_a_block_that_was_never_written_is_passed_over() -> None:
    data = START + piece(b"a", 1) + bytes(BLOCK - 15) + piece(b"b", 1)
    assert list(read_log(data)) == [b"a", b"b"]


def test_a_whole_head_at_the_very_end_is_read() -> None:
    assert list(read_log(START + piece(b"a", 1) + piece(b"", 1))) == [b"a", b""]
    assert list(read_log(START + piece(b"abc", 1, length=3)[:-1])) == []


def test_a_record_larger_than_64_mib_is_refused() -> None:
    block = BLOCK - 7
    first = piece(bytes(block - 7), 2)
    middle = piece(bytes(block), 3)
    count = MAX_RECORD // block
    whole = MAX_RECORD - (block - 7) - (count - 1) * block
    parts = (first, *[middle] * (count - 1))
    last = piece(bytes(whole), 4)
    assert len(next(read_log(b"".join((START, *parts, last))))) == MAX_RECORD
    last = piece(bytes(whole + 1), 4)
    with pytest.raises(LogError) as caught:
        list(read_log(b"".join((START, *parts, last))))
    assert str(caught.value) == "a record is larger than 64 MiB"


def test_a_later_version_of_the_layout_is_unknown() -> None:
    with pytest.raises(UnknownLogError) as caught:
        list(read_log(frame([b"a"], version=1)))
    assert str(caught.value) == "its version 1 is not known here"
