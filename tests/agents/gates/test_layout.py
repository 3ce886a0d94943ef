"""Programs as logical lines: where each stands, and what two programs share."""

import pytest

from agents.gates.layout import Changes, Layout, Statement, compare_layouts, read_layout

TEXT = """\
import os  # why

def f(a,
      b):
    # inside
    if a:
        return (a,
                b)

    return 0
x = 1; y = 2  # why
"""


def read(text: str) -> Layout:
    layout = read_layout(text)
    assert layout is not None
    return layout


def test_a_program_is_laid_out_line_by_line() -> None:
    layout = read(TEXT)
    assert layout.statements == (
        Statement(1, 1, "", "import os  # why", ("import", "os"), ()),
        Statement(3, 4, "", "def f(a,\nb):", ("def", "f", "(", "a", ",", "b", ")", ":"), ()),
        Statement(6, 6, "    ", "if a:", ("if", "a", ":"), (1,)),
        Statement(7, 8, "        ", "return (a,\nb)", ("return", "(", "a", ",", "b", ")"), (1, 2)),
        Statement(10, 10, "    ", "return 0", ("return", "0"), (1,)),
        Statement(
            11,
            11,
            "",
            "x = 1; y = 2  # why",
            ("x", "=", "1", ";", "y", "=", "2"),
            (),
        ),
    )
    assert layout.comments == {"# why": 2, "# inside": 1}
    # What follows the last line end counts, too: the same before and after.
    assert layout.blank == 3


def test_a_mark_at_the_beginning_is_none_of_the_program() -> None:
    assert read("\ufeff" + TEXT) == read(TEXT)
    assert read("") == Layout((), {}, 1)


def test_a_program_may_end_without_a_line_end() -> None:
    (statement,) = read("x = 1").statements
    assert (statement.first, statement.last, statement.text) == (1, 1, "x = 1")


@pytest.mark.parametrize("text", ["x = (", "if a:\n    x\n  y\n", "x = '''"])
def test_what_is_no_program_has_no_layout(text: str) -> None:
    assert read_layout(text) is None


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("f(a, b)", "f(a, b,)", True),
        ("f('a')", 'f("a")', True),
        ("[1, 2]", "[1, 2,]", True),
        ("{1: 2}", "{1: 2,}", True),
        ("x = ''' a\n b'''", "x = '''a b'''", True),
        ("f'a'", 'f"a"', True),
        ("f(a, b)", "f(b, a)", False),
        ("f(a, b)", "f(a b)", False),
        ("f('a')", "f('b')", False),
        ("f('a')", "f(a)", False),
    ],
)
def test_lines_say_the_same_however_they_are_formatted(first: str, second: str, same: bool) -> None:
    mine, theirs = (
        Statement(1, 1, "", "", tuple(_split(text)), ()).plain for text in (first, second)
    )
    assert (mine == theirs) is same


def _split(text: str) -> list[str]:
    if "f'" in text or 'f"' in text:
        return [text]
    layout = read_layout(text)
    return list(layout.statements[0].tokens) if layout else text.split()


def test_a_key_is_the_line_wherever_it_stands() -> None:
    (outer, inner) = read("if a:\n    x = 1\nx = 1\n").statements[1:]
    assert outer.key == inner.key == ("x = 1", ("x", "=", "1"))
    assert outer != inner


def test_lines_are_kept_removed_and_added() -> None:
    before, after = read("a\nb\nc\nd\n"), read("new\na\nc\nd\nmore\n")
    assert compare_layouts(before, after) == Changes({0: 1, 2: 2, 3: 3}, (1,), (0, 4))
    assert compare_layouts(before, read("")) == Changes({}, (0, 1, 2, 3), ())
    assert compare_layouts(read(""), before) == Changes({}, (), (0, 1, 2, 3))


def test_a_line_that_stands_often_is_kept_all_the_same() -> None:
    often = read("x = 1\n" * 300)
    assert len(compare_layouts(often, often).kept) == 300
