"""The versions a project asks for: requirements.txt, pyproject.toml and uv.lock near a script."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

LARGEST_BYTES = 5_000_000
"""A longer requirements file is none."""


@dataclass(frozen=True, slots=True)
class Pins:
    """What a project's own files say about versions."""

    requirements: tuple[Requirement, ...] = ()
    """Markers already decided for the running Python; addresses and editables are left out."""
    files: tuple[str, ...] = ()
    """The files read, relative to the root."""


def read_pins(root: Path, folder: Path) -> Pins:
    """Read the nearest files of each kind, from the script's folder up to the root."""
    root = root.resolve()
    folder = folder.resolve()
    places = [folder, *folder.parents] if folder.is_relative_to(root) else [root]
    places = [place for place in places if place.is_relative_to(root)]
    requirements: list[Requirement] = []
    files: list[str] = []
    for name, read in (
        ("requirements.txt", read_requirements),
        ("pyproject.toml", read_project),
        ("uv.lock", read_lock),
    ):
        path = next((place / name for place in places if (place / name).is_file()), None)
        if path is not None:
            requirements += read(path, root)
            files.append(path.relative_to(root).as_posix())
    return Pins(tuple(requirements), tuple(files))


def read_requirements(path: Path, root: Path) -> list[Requirement]:
    """Read a requirements file and those it includes, as far as they lie below the root."""
    found: list[Requirement] = []
    pending = [path]
    seen: set[Path] = set()
    while pending:
        file = pending.pop().resolve()
        if file in seen or not file.is_relative_to(root) or not file.is_file():
            continue
        seen.add(file)
        for line in list_lines(read_bounded(file)):
            option, _, value = line.replace("=", " ", 1).partition(" ")
            if option in ("-r", "-c", "--requirement", "--constraint"):
                pending.append(file.parent / value.strip())
            elif not line.startswith("-"):
                found += parse_requirement(line)
    return found


def list_lines(text: str) -> Iterator[str]:
    """Yield the logical lines of a requirements file: continued ones joined, comments cut."""
    for line in text.replace("\\\r\n", " ").replace("\\\n", " ").splitlines():
        stripped = line.lstrip()
        bare = "" if stripped.startswith("#") else stripped.split(" #", 1)[0].strip()
        if bare:
            yield bare.split(" --", 1)[0].strip()


def read_project(path: Path, root: Path) -> list[Requirement]:
    """Read `[project.dependencies]` of a pyproject.toml; nothing where it is broken."""
    del root
    project = read_toml(path).get("project")
    lines = project.get("dependencies") if isinstance(project, dict) else None
    found: list[Requirement] = []
    for line in lines if isinstance(lines, list) else []:
        found += parse_requirement(str(line))
    return found


def read_lock(path: Path, root: Path) -> list[Requirement]:
    """Read the versions of a uv.lock; a package locked to several versions is left free."""
    del root
    packages = read_toml(path).get("package")
    versions: dict[str, set[str]] = {}
    for package in packages if isinstance(packages, list) else []:
        if not isinstance(package, dict):
            continue
        source = package.get("source")
        if isinstance(source, dict) and "registry" in source:
            name, version = str(package.get("name")), str(package.get("version"))
            versions.setdefault(name, set()).add(version)
    found: list[Requirement] = []
    for name, choices in versions.items():
        if len(choices) == 1:
            found += parse_requirement(f"{name}=={choices.pop()}")
    return found


def parse_requirement(line: str) -> list[Requirement]:
    """Parse one requirement; empty for an address, a broken line, or a marker that is false."""
    try:
        requirement = Requirement(line)
    except InvalidRequirement:
        return []
    if requirement.url or (requirement.marker and not requirement.marker.evaluate()):
        return []
    requirement.marker = None
    return [requirement]


def read_toml(path: Path) -> dict[str, object]:
    """Read a TOML file; empty where it is broken, since it is not the run's to mend."""
    try:
        return tomllib.loads(read_bounded(path))
    except tomllib.TOMLDecodeError:
        return {}


def read_bounded(path: Path) -> str:
    """Read a text file as lossy UTF-8; empty where it is too long or not readable."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError:
        return ""
    return "" if len(content) > LARGEST_BYTES else content.decode("utf-8-sig", errors="replace")


def normalise_name(name: str) -> str:
    """Write a distribution's name as an index does."""
    return str(canonicalize_name(name))
