"""The odd inputs of the terminal's tests are still as odd as their names say."""

import ast
import json
from pathlib import Path

import pytest

INPUTS = Path(__file__).parent / "inputs"
UNREADABLE = {"syntax_error.py"}


def test_a_syntax_error_is_one_for_every_python() -> None:
    with pytest.raises(SyntaxError):
        ast.parse((INPUTS / "syntax_error.py").read_bytes())


@pytest.mark.parametrize(
    "path", sorted(path for path in INPUTS.glob("*.py") if path.name not in UNREADABLE)
)
def test_every_other_script_compiles(path: Path) -> None:
    compile(path.read_bytes(), path.name, "exec")


def test_line_ends_tabs_and_bytes_survived_every_editor() -> None:
    crlf = (INPUTS / "crlf.py").read_bytes()
    assert crlf.count(b"\n") == crlf.count(b"\r\n") > 5
    assert b"\n\tmodel" in (INPUTS / "tabs.py").read_bytes()
    assert (INPUTS / "bom.py").read_bytes().startswith(b"\xef\xbb\xbf")
    latin = (INPUTS / "latin1.py").read_bytes()
    assert b"coding: latin-1" in latin.splitlines()[0]
    with pytest.raises(UnicodeDecodeError):
        latin.decode("utf-8")


def test_the_notebook_is_a_notebook() -> None:
    notebook = json.loads((INPUTS / "notebook.ipynb").read_text(encoding="utf-8"))
    assert [cell["cell_type"] for cell in notebook["cells"]] == ["markdown", "code"]
