"""Where a component that was moved away from is still used, and where it is only a word."""

import pytest

from agents.gates.leftovers import TRACES, Leftover, find_leftovers, find_mentions

WANDB, MLFLOW, HYPEROPT, GIT = (
    TRACES[name] for name in ("wandb", "mlflow", "hyperopt", "gitpython")
)


def left(text: str, component: str = "wandb") -> list[Leftover]:
    found = find_leftovers(TRACES[component], text)
    return sorted(found, key=lambda one: (one.line, one.what))


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("import wandb", "wandb is still imported"),
        ("import os, wandb.sdk as w", "wandb.sdk is still imported"),
        ("from wandb.sdk import init", "wandb.sdk is still imported"),
        ("from wandb import init", "wandb is still imported"),
        ("from x.loggers import Other, WandbLogger", "WandbLogger is still imported"),
        ("from .loggers import WandbLogger as L", "WandbLogger is still imported"),
        ("logger = WandbLogger()", "WandbLogger is still used"),
        ("logger = loggers.WandbLogger()", "WandbLogger is still used"),
        ("weave.init()", "weave is still used"),
        ("report_to = ' wandb '", "the text 'wandb' still names it"),
        ("os.environ['WANDB_MODE'] = x", "the text 'WANDB_MODE' still names it"),
        ("name = 'wandb.sdk'", "the text 'wandb.sdk' still names it"),
        ("f(wandb_mode=1)", "the argument wandb_mode still names it"),
    ],
)
def test_what_still_uses_a_component_is_named(line: str, what: str) -> None:
    assert left(f"import os\n{line}\n") == [Leftover(2, what)]


@pytest.mark.parametrize(
    "line",
    [
        "import wand, my.wandb",
        "from .wandb import log",
        "from . import wandb",
        "from my.wandb import log",
        "text = 'moved from wandb to mlflow'",
        "# wandb",
        "f(mode=1, **more)",
        "f(x.wandb)",
        "def (",
    ],
)
def test_what_only_looks_like_it_is_not(line: str) -> None:
    assert left(line) == []


@pytest.mark.parametrize(
    "bound", ["wandb = 3", "for wandb in x: pass", "def f(wandb): pass", "f = lambda wandb: 1"]
)
def test_a_name_that_the_program_binds_itself_is_its_own(bound: str) -> None:
    assert left(f"{bound}\nprint(wandb)\n") == []


def test_a_long_text_is_shown_in_part() -> None:
    (found,) = left(f"x = 'WANDB_{'A' * 80}'")
    assert found.what == f"the text {'WANDB_' + 'A' * 54!r} still names it"


def test_every_place_is_found() -> None:
    text = "import wandb\nrun = wandb.init()\nwandb.log({})\n"
    assert [one.line for one in left(text)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("component", "line"),
    [
        ("mlflow", "from mlflow import log_metric"),
        ("mlflow", "MLflowCallback()"),
        ("hyperopt", "from hyperopt import fmin"),
        ("hyperopt", "x = 'hyperopt.tpe'"),
        ("gitpython", "from git import Repo"),
        ("gitpython", "x = 'git.Repo'"),
    ],
)
def test_every_component_has_its_traces(component: str, line: str) -> None:
    assert len(left(line, component)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "wandb==0.31",
        "  - wandb",
        "WANDB_MODE: offline",
        "logger: wandb.sdk",
        '"wandb>=0.15",',
        "Wandb  # the tracker",
        "tracker = wandb ; later",
    ],
)
def test_a_line_beside_the_program_that_names_a_component_is_found(line: str) -> None:
    found = list(find_mentions(WANDB, f"numpy\n{line}\n"))
    assert found == [Leftover(2, f"`{line.strip()}` still names it")]


@pytest.mark.parametrize(
    "line",
    [
        "# wandb",
        "numpy  # not wandb",
        "; wandb",
        "mywandb==1",
        "wandbx==1",
    ],
)
def test_a_line_beside_the_program_that_does_not_is_not(line: str) -> None:
    assert list(find_mentions(WANDB, line)) == []


def test_a_long_line_beside_the_program_is_shown_in_part() -> None:
    (found,) = find_mentions(WANDB, "wandb " + "x" * 200)
    assert found.what == f"`wandb {'x' * 114}` still names it"


def test_distributions_are_known_by_their_own_names() -> None:
    assert list(find_mentions(MLFLOW, "mlflow-skinny==3"))
    assert list(find_mentions(GIT, "GitPython>=3"))
    assert not list(find_mentions(GIT, "git"))
    assert list(find_mentions(HYPEROPT, "hyperopt"))
    for path in ("lib/gitpython", "my.gitpython", "gitpython/lib"):
        assert not list(find_mentions(GIT, path))
