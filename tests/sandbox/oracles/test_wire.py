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
    "data", [b"\x80", b"\xff" * 11, b"\x0a\x05ab", b"\x0b", b"\x09\0", b"\x0f"]
)
def test_what_breaks_off_or_is_too_long_is_no_message(data: bytes) -> None:
    with pytest.raises(WireError):
        list(read_fields(data))
