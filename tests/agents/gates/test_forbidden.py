"""Every thing a candidate has no business with, and the honest line beside it."""

import ast

import pytest

from agents.gates.forbidden import Finding, find_forbidden


def things(text: str) -> list[str]:
    return [finding.thing for finding in find_forbidden(ast.parse(text))]


@pytest.mark.parametrize(
    ("line", "thing"),
    [
        ("import sqlite3", "import sqlite3"),
        ("import os, gc as g", "import gc"),
        ("import multiprocessing.pool", "import multiprocessing.pool"),
        ("import mlgraft_witness", "import mlgraft_witness"),
        ("from ctypes import cdll", "from ctypes import cdll"),
        ("from os import path, system", "from os import system"),
        ("from x import *", "from x import *"),
        ("from . import *", "from  import *"),
        ("from mlgraft import x", "from mlgraft import x"),
        ("from x import MLGRAFT_y", "a name of the witness"),
        ("import sys\nsys.modules", "sys.modules"),
        ("import sys as s\ns._getframe()", "sys._getframe"),
        ("import os\nos.environ.pop('A')", "os.environ.pop"),
        ("import os\nos.execvp(a)", "os.execvp"),
        ("from os import environ\nenviron.clear()", "os.environ.clear"),
        ("eval(x)", "eval()"),
        ("f = globals", "globals()"),
        ("__import__(x)", "__import__"),
        ("__builtins__", "__builtins__"),
        ("x.__dict__", ".__dict__"),
        ("x.f_back", ".f_back"),
        ("x.co_code", ".co_code"),
        ("x.mlgraft_y", "a name of the witness"),
        ("mlGraft = 1", "a name of the witness"),
        ("x = 'a MLGRAFT b'", "a name of the witness"),
        ("x = 'mlflow.db'", "the text 'mlflow.db'"),
        ("x = '__loader__'", "the text '__loader__'"),
        ("open('/proc/self/mem')", "the text '/proc/self/mem'"),
        ("setattr(x, 'a', 1)", "setattr()"),
        ("import m\nvars(m)", "vars()"),
        ("import m\ngetattr(m, 'a')", "getattr() on a module or with a computed name"),
        ("getattr(x, name)", "getattr() on a module or with a computed name"),
        ("import m\nm.a = 1", "change of m.a"),
        ("import m\ndel m.a", "change of m.a"),
        ("import m\nm.a.b += 1", "change of m.a.b"),
        ("import m\nm.a['x'] = 1", "change of m.a"),
        ("from m import a\nk = a.b\nk.c = 1", "change of m.a.b.c"),
        ("from m import a\na = 1", "redefinition of the imported a"),
        ("from m import a\ndef a(): pass", "redefinition of the imported a"),
        ("from m import a\nasync def a(): pass", "redefinition of the imported a"),
        ("from m import a\nclass a: pass", "redefinition of the imported a"),
        ("from m import a\ndef f():\n    global a", "redefinition of the imported a"),
        ("from m import a\nfor a in x: pass", "redefinition of the imported a"),
    ],
)
def test_a_forbidden_thing_is_named_with_its_line(line: str, thing: str) -> None:
    (found,) = find_forbidden(ast.parse(line))
    assert found == Finding(thing, len(line.splitlines()))


@pytest.mark.parametrize(
    "line",
    [
        "import os, json",
        "import gcx",
        "from pathlib import Path",
        "from os import path",
        "import os\nos.environ['A'] = 'b'\n",
        "import os\nos.path.join(a)",
        "x.modules",
        "x.eval()",
        "from m import compile\ncompile(x)",
        "__name__",
        "x.__init__()",
        "x.__doc__",
        "x.back",
        "x = '__main__'",
        "x = 'say mlruns2'",
        "import m\nm.a",
        "import m\nm.a[0]",
        "x.a = 1",
        "x['a'] = 1",
        "vars(args)",
        "vars()",
        "getattr(x, 'a')",
        "getattr(x)",
        "x.setattr(y, 'a')",
        "def f():\n    global a",
        "def f():\n    nonlocal_ = 1",
        "class A: pass",
    ],
)
def test_an_honest_line_is_none(line: str) -> None:
    expected = ["change of os.environ"] if "environ[" in line else []
    assert things(line) == expected


def test_findings_are_in_the_order_of_lines() -> None:
    text = "def f():\n    eval(x)\nimport gc\nexec(y)\n"
    assert things(text) == ["eval()", "import gc", "exec()"]
    assert [finding.line for finding in find_forbidden(ast.parse(text))] == [2, 3, 4]


def test_a_long_text_is_shown_in_part() -> None:
    assert things(f"x = '{'a' * 50}/proc/{'b' * 20}'") == [f"the text {'a' * 50 + '/proc/bbbb'!r}"]


def test_every_import_of_a_line_is_looked_at() -> None:
    assert things("import gc, os, pty") == ["import gc", "import pty"]
    assert things("from os import system, path, popen") == [
        "from os import system",
        "from os import popen",
    ]


def test_a_name_given_first_to_one_module_stays_with_it() -> None:
    assert things("import m, n\nk = m.a\nk = n.b\nk.c = 1") == ["change of m.a.c"]


def test_every_name_in_a_chain_of_assignments_stands_for_the_module() -> None:
    assert things("import m\nj = k = m.a\nk.c = 1\nj.c = 1") == ["change of m.a.c"] * 2
