from pathlib import Path

import pytest

from agents.comparison import Claim, read_comparison
from agents.intake import IntakeError
from agents.records import Given
from agents.settings import Settings

BEFORE = "import wandb\nrun = wandb.init()\nrun.log({'loss': 0.5})\n"
AFTER = "import mlflow\nmlflow.log_metric('loss', 0.5)\n"


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return folder


def give(before: Path, after: Path, functionality: str, target: str, **more: str) -> Given:
    claim = Claim(functionality, target, **more)
    request = read_comparison(before, after, claim, Settings())
    assert request.given is not None
    return request.given


def test_two_scripts_differ_in_the_script_alone(tmp_path: Path) -> None:
    write(tmp_path, train="x = 1\n", tracked="import mlflow\nx = 1\n", other="y = 2\n")
    given = give(tmp_path / "train.py", tmp_path / "tracked.py", "experiment_tracking", "mlflow")
    assert given.files == {"train.py": "import mlflow\nx = 1\n"}
    assert given.deleted == ()
    assert (given.stage.task, given.stage.source) == ("inline", None)


def test_a_script_elsewhere_brings_the_modules_it_imports(tmp_path: Path) -> None:
    before = write(tmp_path / "a", train="import data\n", data="n = 1\n", idle="z = 0\n")
    after = write(
        tmp_path / "b", train="import data\nimport mlflow\n", data="n = 2\n", idle="z = 9"
    )
    given = give(before / "train.py", after / "train.py", "experiment_tracking", "mlflow")
    assert set(given.files) == {"train.py", "data.py"}


def test_what_a_folder_lacks_was_deleted_and_what_it_has_more_is_new(tmp_path: Path) -> None:
    before = write(tmp_path / "a", train="import data\n", data="n = 1\n")
    after = write(tmp_path / "b", train="import mlflow\n", extra="n = 1\n")
    given = give(before, after, "experiment_tracking", "mlflow")
    assert given.deleted == ("data.py",)
    assert set(given.files) == {"train.py", "extra.py"}


def test_a_component_for_the_same_thing_is_the_one_moved_away_from(tmp_path: Path) -> None:
    write(tmp_path, before=BEFORE, after=AFTER)
    given = give(tmp_path / "before.py", tmp_path / "after.py", "experiment_tracking", "mlflow")
    assert (given.stage.task, given.stage.source) == ("translate", "wandb")


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("import git\nsha = git.Repo('.').head.object.hexsha\n", None),
        ("import git\nrepo = git.Repo('.')\nrepo.index.add(['d.csv'])\n", "gitpython"),
        ("import torch\nq = torch.ao\n", None),
    ],
)
def test_asking_git_for_a_hash_is_not_versioning(
    tmp_path: Path, text: str, source: str | None
) -> None:
    write(tmp_path, before=text, after="import dvc\n")
    given = give(tmp_path / "before.py", tmp_path / "after.py", "version_control", "dvc")
    assert given.stage.source == source


def test_words_name_what_was_asked_for(tmp_path: Path) -> None:
    write(tmp_path, before="x = 1\n", after="import optuna\n")
    given = give(
        *(tmp_path / "before.py", tmp_path / "after.py", "hyperparameter_optimization", "optuna"),
        words="Tune it with Optuna in 20 trials",
    )
    assert given.stage.asked == {"trials": "20"}


def test_a_second_program_that_is_no_python_is_for_the_gates_to_judge(tmp_path: Path) -> None:
    write(tmp_path, before="x = 1\n", after="def (:\n")
    given = give(tmp_path / "before.py", tmp_path / "after.py", "experiment_tracking", "mlflow")
    assert given.files == {"before.py": "def (:\n"}


@pytest.mark.parametrize(
    ("functionality", "target", "source", "says"),
    [
        ("tracking", "mlflow", "", "it is one of experiment_tracking"),
        ("other", "mlflow", "", "cannot be 'other'"),
        ("experiment_tracking", "neptune", "", "no component that is known"),
        ("experiment_tracking", "optuna", "", "does hyperparameter optimization, not"),
        ("experiment_tracking", "mlflow", "dvc", "does version control, not"),
    ],
)
def test_a_claim_that_cannot_be_is_refused(
    tmp_path: Path, functionality: str, target: str, source: str, says: str
) -> None:
    write(tmp_path, before="x = 1\n", after="x = 2\n")
    with pytest.raises(IntakeError, match=says):
        give(
            *(tmp_path / "before.py", tmp_path / "after.py", functionality, target),
            source=source,
        )


def test_what_cannot_be_compared_is_said(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", train="x = 1\n")
    other = write(tmp_path / "b", other="x = 1\n")
    (tmp_path / "latin.py").write_bytes(b"x = '\xe9'\n")
    (tmp_path / "data.py").write_text("#" * (3 * 2**20))
    for before, after, says in (
        (folder, folder / "train.py", "both scripts or both folders"),
        (folder / "train.py", tmp_path / "missing.py", "does not exist"),
        (folder, other, "has no train.py"),
        (folder / "train.py", tmp_path / "latin.py", "not UTF-8"),
        (folder / "train.py", tmp_path / "data.py", "larger than"),
    ):
        with pytest.raises(IntakeError, match=says):
            give(before, after, "experiment_tracking", "mlflow")
