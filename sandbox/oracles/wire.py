"""Reads protobuf's wire format: fields by number, nothing of what they mean.

https://protobuf.dev/programming-guides/encoding/
"""

import struct
from collections.abc import Iterator

Field = tuple[int, int | bytes]
"""Field number, and a number (varint or fixed, as stored) or the bytes of what is inside."""

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10
_EIGHT, _FOUR = struct.Struct("<Q"), struct.Struct("<I")


class WireError(Exception):
    """The bytes are no message."""


def read_fields(data: bytes) -> Iterator[Field]:
    """Yield every field of one message, without going into those it holds.

    Raises WireError where the bytes are no message: groups, which nobody writes any more, too.
    """
    place, end = 0, len(data)
    while place < end:
        tag, place = read_varint(data, place)
        number, kind = tag >> 3, tag & 7
        if kind == _BYTES:
            length, place = read_varint(data, place)
            if length > end - place:
                raise WireError("a field is longer than its message")
            yield number, data[place : place + length]
            place += length
        elif kind == _VARINT:
            value, place = read_varint(data, place)
            yield number, value
        elif kind == _FIXED64 and place + 8 <= end:
            yield number, _EIGHT.unpack_from(data, place)[0]
            place += 8
        elif kind == _FIXED32 and place + 4 <= end:
            yield number, _FOUR.unpack_from(data, place)[0]
            place += 4
        else:
            raise WireError("a field is of no known kind")


def read_varint(data: bytes, place: int) -> tuple[int, int]:
    """The number at a place, and the place after it. Raises WireError."""
    try:
        byte = data[place]
        if byte < 0x80:
            return byte, place + 1
        value = shift = 0
        for position in range(place, place + _LONGEST_VARINT):
            byte = data[position]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value & (2**64 - 1), position + 1
            shift += 7
    except IndexError:
        raise WireError("a number breaks off") from None
    raise WireError("a number is longer than ten bytes")


def to_signed(value: int) -> int:
    """A varint as the signed 64-bit number it stands for."""
    return value - 2**64 if value >= 2**63 else value


def from_zigzag(value: int) -> int:
    """A varint of the kind `sint64` as the number it stands for."""
    return (value >> 1) ^ -(value & 1)


def to_double(value: int) -> float:
    """Eight stored bytes as the floating-point number they stand for."""
    return float(struct.unpack("<d", _EIGHT.pack(value))[0])
