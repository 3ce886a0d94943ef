"""What a program's text says about itself."""

import ast

import pytest

from agents.gates.program import (
    count_expression,
    find_imports,
    list_statements,
    loop_lines,
    parse_program,
    reachable_files,
    resolve_name,
    target_lines,
)

TEXT = """\
import numpy as np
import os.path
from sklearn import metrics as m
from . import near
from ..up import far

@deco
@other(
    1,
)
def f(a,
      b):
    for x in a:
        while x:
            x = g(
                x,
            )
    return 1

match f:
    case 1:
        pass
"""


def tree(text: str = TEXT) -> ast.Module:
    parsed = parse_program(text)
    assert parsed is not None
    return parsed


def test_a_byte_order_mark_is_no_obstacle_and_a_broken_text_has_no_tree() -> None:
    assert parse_program("\ufeffx = 1\n") is not None
    for text in ("def (:", "x = \0", "(" * 5000):
        assert parse_program(text) is None


def test_imports_are_known_by_the_names_they_bind() -> None:
    assert find_imports(tree()) == {
        "np": "numpy",
        "os": "os",
        "m": "sklearn.metrics",
        "near": "..near",
        "far": "..up.far",
    }


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("np.linalg.norm", "numpy.linalg.norm"),
        ("m", "sklearn.metrics"),
        ("os.path.join", "os.path.join"),
        ("other.thing", ""),
        ("f().x", ""),
    ],
)
def test_a_dotted_name_is_resolved_where_it_starts_at_an_import(expression: str, name: str) -> None:
    node = ast.parse(expression, mode="eval").body
    assert resolve_name(node, find_imports(tree())) == name


def test_statements_span_their_own_lines_and_blocks_their_headers() -> None:
    spans = {(type(span.node).__name__, span.first): span.last for span in list_statements(tree())}
    assert spans == {
        ("Import", 1): 1,
        ("Import", 2): 2,
        ("ImportFrom", 3): 3,
        ("ImportFrom", 4): 4,
        ("ImportFrom", 5): 5,
        ("FunctionDef", 7): 12,
        ("For", 13): 13,
        ("While", 14): 14,
        ("Assign", 15): 17,
        ("Return", 18): 18,
        ("Match", 20): 20,
        ("Pass", 22): 22,
    }
    flat = list(list_statements(tree("while x: y = 1\n")))
    assert {(span.first, span.last) for span in flat} == {(1, 1)}


def test_lines_in_loops_count_the_loops_around_them() -> None:
    assert loop_lines(tree()) == {14: 1, 15: 2, 16: 2, 17: 2}
    assert loop_lines(tree("for x in y:\n    a = 1\n    b = 2\nc = 3\n")) == {2: 1, 3: 1}


def test_calls_into_a_component_take_all_their_lines() -> None:
    text = (
        "import mlflow\nimport mlflow_extra\nmlflow.log(\n    f(1),\n)\nmlflow_extra.log()\nlog()\n"
    )
    assert target_lines(tree(text), "mlflow") == {3, 4, 5}
    assert target_lines(tree("from mlflow import log\nlog(1)\n"), "mlflow") == {2}


@pytest.mark.parametrize(
    ("expression", "count"),
    [
        ("f(x,  y)", 2),
        ("f(x)", 0),
        ("x", 3),
        ("x = 1", 0),
        ("def (", 0),
        ("", 0),
    ],
)
def test_an_expression_is_counted_however_it_is_laid_out(expression: str, count: int) -> None:
    assert (
        count_expression(expression, "a = f(\n    x,\n    y,\n)\nb = g(f(x, y))\nc = x\n") == count
    )
    assert count_expression(expression, "def (") == 0


FILES = {
    "train.py": "import data\nfrom pkg import model, other\nimport torch\n",
    "data.py": "from helpers.io import read\n",
    "helpers/io.py": "from . import disk\nfrom .deep import more\nimport local\n",
    "helpers/disk.py": "",
    "helpers/deep.py": "from .. import data\nfrom ..pkg.model import net\n",
    "helpers/local.py": "",
    "pkg/__init__.py": "from .model import net\n",
    "pkg/model.py": "",
    "unused.py": "",
    "broken.py": "def (",
}


def test_reachable_are_the_modules_imported_from_the_entry_on() -> None:
    assert reachable_files(FILES, "train.py") == (
        "train.py",
        "data.py",
        "pkg/__init__.py",
        "pkg/model.py",
        "helpers/io.py",
        "helpers/disk.py",
        "helpers/deep.py",
        "helpers/local.py",
    )
    assert reachable_files(FILES, "broken.py") == ("broken.py",)
    assert reachable_files(FILES, "missing.py") == ()


def test_a_module_beside_the_one_that_imports_it_is_found() -> None:
    files = {"a/b/run.py": "import side\nfrom .. import top\n", "a/b/side.py": "", "a/top.py": ""}
    assert reachable_files(files, "a/b/run.py") == ("a/b/run.py", "a/b/side.py", "a/top.py")
