"""A case of the benchmark: a script as it is, a solution, and the cheats that must be stopped."""

import os
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import inf
from pathlib import Path
from typing import Literal, TypeVar, get_args

from agents.intake import is_beside
from agents.records import GATES, Functionality, Task

Expectation = Literal["accepted", "refused", "not_accepted"]
Split = Literal["dev", "test"]
Choice = TypeVar("Choice", bound=str)

TASKS: tuple[Task, ...] = get_args(Task)
SPLITS: tuple[Split, ...] = get_args(Split)
EXPECTATIONS: tuple[Expectation, ...] = get_args(Expectation)
FUNCTIONALITIES: tuple[Functionality, ...] = get_args(Functionality)
MARK = "# stopped by:"
OWN = frozenset({"name", "folder", "before", "reference", "cheats"})
"""What a case is by where it lies, and therefore cannot state."""


class CaseError(Exception):
    """A case that cannot be used: says which file, what is wrong and what it should be."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What a `case.toml` states, handed out key by key once it is what it should be."""

    path: Path
    stated: Mapping[str, object]

    def complain(self, key: str, what: str) -> CaseError:
        return CaseError(f"{self.path}: the key `{key}` {what}")

    def take_text(self, key: str, default: str | None = None) -> str:
        value = self.stated.get(key, default)
        if not isinstance(value, str) or not (value.strip() or value == default):
            raise self.complain(key, "must be there and hold text.")
        return value

    def take_texts(self, key: str) -> tuple[str, ...]:
        value = self.stated.get(key)
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise self.complain(key, "must be there and hold a list of texts.")
        return tuple(value)

    def take_seconds(self, key: str) -> float:
        value = self.stated.get(key)
        # TOML's true is an int to Python.
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < inf:
            raise self.complain(key, "must be there and hold a number above 0.")
        return float(value)

    def take_choice(self, key: str, choices: tuple[Choice, ...]) -> Choice:
        for choice in choices:
            if self.stated.get(key) == choice:
                return choice
        raise self.complain(key, f"must be one of: {', '.join(choices)}.")


@dataclass(frozen=True, slots=True)
class Case:
    """One script to be adapted, and what is right to come of it."""

    name: str
    folder: Path
    request: str
    task: Task
    functionality: Functionality
    source: str
    """The component that is moved away from; empty for an inline task."""
    target: str
    version: str
    """The target's exact version."""
    framework: str
    run: str
    """The command that runs the script, inside `before/` or `reference/`."""
    needs: tuple[str, ...]
    """Exact pins of what the script imports, the target left out."""
    seconds: float
    """The wall time that one attempt may take."""
    split: Split
    license: str
    expect: Expectation
    """`not_accepted`: anything but accepted is right."""
    rule: str
    """The rule a refusal must name, or an empty string: any will do."""
    before: Path
    reference: Path | None
    cheats: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Cheat:
    """A dishonest edit of a case's reference, and the gate that must stop it."""

    path: Path
    gate: str
    patch: str
    """Unified diff against the files of `reference/`."""


def read_case(folder: Path) -> Case:
    """Read one case. Raises CaseError where a file is missing or says what it may not."""
    path = folder / "case.toml"
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CaseError(f"{path} is missing. Every case needs one.") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CaseError(f"{path} cannot be read: {error}") from error
    before = folder / "before"
    if not any(before.rglob("*.py")):
        raise CaseError(f"{before} holds no Python file. Put the script there as it is.")
    sheet = _Sheet(path, stated)
    reference = folder / "reference"
    case = Case(
        name=folder.resolve().name,
        folder=folder,
        request=sheet.take_text("request"),
        task=sheet.take_choice("task", TASKS),
        functionality=sheet.take_choice("functionality", FUNCTIONALITIES),
        source=sheet.take_text("source", default=""),
        target=sheet.take_text("target"),
        version=sheet.take_text("version"),
        framework=sheet.take_text("framework"),
        run=sheet.take_text("run"),
        needs=sheet.take_texts("needs"),
        seconds=sheet.take_seconds("seconds"),
        split=sheet.take_choice("split", SPLITS),
        license=sheet.take_text("license"),
        expect=sheet.take_choice("expect", EXPECTATIONS),
        rule=sheet.take_text("rule", default=""),
        before=before,
        reference=reference if reference.is_dir() else None,
        cheats=tuple(sorted((folder / "cheats").glob("*.patch"))),
    )
    known = {field.name for field in fields(Case)}
    for key in stated:
        if key not in known - OWN:
            raise sheet.complain(key, "is not known: is it misspelt?")
    return case


def find_cases(root: Path) -> tuple[Case, ...]:
    """Read every case below a folder, by name. Raises CaseError where there is none."""
    if not root.is_dir():
        raise CaseError(f"{root} is not a folder. Give the folder that holds the cases.")
    cases = tuple(read_case(path.parent) for path in sorted(root.rglob("case.toml")))
    if not cases:
        raise CaseError(f"{root} holds no case: there is no case.toml in it or below.")
    return cases


def read_cheat(path: Path) -> Cheat:
    """Read one cheat; its first line names the gate. Raises CaseError."""
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"{path} cannot be read: {error}") from error
    first, _, patch = text.partition("\n")
    if not first.startswith(MARK):
        raise CaseError(f"{path}: the first line must be `{MARK} GATE`, but is `{first.strip()}`.")
    named = first.removeprefix(MARK).strip()
    if named not in GATES:
        raise CaseError(f"{path}: `{named}` is no gate. Known are {', '.join(GATES)}.")
    return Cheat(path=path, gate=named, patch=patch)


def read_sources(folder: Path, *, beside: bool = False) -> Mapping[str, str]:
    """Read the Python files of a folder: path relative to it -> text. Links are left out.

    `beside`: its requirements and settings too.

    Raises CaseError for a file that is not UTF-8.
    """
    sources = {}
    for path in sorted(folder.rglob("*")):
        wanted = path.suffix == ".py" or (beside and is_beside(path.name))
        if wanted and path.is_file() and not path.is_symlink():
            try:
                sources[path.relative_to(folder).as_posix()] = path.read_bytes().decode("utf-8")
            except UnicodeDecodeError as error:
                raise CaseError(f"{path} is not UTF-8 text. Save it as UTF-8.") from error
    return sources


def apply_cheat(case: Case, cheat: Cheat) -> Mapping[str, str]:
    """Apply a cheat to the files of `reference/` and give all Python files, relative path -> text.

    The case itself is left as it is. Raises CaseError where the patch does not fit.
    """
    if case.reference is None:
        raise CaseError(
            f"{case.name} has no reference/, so {cheat.path.name} has nothing to change."
        )
    git = shutil.which("git")
    if git is None:
        raise CaseError("git is not installed. Cheats are applied with it: install git.")
    with tempfile.TemporaryDirectory(prefix="mlgraft-case-") as name:
        work = Path(name).resolve() / "files"
        shutil.copytree(case.reference, work)
        applied = subprocess.run(
            [git, "apply", "--whitespace=nowarn", "-"],
            cwd=work,
            # A repository around the temporary folder would make git skip the files.
            env={
                "GIT_CEILING_DIRECTORIES": str(work.parent),
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_CONFIG_NOSYSTEM": "1",
            },
            input=cheat.patch.encode(),
            capture_output=True,
            check=False,
        )
        if applied.returncode != 0:
            said = applied.stderr.decode(errors="replace").strip()
            raise CaseError(
                f"{cheat.path} does not apply to the reference of {case.name}: {said}. "
                "Make the patch anew from the files as they are."
            )
        return read_sources(work, beside=case.task == "translate")
