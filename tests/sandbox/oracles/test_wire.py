import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.oracles.wire import (
    WireError,
    from_zigzag,
    read_fields,
    read_varint,
    to_double,
    to_signed,
)
from tests.sandbox.oracles.wandb_logs import field, varint


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 2**64 - 1) | st.binary(max_size=50))))
def test_fields_come_back_in_order(fields: list[tuple[int, int | bytes]]) -> None:
    data = b"".join(field(number, value) for number, value in fields)
    assert list(read_fields(data)) == fields


@given(st.binary(max_size=100))
def test_any_bytes_are_fields_or_a_reason(noise: bytes) -> None:
    try:
        list(read_fields(noise))
    except WireError:
        return


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_negative_number_keeps_its_sign(value: int) -> None:
    raw, place = read_varint(varint(value), 0)
    assert to_signed(raw) == value
    assert place == len(varint(value))
    assert from_zigzag((value << 1 ^ value >> 63) & (2**64 - 1)) == value


def test_numbers_of_fixed_size_are_read() -> None:
    assert list(read_fields(b"\x09" + bytes(6) + b"\xf0\x3f" + b"\x15\1\0\0\0")) == [
        (1, 0x3FF0 << 48),
        (2, 1),
    ]
    assert to_double(0x3FF0 << 48) == 1.0


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x80", "a number breaks off"),
        (b"\x08", "a number breaks off"),
        (b"\xff" * 11, "a number is longer than ten bytes"),
        (b"\x0a\x05abcd", "a field is longer than its message"),
        (b"\x0b", "a field is of no known kind"),
        (b"\x09" + bytes(7), "a field is of no known kind"),
        (b"\x0d" + bytes(3), "a field is of no known kind"),
        (b"\x0f", "a field is of no known kind"),
    ],
)
def test_what_breaks_off_or_is_too_long_is_no_message(data: bytes, reason: str) -> None:
    with pytest.raises(WireError) as caught:
        list(read_fields(data))
    assert str(caught.value) == reason


def test_what_stands_before_a_broken_field_was_read() -> None:
    fields = read_fields(b"\x0a\x01x\x0d" + bytes(4) + b"\x0b")
    assert (next(fields), next(fields)) == ((1, b"x"), (1, 0))
    with pytest.raises(WireError):
        next(fields)


def test_a_number_of_ten_bytes_is_the_longest_and_keeps_64_bits() -> None:
    assert read_varint(b"x" + b"\xff" * 9 + b"\x7fy", 1) == (2**64 - 1, 11)
    assert read_varint(b"\x80\x01", 0) == (128, 2)
    assert read_varint(b"\x7f", 0) == (127, 1)


@pytest.mark.parametrize(
    ("raw", "signed"), [(2**63 - 1, 2**63 - 1), (2**63, -(2**63)), (2**64 - 1, -1), (0, 0)]
)
def test_the_upper_half_of_numbers_is_negative(raw: int, signed: int) -> None:
    assert to_signed(raw) == signed


def test_a_double_is_made_of_64_bits() -> None:
    assert to_double(0x3FF0 << 48) == 1.0
    assert to_double(0xBFE0 << 48) == -0.5
