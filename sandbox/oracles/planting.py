"""What a script under version control must find: a repository made of the files that travelled.

Hidden files never travel, so neither a `.git` nor a `.dvc` of the user's comes along. Code and
settings are committed, data is not: DVC refuses what git tracks already, and whoever asks for data
to be versioned has it lying there unversioned.
"""

import ast
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

HOUSE = ".vcs-home"
"""Below the work folder: settings of git and DVC, DVC's caches for a machine, a local remote."""

PLANTED = "State before the run"
"""Message of the one commit that is there before a script starts."""

_CODE = frozenset(
    {".py", ".toml", ".cfg", ".ini", ".yaml", ".yml", ".md", ".rst", ".sh", ".ipynb", ".lock"}
)
_CODE_NAMES = re.compile(r"(requirements.*\.txt|Makefile|Dockerfile|LICENSE|README.*)")
_GIT_SECONDS = 60
_DATE = "2020-01-01T00:00:00+0000"
_PERSON = ("user", "user@example.com")
_DVC_FILES = {
    ".dvc/config": "",
    ".dvc/.gitignore": "/config.local\n/tmp\n/cache\n",
    ".dvcignore": "# Add patterns of files dvc should ignore\n",
}


def version_variables(work: str) -> Mapping[str, str]:
    """Environment of git and DVC: an identity, no hooks, no network, everything below `work`."""
    house = f"{work}/{HOUSE}"
    name, address = _PERSON
    return {
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": address,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": address,
        "GIT_CONFIG_GLOBAL": f"{house}/gitconfig",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        # A work folder may lie in somebody's checkout: git must not climb into it.
        "GIT_CEILING_DIRECTORIES": str(PurePosixPath(work).parent),
        "DVC_NO_ANALYTICS": "1",
        "DVC_GLOBAL_CONFIG_DIR": f"{house}/dvc",
        "DVC_SYSTEM_CONFIG_DIR": f"{house}/system",
        "DVC_SITE_CACHE_DIR": f"{house}/cache",
    }


def is_version_file(relative: str) -> bool:
    """Tell whether a path belongs to git or DVC, not to the script."""
    path = PurePosixPath(relative)
    return (
        bool({".git", ".dvc", HOUSE} & set(path.parts))
        or path.suffix == ".dvc"
        or path.name in (".gitignore", ".gitattributes", ".dvcignore", "dvc.lock", "dvc.yaml")
    )


def is_code_file(relative: str) -> bool:
    """Tell code and settings, which belong into git, from data."""
    path = PurePosixPath(relative)
    return path.suffix in _CODE or bool(_CODE_NAMES.fullmatch(path.name))


def plant_repository(folder: Path, work: str, *, dvc: bool) -> None:
    """Make a work folder a git repository, and one of DVC unless the script makes it so itself.

    Does nothing where it has been done. Without git on this machine the script will say so.
    """
    house = folder / HOUSE
    if house.exists():
        return
    (house / "dvc").mkdir(parents=True)
    (house / "exclude").write_text(f"/{HOUSE}/\n__pycache__/\n")
    (house / "gitconfig").write_text(_write_git_settings(f"{work}/{HOUSE}"))
    (house / "dvc" / "config").write_text(
        "[core]\n    analytics = false\n    check_update = false\n    remote = storage\n"
        f"['remote \"storage\"']\n    url = {work}/{HOUSE}/remote\n"
    )
    git = shutil.which("git")
    if git is None:
        return
    texts = tuple(_read_programs(folder))
    code = [name for name in _list_files(folder) if is_code_file(name)]
    if (dvc or any("dvc" in text for text in texts)) and not any(map(makes_dvc_itself, texts)):
        for name, text in _DVC_FILES.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)
        code += _DVC_FILES
    branch = "master" if any(map(_means_master, texts)) else "main"
    _run_git(git, folder, "init", "-q", "--template=", "-b", branch)
    (folder / ".git" / "info").mkdir(exist_ok=True)
    (folder / ".git" / "info" / "exclude").write_text(f"/{HOUSE}/\n__pycache__/\n")
    if code:
        listed = "\0".join(code).encode()
        _run_git(git, folder, "add", "--pathspec-from-file=-", "--pathspec-file-nul", given=listed)
    _run_git(git, folder, "commit", "-q", "--allow-empty", "-m", PLANTED)


def makes_dvc_itself(text: str) -> bool:
    """Tell whether a program calls `dvc init`, through its API or its command."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    names = {"dvc.repo.Repo", "dvc.repo.init"}
    mains = {"dvc.cli.main", "dvc.main.main"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                dotted = f"{node.module}.{alias.name}"
                bound = alias.asname or alias.name
                if dotted in ("dvc.repo.Repo", "dvc.repo.init"):
                    names.add(bound)
                elif dotted == "dvc.repo":
                    names.add(f"{bound}.Repo")
                elif dotted in mains:
                    mains.add(bound)
                elif dotted == "dvc.repo.init.init":
                    return True
        elif isinstance(node, ast.Import):
            names |= {f"{a.asname}.Repo" for a in node.names if a.name == "dvc.repo" and a.asname}
    return any(_is_init(node, names, mains) for node in ast.walk(tree))


def _is_init(node: ast.AST, names: set[str], mains: set[str]) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return bool(re.match(r"\s*dvc init\b", node.value))
    if isinstance(node, ast.List | ast.Tuple):
        return _has_words(node.elts, "dvc", "init")
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func)
    if isinstance(node.func, ast.Attribute) and node.func.attr == "init":
        return ast.unparse(node.func.value) in names
    first = node.args[0] if node.args else None
    if name in mains and isinstance(first, ast.List | ast.Tuple):
        return _has_words(first.elts, "init")
    return _has_words(node.args, "dvc", "init") or (
        "dvc" in name.lower() and isinstance(first, ast.Constant) and first.value == "init"
    )


def _has_words(nodes: list[ast.expr], *words: str) -> bool:
    said = [node.value if isinstance(node, ast.Constant) else None for node in nodes]
    size = len(words)
    return any(tuple(said[at : at + size]) == words for at in range(len(said) - size + 1))


def _means_master(text: str) -> bool:
    """A script written for the older name of the first branch would find nothing under `main`."""
    return bool(re.search(r"heads\.master\b|[\"']master[\"']", text)) and not re.search(
        r"heads\.main\b|[\"']main[\"']", text
    )


def _list_files(folder: Path) -> list[str]:
    names = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return [name.as_posix() for name in names if not name.parts[0].startswith(".")]


def _read_programs(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.py")):
        if path.is_file() and not path.is_symlink():
            yield path.read_text(encoding="utf-8", errors="replace")


def _write_git_settings(house: str) -> str:
    name, address = _PERSON
    return (
        f"[user]\n\tname = {name}\n\temail = {address}\n"
        "[safe]\n\tdirectory = *\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"
        f"[core]\n\thooksPath = {os.devnull}\n\texcludesFile = {house}/exclude\n"
    )


def _run_git(git: str, folder: Path, *words: str, given: bytes = b"") -> None:
    """Run the machine's git on files that travelled, before anything of the script ran."""
    name, address = _PERSON
    subprocess.run(
        [git, *words],
        cwd=folder,
        env={
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CEILING_DIRECTORIES": str(folder.parent),
            "GIT_AUTHOR_NAME": name,
            "GIT_AUTHOR_EMAIL": address,
            "GIT_COMMITTER_NAME": name,
            "GIT_COMMITTER_EMAIL": address,
            "GIT_AUTHOR_DATE": _DATE,
            "GIT_COMMITTER_DATE": _DATE,
        },
        input=given,
        capture_output=True,
        check=False,
        timeout=_GIT_SECONDS,
    )
