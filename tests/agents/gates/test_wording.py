"""Reasons as people and coders get them: clean, short, without a machine's paths."""

import pytest

from agents.gates.wording import clip_text, hide_paths, light_gate, show_number
from agents.records import Gate


def test_a_light_has_a_clean_reason_and_its_figures() -> None:
    figures = {"points": 3.0}
    gate = light_gate("store", "fail", "see /home/me/a.py \x1b[31mnow\x1b[0m", figures)
    assert gate == Gate("store", "fail", "see a.py now", {"points": 3.0})
    assert gate.figures is not figures
    assert light_gate("runs", "pass") == Gate("runs", "pass", "", {})


def test_a_text_is_cut_with_a_mark_at_its_end() -> None:
    assert clip_text("x" * 2000) == "x" * 2000
    assert clip_text("x" * 2001) == "x" * 1996 + " ..."
    assert clip_text("abcdefgh ijk", 10) == "abcdef ..."
    assert clip_text("abcde  hijklm", 10) == "abcde ..."
    assert clip_text("abc", 3) == "abc"


def test_what_moves_a_cursor_or_turns_a_text_around_is_left_out() -> None:
    assert clip_text("a\x1b[2K\x07b\u202ec\x9bd\n\te") == "abcd\n\te"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/opt/env/lib/python3.11/site-packages/sklearn/base.py", "sklearn/base.py"),
        ("/usr/lib/python3/dist-packages/numpy/x.py", "numpy/x.py"),
        ("/usr/lib/python3.11/json/decoder.py", "json/decoder.py"),
        ("in /srv/data/set/ now", "in set now"),
        ("in /a.py and a/b/c.py", "in /a.py and a/b/c.py"),
        ("/proc/self/fd and /dev/shm/x", "/proc/self/fd and /dev/shm/x"),
        ("https://example.org/a/b", "https://example.org/a/b"),
        ("one /a/b/c.py, two /d/e/f.py", "one c.py, two f.py"),
    ],
)
def test_paths_are_shortened_to_what_means_something_elsewhere(text: str, shown: str) -> None:
    assert hide_paths(text) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.95333333, "0.953333"), (3.0, "3"), (1e-9, "1e-09"), (123456.7, "123457")],
)
def test_a_number_is_shown_with_six_digits(value: float, shown: str) -> None:
    assert show_number(value) == shown
