"""Which lines may go when a component is moved away from, in programs and beside them."""

from dataclasses import replace

import pytest

from agents.gates.layout import Changes, read_layout
from agents.gates.moving import find_beside_problem, find_moved, leave_out_texts, names_source
from tests.agents.gates.exhibits import STAGE

MOVE = replace(STAGE, task="translate", source="wandb", target="mlflow")

TEXT = """\
\"\"\"Tracks with Weights & Biases.\"\"\"
import os
import json
from pathlib import Path
import wandb
from pytorch_lightning.loggers import WandbLogger
run = wandb.init(config={"lr": 0.1})
logger = WandbLogger()
wandb.log({"a": json.dumps(1)})
run.finish()
trainer = Trainer(logger=logger)
self.run = run
self.run.log(1)
print("sent to W&B")
print("done", os.sep)
path = Path("x")
"""


def moved(text: str, **more: str) -> list[int]:
    layout = read_layout(text)
    assert layout is not None
    stage = replace(MOVE, **more)  # type: ignore[arg-type]
    return [layout.statements[place].first for place in sorted(find_moved(stage, text, layout))]


def test_lines_that_use_the_source_and_what_it_made_may_go() -> None:
    assert moved(TEXT) == [1, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]


@pytest.mark.parametrize("more", [{"task": "inline"}, {"source": "other"}, {"source": ""}])
def test_nothing_goes_where_nothing_is_moved(more: dict[str, str]) -> None:
    assert moved(TEXT, **more) == []


def test_a_text_without_layout_has_nothing_to_go() -> None:
    layout = read_layout("x = 1\n")
    assert layout is not None
    assert find_moved(MOVE, "def (", layout) == frozenset()


def test_imports_go_only_where_nothing_else_uses_them() -> None:
    text = (
        "import wandb\nimport a\nimport b\nfrom c import d as e\nimport f\nwandb.log(a, b, e)\nb\n"
    )
    assert moved(text) == [1, 2, 4, 6]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("wandb", "# logs to WandB"),
        ("wandb", "# the W & B run"),
        ("wandb", "# weights and biases"),
        ("mlflow", "# ML flow"),
        ("hyperopt", "# Hyperopt"),
        ("gitpython", "# git-python"),
    ],
)
def test_a_comment_may_speak_of_the_source(source: str, text: str) -> None:
    stage = replace(MOVE, source=source)
    assert names_source(stage, text)
    assert not names_source(replace(stage, task="inline"), text)
    assert not names_source(replace(stage, source="other"), text)
    assert not names_source(stage, "# something else")


def test_a_docstring_that_took_another_s_place_is_none_of_the_changes() -> None:
    new = read_layout('"""Tracks."""\nimport mlflow\n"text", 1\nx = 1\n')
    assert new is not None
    changes = Changes({}, (0, 1), (0, 1, 2, 3))
    assert leave_out_texts(new, changes, frozenset({0})) == replace(changes, added=(1, 2, 3))
    assert leave_out_texts(new, changes, frozenset({1, 7})).added == (1, 2, 3)
    assert leave_out_texts(new, changes, frozenset({2})) is changes
    assert leave_out_texts(new, changes, frozenset()) is changes


GONE = ": the line `{}` is gone: that was not asked for."
ADDED = ": the line `{}` was added: that was not asked for."


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("numpy\nwandb==1\n", "numpy\nmlflow==3\n", ""),
        ("numpy\nwandb\n", "numpy\n", ""),
        ("numpy\n", "mlflow\nnumpy\n\n", ""),
        ("numpy\n\n  \n", "numpy\n", ""),
        ("a\nb\n", "b\na\n", ""),
        ("numpy\nwandb\n", "wandb\n", GONE.format("numpy")),
        ("numpy\nnumpy\n", "numpy\n", GONE.format("numpy")),
        ("wandb\nx" + "y" * 200, "", GONE.format("x" + "y" * 119)),
        ("numpy\n", "numpy\nmlflow\nscipy\n", ADDED.format("scipy")),
        ("numpy\n", "numpy\nwandb\n", ADDED.format("wandb")),
        ("", "x" + "y" * 200, ADDED.format("x" + "y" * 119)),
        ("numpy\n", "scipy\n", GONE.format("numpy")),
    ],
)
def test_files_beside_a_program_change_in_the_two_components_alone(
    before: str, after: str, problem: str
) -> None:
    assert find_beside_problem(MOVE, before, after) == problem


def test_components_without_known_traces_go_by_their_names() -> None:
    neptune = replace(MOVE, target="neptune")
    assert find_beside_problem(neptune, "", "neptune==1\n") == ""
    assert find_beside_problem(neptune, "", "mlflow\n") == ADDED.format("mlflow")
    clearml = replace(MOVE, source="clearml")
    assert find_beside_problem(clearml, "clearml\n", "") == GONE.format("clearml")


def goes_with_git(text: str) -> set[str]:
    layout = read_layout(text)
    assert layout is not None
    stage = replace(MOVE, functionality="version_control", source="gitpython", target="dvc")
    return {layout.statements[place].text for place in find_moved(stage, text, layout)}


SHOWING = """\
import git
repo = git.Repo(".")
print("start")
print(f"on {repo.active_branch}")
print(f"{{repo}} {start}")
print("repo {repo}")
"""


def test_lines_that_show_what_the_source_made_go_with_it() -> None:
    assert goes_with_git(SHOWING) == {
        "import git",
        'repo = git.Repo(".")',
        'print(f"on {repo.active_branch}")',
    }
