"""Needs -> a virtual environment, built once for each lock."""

import hashlib
import json
import os
import platform
import shutil
import sys
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from pathlib import Path

from sandbox.environments.installer import Installer
from sandbox.environments.interpreter import Environment, find_base_python, read_interpreter
from sandbox.environments.needs import EnvironmentProblem, Needs
from sandbox.environments.pip_settings import PipSettings, PipSettingsError, read_pip_settings
from sandbox.environments.resolution import Resolution, resolve
from sandbox.environments.shelf import Shelf, open_shelf

BUILD_SECONDS = 1200.0
FORMAT = 1
"""Raised whenever environments are built in another way than before."""


async def prepare_environment(
    needs: Needs,
    cache: Path,
    *,
    environ: Mapping[str, str] | None = None,
    seconds: float = BUILD_SECONDS,
) -> AsyncGenerator[str | Environment, None]:
    """Yield sentences on the progress, the Environment last; raises EnvironmentProblem.

    What was asked for before comes from the cache, without network.
    """
    environ = os.environ if environ is None else environ
    settings = read_settings(environ)
    shelf = open_shelf_at(cache / "environments")
    python = find_base_python()
    key = name_by_hash(repr(needs), describe_machine(python), settings.digest())
    found = shelf.find(key)
    if found is not None:
        yield describe_built(shelf, *found, cached=True)
        return
    installer = Installer(settings, environ, shelf.folder, time.monotonic() + seconds)
    yield f"resolving {', '.join(needs.requirements)}"
    resolution: Resolution | None = None
    async with aclosing(resolve(needs, python, installer)) as steps:
        async for news in steps:
            if isinstance(news, Resolution):
                resolution = news
            else:
                yield news
    if resolution is None:
        raise EnvironmentProblem("The versions could not be resolved. Try again.")
    for note in resolution.notes:
        yield note
    fingerprint = name_by_hash(resolution.lock, describe_machine(python))
    async with shelf.lock(fingerprint):
        cached = shelf.holds(fingerprint)
        if not cached:
            async with aclosing(build(resolution, fingerprint, python, shelf, installer)) as steps:
                async for sentence in steps:
                    yield sentence
        shelf.note(key, fingerprint, resolution.notes)
    yield describe_built(shelf, fingerprint, resolution.notes, cached=cached)


async def build(
    resolution: Resolution, fingerprint: str, base: Path, shelf: Shelf, installer: Installer
) -> AsyncGenerator[str, None]:
    """Build an environment aside and put it on the shelf; nothing is left of half a one."""
    building = shelf.folder / f".building-{fingerprint}-{os.getpid()}"
    shutil.rmtree(building, ignore_errors=True)
    try:
        # Relocatable: its commands must still start after the folder is renamed.
        arguments = (
            "venv",
            str(building),
            "--python",
            str(base),
            "--relocatable",
            "--no-project",
        )
        async with aclosing(installer.run(*arguments)) as steps:
            async for sentence in steps:
                yield sentence
        lock = building / "lock.txt"
        lock.write_text(resolution.lock, encoding="utf-8")
        yield f"installing {len(resolution.packages)} packages"
        async with aclosing(
            installer.run(
                *("pip", "install", "--python", str(building / "bin" / "python")),
                *("--requirements", str(lock), "--no-deps", "--require-hashes"),
                *("--only-binary", ":all:"),
                # Hardlinks into the cache would let one edit reach every environment, and some
                # packages refuse to read files with several links. 1.4 GB are copied in 6 s.
                *("--link-mode", "copy"),
                watched=building,
            )
        ) as steps:
            async for sentence in steps:
                # It resolves the lock once more, which says nothing new.
                if not sentence.startswith("resolved"):
                    yield sentence
        yield "compiling the packages, so that later runs start faster"
        # Trials see the environment read-only: without this each would compile all it imports.
        # A quarter of the files are the packages' own tests, which nobody imports.
        compiling = ("-I", "-m", "compileall", "-qq", "-j", "0", "-x", r"/tests?/")
        python = building / "bin" / "python"
        async with aclosing(
            installer.run(*compiling, str(building / "lib"), program=python)
        ) as steps:
            async for sentence in steps:
                yield sentence
        interpreter = await read_interpreter(building / "bin" / "python")
        missing = sorted(resolution.packages.keys() - interpreter.packages.keys())
        if missing:
            raise EnvironmentProblem(
                f"The environment was built, but lacks {', '.join(missing[:5])}. Try again; "
                "if it stays so, name a ready environment with `--python PATH`."
            )
        facts: dict[str, object] = {
            "packages": dict(interpreter.packages),
            "site_packages": [
                path.relative_to(building).as_posix() for path in interpreter.site_packages
            ],
            "readable": [
                str(path) for path in interpreter.readable if not path.is_relative_to(building)
            ],
        }
        shelf.settle(building, fingerprint, facts)
    except OSError as error:
        raise EnvironmentProblem(
            f"The environment cannot be written below {shelf.folder} ({error.strerror}). "
            "Make room, or choose another cache folder."
        ) from error
    finally:
        with suppress(OSError):
            shutil.rmtree(building)


def describe_built(
    shelf: Shelf, fingerprint: str, notes: tuple[str, ...], *, cached: bool
) -> Environment:
    """Describe an environment that stands on the shelf."""
    facts = shelf.read_mark(fingerprint)
    place = shelf.place(fingerprint)
    packages = facts.get("packages")
    folders = facts.get("site_packages")
    readable = facts.get("readable")
    if not (
        isinstance(packages, dict) and isinstance(folders, list) and isinstance(readable, list)
    ):
        raise EnvironmentProblem(
            f"The environment {place} is damaged. Remove that folder and try again."
        )
    return Environment(
        python=place / "bin" / "python",
        packages=packages,
        site_packages=tuple(place / str(folder) for folder in folders),
        fingerprint=fingerprint,
        cached=cached,
        notes=notes,
        readable=(place, *(Path(str(path)) for path in readable)),
    )


def read_settings(environ: Mapping[str, str]) -> PipSettings:
    """Read pip's configuration; raises EnvironmentProblem where a file of it is broken."""
    try:
        return read_pip_settings(environ)
    except PipSettingsError as error:
        raise EnvironmentProblem(str(error)) from error


def open_shelf_at(folder: Path) -> Shelf:
    """Open the cache; raises EnvironmentProblem where it cannot be written."""
    try:
        return open_shelf(folder.absolute())
    except OSError as error:
        raise EnvironmentProblem(
            f"The cache folder {folder} cannot be made ({error.strerror}). Choose another one."
        ) from error


def describe_machine(python: Path) -> str:
    """Say which interpreter on which machine an environment is for."""
    facts = [FORMAT, str(python), sys.version_info[:2], sys.implementation.cache_tag]
    return json.dumps([*facts, platform.system(), platform.machine(), platform.libc_ver()])


def name_by_hash(*parts: str) -> str:
    """Return a short name that differs wherever a part does."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]
