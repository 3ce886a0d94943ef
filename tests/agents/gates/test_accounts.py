"""Calls of the component moved away from are replaced by calls of their kind, or are told."""

import ast

import pytest

from agents.gates.accounts import find_made, find_unaccounted
from agents.gates.program import find_imports


def told(before: str, after: str, source: str = "wandb", target: str = "mlflow") -> str:
    return find_unaccounted(source, target, before, after)


def gone(line: int, name: str, source: str = "wandb", target: str = "mlflow") -> str:
    return (
        f"line {line} of the original: `{name}` of {source} is gone, and no call of {target} took "
        "its place there."
    )


def refused(line: int, name: str, source: str = "wandb", target: str = "mlflow") -> str:
    return (
        f"line {line} of the original: `{name}` of {source} has nothing of the same kind in "
        f"{target} here. Such a call is to be refused, not deleted."
    )


HEAD, NEW = "import wandb\n", "import mlflow\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("wandb.log({})", "mlflow.log_metrics({})"),
        ("wandb.log({})", "mlflow.log_metric('a', 1)"),
        ("wandb.log({})", "client.log_batch('a')"),
        ("wandb.log_artifact(a)", "mlflow.log_artifact(a)"),
        ("wandb.save(a)", "mlflow.log_artifacts(a)"),
        ("wandb.log_model(a)", "mlflow.log_figure(a)"),
        ("wandb.Table(a)", "mlflow.log_table(a)"),
        ("wandb.plot.line(a)", "mlflow.log_figure(a)"),
        ("wandb.Image(a)", "mlflow.log_image(a)"),
        ("wandb.Image(a)", "mlflow.log_artifact(a)"),
        ("wandb.init()", "pass"),
        ("wandb.config.update({})", "pass"),
        ("print(1)", "pass"),
        ("run = other()\nrun.log(1)", "pass"),
    ],
)
def test_a_call_of_the_same_kind_takes_the_place(before: str, after: str) -> None:
    assert told(f"{HEAD}{before}\n", f"{NEW}{after}\n") == ""


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ("wandb.log({})", "pass", "log"),
        ("wandb.log({})", "mlflow.log_artifact(a)", "log"),
        ("wandb.log({})", "mlflow.log_param('a', 1)", "log"),
        ("wandb.log_artifact(a)", "mlflow.log_metric('a', 1)", "log_artifact"),
        ("wandb.Table(a)", "mlflow.log_metric('a', 1)", "Table"),
        ("wandb.save(a)", "import torch\ntorch.save(a)", "save"),
        ("wandb.log({})", "import other\nother.log_metric('a', 1)", "log"),
        ("from wandb import log\nlog({})", "pass", "log"),
        ("from wandb import log as l\nl({})", "pass", "log"),
        ("import wandb as w\nw.log({})", "pass", "log"),
        ("run = wandb.init()\nrun.log({})", "pass", "log"),
        ("with wandb.init() as run:\n    run.log({})", "pass", "log"),
        ("if run := wandb.init():\n    run.log({})", "pass", "log"),
        ("run: object = wandb.init()\nrun.log({})", "pass", "log"),
        ("self.run = wandb.init()\nself.run.log({})", "pass", "log"),
        ("runs[0] = wandb.init()\nruns[0].log({})", "pass", "log"),
        ("a = b = wandb.init()\nb.log({})", "pass", "log"),
        ("run = wandb.init()\nother = run\nother.log({})", "pass", "log"),
        ("wandb.init().log({})", "pass", "log"),
        ("wandb.runs()[0].log({})", "pass", "log"),
    ],
)
def test_a_call_without_one_is_told(before: str, after: str, name: str) -> None:
    line = 1 + len(before.splitlines())
    assert told(f"{HEAD}{before}\n", f"{NEW}{after}\n") == gone(line, name)


@pytest.mark.parametrize("name", ["watch", "alert", "sweep", "agent", "use_artifact"])
def test_a_call_that_has_no_counterpart_is_never_deleted(name: str) -> None:
    after = f"{NEW}mlflow.log_metrics({{}})\n"
    assert told(f"{HEAD}wandb.log({{}})\nwandb.{name}(m)\n", after) == refused(3, name)


def test_the_way_back_has_its_own_words() -> None:
    before = f"{NEW}mlflow.log_metric('a', 1)\nmlflow.log_figure(f)\n"
    after = f"{HEAD}wandb.log({{}})\n"
    assert told(before, after, "mlflow", "wandb") == gone(3, "log_figure", "mlflow", "wandb")
    assert told(before, f"{after}wandb.Image(f)\n", "mlflow", "wandb") == ""
    register = f"{before}mlflow.register_model(m)\n"
    assert told(register, f"{after}wandb.Image(f)\n", "mlflow", "wandb") == refused(
        4, "register_model", "mlflow", "wandb"
    )


BOTH = """\
import wandb
def train():
    wandb.log({})
class Trainer:
    def test(self):
        wandb.log({})
"""


def test_a_call_is_looked_for_in_the_function_it_stood_in() -> None:
    moved = BOTH.replace("wandb.log", "mlflow.log_metrics").replace("wandb", "mlflow")
    assert told(BOTH, moved) == ""
    first = moved.replace("mlflow.log_metrics({})", "pass", 1)
    assert told(BOTH, first) == gone(3, "log")
    last = "pass".join(moved.rsplit("mlflow.log_metrics({})", 1))
    assert told(BOTH, last) == gone(6, "log")


def test_a_function_that_is_gone_may_have_its_calls_anywhere() -> None:
    assert told(BOTH, f"{NEW}def other():\n    mlflow.log_metrics({{}})\n") == ""
    assert told(BOTH, f"{NEW}def other():\n    pass\n") == gone(3, "log")


def test_asynchronous_functions_are_functions() -> None:
    before = f"{HEAD}async def f():\n    wandb.log({{}})\n"
    after = f"{NEW}mlflow.log_metric('a', 1)\nasync def f():\n    pass\n"
    assert told(before, after) == gone(3, "log")


def test_what_is_not_known_or_cannot_be_read_is_not_told() -> None:
    assert told(f"{HEAD}wandb.log({{}})\n", "", source="clearml") == ""
    assert told("def (", "") == ""
    assert told(f"{HEAD}wandb.log({{}})\n", "def (") == gone(2, "log")


def test_a_target_without_known_traces_has_calls_of_its_own_module() -> None:
    assert told(f"{HEAD}wandb.log({{}})\n", "import neptune\nneptune.log_metric(1)\n") != ""
    assert told("", "", target="neptune") == ""


def test_names_are_made_by_a_component_however_many_hands_they_go_through() -> None:
    text = "import wandb\nc = b.x\nb = a\na = wandb.init()\nother = thing()\nfor i in a: pass\n"
    tree = ast.parse(text)
    assert find_made(tree, find_imports(tree)) == {"a", "b", "c"}


GIT = """\
import git
repo = git.Repo(".")
repo.index.add(["data.csv"])
repo.index.commit("Data")
if release:
    repo.create_tag(release)
"""
START = 'from dvc.repo import Repo\nrepo = Repo(".")\n'


@pytest.mark.parametrize(
    "after",
    [
        'repo.add("data.csv")\nrepo.scm.commit("Data")\nrepo.scm.tag(release)\n',
        'import subprocess\nfor words in ("dvc add data.csv", "git commit -m Data"):\n'
        '    subprocess.run(words.split())\nsubprocess.run(["git", "tag", release])\n',
        'def git(*words):\n    run(["git", *words])\n\nrepo.add("data.csv")\n'
        'git("commit", "-m", "Data")\ngit("tag", release)\n',
        'def keep():\n    repo.add("data.csv")\n    repo.scm.commit("Data")\n'
        "    repo.scm.tag(release)\n\nkeep()\n",
    ],
)
def test_what_git_did_is_done_with_dvc_in_any_style(after: str) -> None:
    assert find_unaccounted("gitpython", "dvc", GIT, START + after) == ""


@pytest.mark.parametrize(
    ("after", "word"),
    [
        ('repo.add("data.csv")\nrepo.scm.commit("Data")\n', "line 6 of the original: `create_tag`"),
        ('repo.add("data.csv")\nrepo.scm.tag(release)\n', "`commit` of gitpython is gone"),
        ('repo.scm.commit("Data")\nrepo.scm.tag(release)\n', "`add` of gitpython is gone"),
    ],
)
def test_a_call_that_nothing_took_the_place_of_is_noticed(after: str, word: str) -> None:
    assert word in find_unaccounted("gitpython", "dvc", GIT, START + after)
