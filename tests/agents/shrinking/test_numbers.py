"""A number is read where it stands, whatever way it is written, and nothing else is."""

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.shrinking.numbers import LARGEST, Spelling, called_name, compute, name_of, read_numbers


def _read(text: str) -> list[Spelling]:
    return list(read_numbers(ast.parse(text, mode="eval").body))


def _values(text: str) -> list[tuple[int, str]]:
    return [(one.value, text.encode()[one.start : one.end].decode()) for one in _read(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("500", [(500, "500")]),
        ("1_000", [(1000, "1_000")]),
        ("2e3", [(2000, "2e3")]),
        ("20 * 100", [(2000, "20 * 100")]),
        ("10 ** 5", [(100_000, "10 ** 5")]),
        ("5000 // 2 + 1 - 1", [(2500, "5000 // 2 + 1 - 1")]),
        ("int(1e5)", [(100_000, "1e5")]),
        ("float('x')", []),
        ("90 if full else 2", [(90, "90"), (2, "2")]),
        ("os.environ.get('E', '70')", [(70, "'70'")]),
        ("int(os.getenv('E', 70))", [(70, "70")]),
        ("os.environ.get('E', 'x')", []),
        ("os.environ.get('E', f'70')", []),
        ("os.environ.get('E', r'70')", []),
        ("field(default=30)", [(30, "30")]),
        ("Field(30, ge=1)", [(30, "30")]),
        ("field(default_factory=list)", []),
        ("read(30)", []),
        ("True", []),
        ("'500'", []),
        ("0", []),
        ("-5", []),
        ("2.5", []),
        ("10 / 2", []),
        ("7 // 0", []),
        ("9 ** 99", []),
        ("9999 ** 2", []),
        (f"{LARGEST} + 1", []),
        ("[500]", []),
        ("x", []),
    ],
)
def test_numbers_are_read_as_written(text: str, found: list[tuple[int, str]]) -> None:
    assert _values(text) == found


def test_over_several_lines_only_plain_parts_are_read() -> None:
    assert _read("5 *\\\n 100") == []
    (only,) = _read("int(\n  500)")
    assert (only.line, only.start, only.end, only.value) == (2, 2, 5, 500)
    assert list(read_numbers(None)) == []


def test_columns_are_bytes() -> None:
    tree = ast.parse("é = 'ü'; EPOCHS = 500")
    assign = tree.body[1]
    assert isinstance(assign, ast.Assign)
    (only,) = read_numbers(assign.value)
    assert "é = 'ü'; EPOCHS = 500".encode()[only.start : only.end] == b"500"


@pytest.mark.parametrize(
    ("form", "written"), [("int", "3"), ("float", "3.0"), ('"', '"3"'), ("'", "'3'")]
)
def test_a_smaller_number_keeps_its_form(form: str, written: str) -> None:
    assert Spelling(1, 0, 3, 500, form).write(3) == written


@settings(deadline=None)
@given(
    st.recursive(
        st.integers(0, 50).map(str),
        lambda inner: st.tuples(inner, st.sampled_from(("+", "-", "*", "//")), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        max_leaves=6,
    )
)
def test_arithmetic_comes_to_what_python_says(text: str) -> None:
    try:
        expected = eval(text)  # noqa: S307  # made of digits and four operators
    except ZeroDivisionError:
        expected = None
    assert compute(ast.parse(text, mode="eval").body) == expected


def test_names_are_the_last_part_of_what_is_called_or_read() -> None:
    call = ast.parse("a.b.fit(x)", mode="eval").body
    assert isinstance(call, ast.Call)
    assert called_name(call) == "fit"
    assert name_of(call.func) == "fit"
    assert (name_of(call.args[0]), name_of(call), name_of(None)) == ("x", "", "")
    odd = ast.parse("f()()", mode="eval").body
    assert isinstance(odd, ast.Call)
    assert called_name(odd) == ""
