"""Symbols are read from packages that lie on disk, none of which is ever imported."""

from pathlib import Path

import pytest

from knowledge.apidocs import bind, look_up, look_up_all

FILES = {
    "pack/__init__.py": (
        '"""A pack."""\n'
        "from pack.deep.fluent import log_it, Run as ActiveRun\n"
        "from .star import *\n"
        "from . import circle\n"
        "import contextlib\n"
        "with contextlib.suppress(ImportError):\n"
        "    from pack.deep import late\n"
        "lazy = LazyLoader('pack.lazy', globals(), 'pack.lazy')\n"
        "Renamed = circle.Thing\n"
        "raise SystemExit('imported')\n"
    ),
    "pack/deep/__init__.py": "def late(): ...\n",
    "pack/deep/fluent.py": (
        "from ..star import shout\n\n\n"
        "def log_it(key: str, value: float, step: int | None = None, *, quiet=False) -> None:\n"
        '    """Log one value\n    of one key.\n\n    More words.\n    """\n\n\n'
        "class Base:\n"
        "    def close(self, /, *rest, **more):\n"
        '        """Close it."""\n\n'
        "    @staticmethod\n"
        "    def plain(a): ...\n\n\n"
        "class Run(Base):\n"
        '    """A run."""\n\n'
        "    def __init__(self, name='x'): ...\n"
        "    @property\n"
        "    def info(self): ...\n"
        "@wrap\n"
        "def wrapped(*args): ...\n"
    ),
    "pack/star.py": "__all__ = ['shout']\ndef shout(): ...\ndef whisper(): ...\n",
    "pack/lazy.py": "def inner(): ...\n",
    "pack/circle.py": "from pack import *\nfrom pack.circle import gone\nclass Thing: ...\n",
    "pack/broken.py": "def f(:\n",
    "single.py": "LIMIT = 3\n",
    "pack-1.2.dist-info/METADATA": "Metadata-Version: 2.1\nName: the-pack\nVersion: 1.2\n",
    "pack-1.2.dist-info/RECORD": "pack/deep/fluent.py,,\npack/__init__.py,,\n",
    "other-3.dist-info/METADATA": "Name: other\nVersion: 3\n",
    "other-3.dist-info/RECORD": "single.py,,\npack/deep/fluent.py,,\n",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_a_re_export_is_followed_to_where_it_is_defined(site: Path) -> None:
    symbol = look_up([site], "pack.log_it")
    assert symbol is not None
    assert (symbol.package, symbol.version) == ("the-pack", "1.2")
    assert (symbol.file, symbol.line, symbol.kind) == ("pack/deep/fluent.py", 4, "function")
    assert symbol.signature == (
        "(key: str, value: float, step: int | None = None, *, quiet=False) -> None"
    )
    assert symbol.summary == "Log one value of one key."


@pytest.mark.parametrize(
    ("name", "file", "kind", "signature"),
    [
        ("pack", "pack/__init__.py", "module", ""),
        ("pack.ActiveRun", "pack/deep/fluent.py", "class", "(name='x')"),
        ("pack.ActiveRun.close", "pack/deep/fluent.py", "method", "(*rest, **more)"),
        ("pack.ActiveRun.plain", "pack/deep/fluent.py", "method", "(a)"),
        ("pack.ActiveRun.info", "pack/deep/fluent.py", "attribute", ""),
        ("pack.shout", "pack/star.py", "function", "()"),
        ("pack.deep.fluent.shout", "pack/star.py", "function", "()"),
        ("pack.late", "pack/deep/__init__.py", "function", "()"),
        ("pack.lazy", "pack/lazy.py", "module", ""),
        ("pack.lazy.inner", "pack/lazy.py", "function", "()"),
        ("pack.Renamed", "pack/circle.py", "class", ""),
        ("single.LIMIT", "single.py", "attribute", ""),
    ],
)
def test_names_are_found_on_every_way(
    site: Path, name: str, file: str, kind: str, signature: str
) -> None:
    symbol = look_up([site], name)
    assert symbol is not None
    assert (symbol.name, symbol.file, symbol.kind) == (name, file, kind)
    assert symbol.signature == signature


@pytest.mark.parametrize(
    "name",
    [
        "pack.log_its",
        "pack.log_it.more",
        "pack.whisper",
        "pack.circle.gone",
        "pack.broken.f",
        "pack.ActiveRun.nothing",
        "nowhere.f",
        "",
        "pack..log_it",
        "../pack",
        "pack.deep/fluent",
    ],
)
def test_a_name_that_does_not_exist_is_none(site: Path, name: str) -> None:
    assert look_up([site], name) is None


def test_several_names_are_found_in_the_first_folder_that_has_them(site: Path) -> None:
    first = site / "overlay"
    first.mkdir()
    (first / "single.py").write_text("\nLIMIT = 4\n")
    found = look_up_all([first, site], ["single.LIMIT", "pack.gone", "pack.late"])
    assert [(symbol.name, symbol.line) for symbol in found] == [
        ("single.LIMIT", 2),
        ("pack.late", 1),
    ]
    assert found[0].package == ""


@pytest.mark.parametrize(
    ("positional", "keywords", "reason"),
    [
        (2, (), None),
        (2, ("step", "quiet"), None),
        (0, ("key", "value"), None),
        (1, (), "misses its argument `value`"),
        (4, (), "at most 3 positional"),
        (2, ("stp",), "no parameter `stp`"),
        (2, ("key",), "`key` twice"),
    ],
)
def test_a_call_binds_or_it_is_said_why_not(
    site: Path, positional: int, keywords: tuple[str, ...], reason: str | None
) -> None:
    symbol = look_up([site], "pack.log_it")
    assert symbol is not None
    said = bind(symbol, positional, keywords)
    assert (said is None) if reason is None else (said is not None and reason in said)


def test_any_call_of_a_decorated_function_binds(site: Path) -> None:
    symbol = look_up([site], "pack.deep.fluent.wrapped")
    assert symbol is not None
    assert bind(symbol, 0, ("anything",)) is None
