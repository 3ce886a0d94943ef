"""Command-line options as a program declares them, and names that look like secrets."""

import pytest

from agents.gates.options import (
    Option,
    normalise_option,
    read_aliases,
    read_options,
)
from agents.secrecy import name_looks_secret

FILE = "train.py"


def read(line: str) -> tuple[Option, ...]:
    return read_options({FILE: f"x = 1\n{line}\n"})


@pytest.mark.parametrize(
    ("line", "names", "secret"),
    [
        ("p.add_argument('--lr')", ("--lr",), False),
        ("p.add_argument('-l', '--lr', type=float)", ("-l", "--lr"), False),
        ("p.add_argument('--lr', dest='rate')", ("--lr", "rate"), False),
        ("p.add_argument('--lr', dest=name)", ("--lr",), False),
        ("p.add_argument('--lr', action='store_true')", ("--lr",), False),
        ("@click.option('--lr', 'rate')\ndef f(): pass", ("--lr", "rate"), False),
        ("@click.option('--on/--off')\ndef f(): pass", ("--on", "--off"), False),
        ("p.add_argument('--lr', NAME, 3)", ("--lr",), False),
        ("p.add_argument('--token')", ("--token",), True),
        ("p.add_argument('--t', dest='api_key')", ("--t", "api_key"), True),
        ("p.add_argument('--u', default='https://me:pw@host/')", ("--u",), True),
        ("p.add_argument('--u', default='hf_abcdefghijklmnop')", ("--u",), True),
        ("p.add_argument('--u', default='https://host/a:b')", ("--u",), False),
        ("p.add_argument('--u', default='hf_short')", ("--u",), False),
        ("p.add_argument('--u', default=3)", ("--u",), False),
        ("p.add_argument('--u', default=make())", ("--u",), False),
    ],
)
def test_an_option_is_read_with_all_its_names(
    line: str, names: tuple[str, ...], secret: bool
) -> None:
    assert read(line) == (Option(names, FILE, 2, secret),)


@pytest.mark.parametrize(
    "line",
    [
        "p.add_argument('data')",
        "p.add_argument('--v', action='version')",
        "p.add_argument('--h', action='help')",
        "p.add_argument()",
        "p.add_argument(name)",
        "add_argument('--lr')",
        "p.other('--lr')",
        "def (",
    ],
)
def test_anything_else_is_no_option(line: str) -> None:
    assert read(line) == ()


def test_every_option_of_every_file_is_read() -> None:
    text = "p.other(1)\np.add_argument('data')\np.add_argument('--a')\np.add_argument('--b')\n"
    found = read_options({"a.py": text, "broken.py": "def (", "b.py": text})
    titles = [(option.file, option.title) for option in found]
    assert titles == [("a.py", "--a"), ("a.py", "--b"), ("b.py", "--a"), ("b.py", "--b")]


def test_the_longest_name_is_the_title() -> None:
    assert Option(("-l", "--learning-rate", "--lr"), FILE, 1, False).title == "--learning-rate"


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("--learning-rate", "learning_rate"),
        ("args.Learning_Rate", "learning_rate"),
        ("model/args:lr", "lr"),
        ("-x-", "x_"),
    ],
)
def test_names_are_laid_out_alike(name: str, normal: str) -> None:
    assert normalise_option(name) == normal


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("--api-key", True),
        ("PASSWD", True),
        ("db.pwd", True),
        ("auth", True),
        ("client_secrets", True),
        ("keyboard", False),
        ("author", False),
        ("detokenize", False),
    ],
)
def test_a_secret_is_known_by_its_name(name: str, secret: bool) -> None:
    assert name_looks_secret(name) is secret


@pytest.mark.parametrize(
    ("line", "aliases"),
    [
        ("f(rate=args.lr)", {"lr": {"rate"}}),
        ("rate = args.lr", {"lr": {"rate"}}),
        ("a = b = args.Lr", {"lr": {"a", "b"}}),
        ("x.rate = args.lr", {"lr": set()}),
        ("f(**args.lr)", {}),
        ("f(rate=args.sub.lr)", {}),
        ("f(rate=lr)", {}),
        ("f(args.lr)", {}),
        ("rate += args.lr", {}),
        ("def (", {}),
    ],
)
def test_a_value_is_handed_on_under_other_names(line: str, aliases: dict[str, set[str]]) -> None:
    assert read_aliases({FILE: line}) == aliases


def test_names_of_every_place_are_put_together() -> None:
    files = {"a.py": "f(rate=args.lr)\n", "x.py": "def (", "b.py": "eta = args.lr\nn = a.n\n"}
    assert read_aliases(files) == {"lr": {"rate", "eta"}, "n": {"n"}}
