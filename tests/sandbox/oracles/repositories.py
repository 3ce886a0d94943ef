"""Makes repositories as git and DVC leave them: git is real, DVC's files are written by hand."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

PERSON = {
    "GIT_AUTHOR_NAME": "user",
    "GIT_AUTHOR_EMAIL": "user@example.com",
    "GIT_COMMITTER_NAME": "user",
    "GIT_COMMITTER_EMAIL": "user@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}
DATA = b"a,b\n1,2\n"


def git(folder: Path, *words: str) -> str:
    program = shutil.which("git")
    assert program
    made = subprocess.run(
        [program, *words],
        cwd=folder,
        env={**PERSON, "PATH": os.environ["PATH"], "GIT_CEILING_DIRECTORIES": str(folder.parent)},
        check=True,
        capture_output=True,
        text=True,
    )
    return made.stdout.strip()


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def keep(folder: Path, data: bytes) -> str:
    digest = md5(data)
    place = folder / ".dvc" / "cache" / "files" / "md5" / digest[:2] / digest[2:]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return digest


def point(digest: str, path: str) -> str:
    return f"outs:\n- md5: {digest}\n  size: 8\n  hash: md5\n  path: {path}\n"


def start(folder: Path) -> None:
    git(folder, "init", "-q", "--template=", "-b", "main")
    (folder / "train.py").write_text("print(1)\n")
    git(folder, "add", "train.py")
    git(folder, "commit", "-q", "-m", "State before the run")


def add_with_dvc(folder: Path, name: str = "data.csv", data: bytes = DATA) -> None:
    (folder / name).write_bytes(data)
    (folder / f"{name}.dvc").write_text(point(keep(folder, data), name))
    with (folder / ".gitignore").open("a") as file:
        file.write(f"/{name}\n")


def commit(folder: Path, message: str = "Keep the data") -> None:
    git(folder, "add", "-A")
    git(folder, "reset", "-q", "--", ".dvc")
    git(folder, "commit", "-q", "-m", message)
