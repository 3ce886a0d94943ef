"""What is kept of an output."""

from hypothesis import given
from hypothesis import strategies as st

from sandbox.runners.output import Excerpt


@given(st.lists(st.binary(max_size=60)), st.integers(1, 200))
def test_what_fits_is_kept_whole_and_the_rest_stays_small(pieces: list[bytes], room: int) -> None:
    excerpt = Excerpt(room)
    for piece in pieces:
        excerpt.add(piece)
    whole = b"".join(pieces)
    assert excerpt.seen_bytes == len(whole)
    assert excerpt.cut == (len(whole) > room)
    if not excerpt.cut:
        assert excerpt.text() == whole.decode("utf-8", "replace")
    else:
        assert len(excerpt.text()) <= room + 60


def test_the_middle_is_left_out_between_lines() -> None:
    excerpt = Excerpt(100)
    for number in range(1000):
        excerpt.add(f"line {number}\n".encode())
    lines = excerpt.text().splitlines()
    note = next(number for number, line in enumerate(lines) if line.startswith("[..."))
    assert lines[:note] == [f"line {number}" for number in range(note)]
    assert lines[-1] == "line 999"
    assert all(line.startswith("line 99") for line in lines[note + 1 :])


def test_a_single_endless_line_keeps_both_ends() -> None:
    excerpt = Excerpt(20)
    excerpt.add(b"a" * 500 + b"z" * 500)
    text = excerpt.text()
    assert text.startswith("a" * 10)
    assert text.endswith("z" * 10)
    assert "980 bytes not kept" in text


def test_memory_stays_bounded() -> None:
    excerpt = Excerpt(1000)
    for _ in range(100):
        excerpt.add(b"x" * 100_000)
    assert len(excerpt.text()) < 1200
