"""Needs -> a lock: every package with its exact version and hashes."""

import re
import tempfile
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from sandbox.environments.installer import Installer, Unsolvable
from sandbox.environments.needs import Needs
from sandbox.environments.pins import read_requirements
from sandbox.environments.torch_build import breaks_beside_cpu, describe_choice, find_cpu_build


@dataclass(frozen=True, slots=True)
class Resolution:
    """A lock, and the choices made for it."""

    lock: str
    packages: Mapping[str, str]
    notes: tuple[str, ...]


async def resolve(
    needs: Needs, python: Path, installer: Installer
) -> AsyncGenerator[str | Resolution, None]:
    """Yield progress, the Resolution last; raises EnvironmentProblem.

    A local CPU build of torch and the project's further versions are wishes: where nothing can be
    found with them, they are given up one after the other, and the notes say so.
    """
    folders = installer.settings.link_folders
    limits = [*needs.requirements, *needs.pins, *needs.constraints]
    limits += list_configured(installer.settings.constraints)
    build = None if needs.gpu else find_cpu_build(folders, limits)
    wishes = [(build, needs.constraints), (build, ()), (None, needs.constraints), (None, ())]
    wishes = list(dict.fromkeys(wishes))
    for position, (cpu, constraints) in enumerate(wishes):
        chosen = [*constraints, *([cpu.constraint] if cpu else [])]
        try:
            with tempfile.TemporaryDirectory(prefix="mlgraft-lock-") as scratch:
                lock = Path(scratch, "lock.txt")
                arguments = write_inputs(Path(scratch), needs, chosen, installer, python)
                async with aclosing(installer.run(*arguments, "--output-file", str(lock))) as steps:
                    async for sentence in steps:
                        yield sentence
                text = lock.read_text(encoding="utf-8")
        except Unsolvable:
            if position + 1 == len(wishes):
                raise
            continue
        packages = read_lock_versions(text)
        if cpu and breaks_beside_cpu(packages):
            continue
        notes = [describe_choice(packages, cpu)]
        dropped = sorted(set(needs.constraints) - set(constraints))
        if dropped:
            notes.append(
                "versions of the project that no solution keeps were given up: "
                + ", ".join(dropped)
            )
        yield Resolution(text, packages, tuple(note for note in notes if note))
        return


def write_inputs(
    scratch: Path, needs: Needs, constraints: Iterable[str], installer: Installer, python: Path
) -> tuple[str, ...]:
    """Write uv's input files; return its arguments."""
    wanted = scratch / "wanted.txt"
    wanted.write_text("\n".join([*needs.requirements, *needs.pins]) + "\n", encoding="utf-8")
    limits = scratch / "limits.txt"
    limits.write_text("\n".join(constraints) + "\n", encoding="utf-8")
    arguments = ["pip", "compile", str(wanted), "--python", str(python), "--constraints"]
    arguments.append(str(limits))
    for configured in installer.settings.constraints:
        arguments += ["--constraints", configured]
    # Wheels only: building from source would run a stranger's code outside of any sandbox.
    arguments += ["--only-binary", ":all:", "--generate-hashes", "--no-header", "--no-annotate"]
    return tuple(arguments)


def list_configured(files: Iterable[str]) -> list[str]:
    """List the versions that pip's own constraint files set."""
    paths = [Path(name).expanduser().resolve() for name in files]
    return [str(item) for path in paths for item in read_requirements(path, path.parent)]


def read_lock_versions(lock: str) -> dict[str, str]:
    """Read names and versions from a lock."""
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock, re.MULTILINE))
