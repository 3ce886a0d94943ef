"""The repository that a script under version control finds."""

import os
import subprocess
from pathlib import Path

import pytest

from sandbox.oracles.planting import (
    HOUSE,
    is_code_file,
    is_version_file,
    makes_dvc_itself,
    plant_repository,
    version_variables,
)
from tests.sandbox.oracles.repositories import git


def plant(folder: Path, *, dvc: bool = False, **files: str) -> Path:
    work = folder / "work"
    work.mkdir()
    for name, text in files.items():
        path = work / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    plant_repository(work, "/job", dvc=dvc)
    return work


def tracked(work: Path) -> list[str]:
    return git(work, "ls-files").split("\n")


def test_git_and_dvc_have_an_identity_and_stay_below_the_work_folder() -> None:
    assert version_variables("/some/job") == {
        "GIT_AUTHOR_NAME": "user",
        "GIT_AUTHOR_EMAIL": "user@example.com",
        "GIT_COMMITTER_NAME": "user",
        "GIT_COMMITTER_EMAIL": "user@example.com",
        "GIT_CONFIG_GLOBAL": "/some/job/.vcs-home/gitconfig",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CEILING_DIRECTORIES": "/some",
        "DVC_NO_ANALYTICS": "1",
        "DVC_GLOBAL_CONFIG_DIR": "/some/job/.vcs-home/dvc",
        "DVC_SYSTEM_CONFIG_DIR": "/some/job/.vcs-home/system",
        "DVC_SITE_CACHE_DIR": "/some/job/.vcs-home/cache",
    }


@pytest.mark.parametrize(
    ("path", "own"),
    [
        (".git/HEAD", True),
        ("sub/.git/HEAD", True),
        (".dvc/config", True),
        (f"{HOUSE}/remote/x", True),
        ("data/x.csv.dvc", True),
        ("sub/.gitignore", True),
        (".gitattributes", True),
        (".dvcignore", True),
        ("dvc.lock", True),
        ("dvc.yaml", True),
        ("git/HEAD", False),
        ("x.dvc.csv", False),
        ("my.dvc.yaml", False),
        ("data.csv", False),
    ],
)
def test_what_belongs_to_git_and_dvc_is_not_the_script_s(path: str, own: bool) -> None:
    assert is_version_file(path) is own


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("train.py", True),
        ("conf/a.yaml", True),
        ("sub/requirements-dev.txt", True),
        ("Makefile", True),
        ("README", True),
        ("data.csv", False),
        ("notes.txt", False),
        ("my-requirements.txt", False),
        ("model.pkl", False),
    ],
)
def test_code_and_settings_are_told_from_data(path: str, code: bool) -> None:
    assert is_code_file(path) is code


@pytest.mark.parametrize(
    "text",
    [
        "from dvc.repo import Repo\nRepo.init('.')",
        "from dvc.repo import Repo as R\nR.init('.')",
        "import dvc.repo\ndvc.repo.Repo.init()",
        "import dvc.repo as r\nr.Repo.init()",
        "from dvc import repo\nrepo.Repo.init()",
        "from dvc import repo as r\nr.Repo.init()",
        "from dvc.repo.init import init\ninit('.')",
        "from dvc.repo import init\ninit.init('.')",
        "from dvc.cli import main\nmain(['init'])",
        "from dvc.main import main as m\nm(('init', '-q'))",
        "import dvc.cli\ndvc.cli.main(['init'])",
        "subprocess.run(['dvc', 'init'])",
        "subprocess.run(('python', '-m', 'dvc', 'init', '-q'))",
        "os.system('dvc init')",
        "os.system(' dvc init -q')",
        "run_dvc('init')",
        "self.DVC('init')",
        "run('dvc', 'init')",
    ],
)
def test_a_script_that_makes_a_repository_of_dvc_itself_is_known(text: str) -> None:
    assert makes_dvc_itself(text)


@pytest.mark.parametrize(
    "text",
    [
        "def (",
        "x\0",
        "from other import Repo\nRepo.init('.')",
        "from git import Repo\nRepo.init('.')",
        "import dvc.repo as r\nr.Other.init()",
        "import other as r\nr.Repo.init()",
        "from dvc.repo import Repo\nRepo.add('.')",
        "init('.')",
        "main(['init'])",
        "from dvc.cli import main\nmain(['add'])",
        "from dvc.cli import main\nmain('init')",
        "subprocess.run(['dvc', 'add', 'init'])",
        "subprocess.run(['init', 'dvc'])",
        "os.system('git init')",
        "os.system('mydvc init')",
        "os.system('dvc initial')",
        "run_dvc('add', 'init')",
        "run_git('init')",
        "run_dvc()",
        "f(*['a'], b=1)",
        "x = {'dvc': 'init'}",
    ],
)
def test_any_other_script_is_not_one(text: str) -> None:
    assert not makes_dvc_itself(text)


def test_code_is_committed_and_data_lies_beside_it(tmp_path: Path) -> None:
    work = plant(tmp_path, train_py="x = 1\n", data_csv="1,2\n", conf__a_yaml="a: 1\n", _env_py="")
    assert tracked(work) == ["conf/a.yaml", "train.py"]
    assert git(work, "status", "--porcelain", "--untracked-files=all").split("\n") == [
        "?? .env.py",
        "?? data.csv",
    ]
    assert git(work, "log", "--all", "--format=%s|%an|%ae|%cn|%ce|%aI|%cI|%D") == (
        "State before the run|user|user@example.com|user|user@example.com"
        "|2020-01-01T00:00:00+00:00|2020-01-01T00:00:00+00:00|HEAD -> main"
    )


def test_an_empty_folder_has_a_first_commit_too(tmp_path: Path) -> None:
    work = plant(tmp_path)
    assert git(work, "log", "--format=%s") == "State before the run"
    assert tracked(work) == [""]


@pytest.mark.parametrize(
    ("text", "branch"),
    [
        ("repo.heads.master", "master"),
        ("git.checkout('master')", "master"),
        ('x = "master"', "master"),
        ("master = 1", "main"),
        ("heads.masters", "main"),
        ("repo.heads.master or repo.heads.main", "main"),
        ("'master' if a else 'main'", "main"),
        ("x = 1", "main"),
    ],
)
def test_the_first_branch_is_the_one_a_script_knows(tmp_path: Path, text: str, branch: str) -> None:
    work = plant(tmp_path, a_py="x = 1\n", train_py=text)
    assert git(work, "branch", "--show-current") == branch


DVC = [".dvc/.gitignore", ".dvc/config", ".dvcignore", "train.py"]


@pytest.mark.parametrize(
    ("dvc", "text", "files"),
    [
        (True, "x = 1", DVC),
        (False, "import dvc.api", DVC),
        (False, "x = 1", ["train.py"]),
        (True, "os.system('dvc init')", ["train.py"]),
        (False, "import dvc\nos.system('dvc init')", ["train.py"]),
    ],
)
def test_a_repository_of_dvc_is_there_unless_the_script_makes_it(
    tmp_path: Path, dvc: bool, text: str, files: list[str]
) -> None:
    work = plant(tmp_path, dvc=dvc, train_py=text)
    assert tracked(work) == files
    if files == DVC:
        assert (work / ".dvc" / "config").read_text() == ""
        assert (work / ".dvc" / ".gitignore").read_text() == "/config.local\n/tmp\n/cache\n"


def test_settings_lie_in_a_house_that_git_does_not_see(tmp_path: Path) -> None:
    work = plant(tmp_path, train_py="x = 1\n", __pycache____x_py="")
    house = work / HOUSE
    assert (house / "exclude").read_text() == "/.vcs-home/\n__pycache__/\n"
    assert (work / ".git/info/exclude").read_text() == "/.vcs-home/\n__pycache__/\n"
    assert (house / "dvc/config").read_text() == (
        "[core]\n    analytics = false\n    check_update = false\n    remote = storage\n"
        "['remote \"storage\"']\n    url = /job/.vcs-home/remote\n"
    )
    assert (house / "gitconfig").read_text() == (
        "[user]\n\tname = user\n\temail = user@example.com\n[safe]\n\tdirectory = *\n"
        "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"
        "[core]\n\thooksPath = /dev/null\n\texcludesFile = /job/.vcs-home/exclude\n"
    )
    assert git(work, "status", "--porcelain") == ""


def test_git_reads_the_settings_as_they_are_meant(tmp_path: Path) -> None:
    work = plant(tmp_path)
    variables = {**version_variables(str(work)), "PATH": os.environ["PATH"]}
    for key, value in (("gc.auto", "0"), ("core.hookspath", "/dev/null"), ("user.name", "user")):
        read = subprocess.run(
            ["git", "config", key],
            cwd=work,
            env=variables,
            capture_output=True,
            text=True,
            check=True,
        )
        assert read.stdout.strip() == value


def test_what_is_planted_once_is_left_alone(tmp_path: Path) -> None:
    work = plant(tmp_path, train_py="x = 1\n")
    (work / "later.py").touch()
    plant_repository(work, "/job", dvc=True)
    assert tracked(work) == ["train.py"]
    assert not (work / ".dvc").exists()
    bare = tmp_path / "bare"
    (bare / HOUSE).mkdir(parents=True)
    plant_repository(bare, "/job", dvc=True)
    assert [path.name for path in bare.iterdir()] == [HOUSE]


def test_links_are_not_read_as_programs(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "link.py").symlink_to(tmp_path / "outside.py")
    (tmp_path / "outside.py").write_text("'master'")
    plant_repository(tmp_path / "work", "/job", dvc=False)
    assert git(tmp_path / "work", "branch", "--show-current") == "main"


def test_a_program_that_is_no_utf8_is_read_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "a.py").write_bytes(b"# \xff\nx = 'master'\n")
    plant_repository(tmp_path / "work", "/job", dvc=False)
    assert git(tmp_path / "work", "branch", "--show-current") == "master"
