"""Somebody's own environment, taken as it is; the target component beside it, never in it."""

import os
import shutil
import tempfile
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from sandbox.environments.building import (
    BUILD_SECONDS,
    FORMAT,
    name_by_hash,
    open_shelf_at,
    read_settings,
)
from sandbox.environments.installer import Installer, Unsolvable
from sandbox.environments.interpreter import (
    Environment,
    Interpreter,
    find_interpreter,
    read_interpreter,
)
from sandbox.environments.needs import EnvironmentProblem, Needs
from sandbox.environments.pins import normalise_name
from sandbox.environments.resolution import read_lock_versions
from sandbox.environments.shelf import Shelf


async def adopt_environment(
    python: Path,
    needs: Needs,
    cache: Path,
    *,
    environ: Mapping[str, str] | None = None,
    seconds: float = BUILD_SECONDS,
) -> AsyncGenerator[str | Environment, None]:
    """Yield sentences on the progress, the Environment last; raises EnvironmentProblem.

    `python` is an interpreter or an environment's folder. Nothing is written there.
    """
    environ = os.environ if environ is None else environ
    yield f"reading the environment of {python}"
    interpreter = await read_interpreter(find_interpreter(python))
    asked = list_asked(needs)
    if all(is_met(item, interpreter.packages) for item in asked):
        yield describe_adopted(interpreter, None, {}, "none", cached=True)
        return
    settings = read_settings(environ)
    shelf = open_shelf_at(cache / "overlays")
    seen = repr(
        (str(interpreter.python), interpreter.version, sorted(interpreter.packages.items()))
    )
    fingerprint = name_by_hash(str(FORMAT), seen, repr(asked), settings.digest())
    async with shelf.lock(fingerprint):
        cached = shelf.holds(fingerprint)
        if not cached:
            installer = Installer(settings, environ, shelf.folder, time.monotonic() + seconds)
            async with aclosing(
                build_overlay(interpreter, asked, fingerprint, shelf, installer)
            ) as steps:
                async for sentence in steps:
                    yield sentence
    added = shelf.read_mark(fingerprint)
    versions = {name: str(version) for name, version in added.items()}
    place = shelf.place(fingerprint)
    yield describe_adopted(interpreter, place, versions, fingerprint, cached=cached)


async def build_overlay(
    interpreter: Interpreter,
    asked: tuple[Requirement, ...],
    fingerprint: str,
    shelf: Shelf,
    installer: Installer,
) -> AsyncGenerator[str, None]:
    """Install what is missing into a folder of its own, with the versions that are there kept."""
    building = shelf.folder / f".building-{fingerprint}-{os.getpid()}"
    shutil.rmtree(building, ignore_errors=True)
    try:
        with tempfile.TemporaryDirectory(prefix="mlgraft-overlay-") as scratch:
            yield f"looking for what {', '.join(map(str, asked))} needs besides"
            missing: dict[str, str] = {}
            async with aclosing(
                list_missing(interpreter, asked, Path(scratch), installer)
            ) as steps:
                async for news in steps:
                    if isinstance(news, Missing):
                        missing = dict(news.packages)
                    else:
                        yield news
            lines = Path(scratch, "missing.txt")
            lines.write_text(
                "".join(f"{name}=={version}\n" for name, version in missing.items()),
                encoding="utf-8",
            )
            yield f"installing {len(missing)} packages beside the environment"
            async with aclosing(
                installer.run(
                    *("pip", "install", "--python", str(interpreter_copy(Path(scratch)))),
                    *("--target", str(building), "--requirements", str(lines), "--no-deps"),
                    *("--only-binary", ":all:", "--link-mode", "copy", "--compile-bytecode"),
                    watched=building,
                )
            ) as steps:
                async for sentence in steps:
                    yield sentence
        building.mkdir(exist_ok=True)
        shelf.settle(building, fingerprint, missing)
    except OSError as error:
        raise EnvironmentProblem(
            f"The packages cannot be written below {shelf.folder} ({error.strerror}). "
            "Make room, or choose another cache folder."
        ) from error
    finally:
        with suppress(OSError):
            shutil.rmtree(building)


@dataclass(frozen=True, slots=True)
class Missing:
    """What must be installed beside an environment: name -> version."""

    packages: Mapping[str, str]


async def list_missing(
    interpreter: Interpreter, asked: tuple[Requirement, ...], scratch: Path, installer: Installer
) -> AsyncGenerator[str | Missing, None]:
    """Yield progress, Missing last.

    uv is shown a stand-in that holds only the names, versions and needs of what is installed: it
    would leave a lock file in the environment itself, and the versions of a conda or private
    package are in no index.
    """
    stand_in = scratch / "stand-in"
    arguments = ("venv", str(stand_in), "--python", str(interpreter.python), "--no-project")
    async with aclosing(installer.run(*arguments)) as steps:
        async for sentence in steps:
            yield sentence
    site = next(stand_in.glob("lib/python*/site-packages"))
    family = {normalise_name(item.name) for item in asked}
    limits: list[str] = []
    for name, version in interpreter.packages.items():
        folder = site / f"{name.replace('-', '_')}-{version}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(interpreter.metadata[name] + "\n", encoding="utf-8")
        (folder / "RECORD").write_text("", encoding="utf-8")
        # mlflow comes in parts (mlflow-skinny, mlflow-tracing) that are of one version.
        if not any(name == member or name.startswith(f"{member}-") for member in family):
            limits.append(f"{name}=={version}\n")
    (scratch / "limits.txt").write_text("".join(limits), encoding="utf-8")
    wanted = scratch / "wanted.txt"
    wanted.write_text("".join(f"{item}\n" for item in asked), encoding="utf-8")
    said: list[str] = []
    try:
        async with aclosing(
            installer.run(
                *("pip", "install", "--dry-run", "--python", str(interpreter_copy(scratch))),
                *("--requirements", str(wanted), "--constraints", str(scratch / "limits.txt")),
                *("--only-binary", ":all:"),
                record=said,
            )
        ) as steps:
            async for sentence in steps:
                yield sentence
    except Unsolvable as error:
        raise EnvironmentProblem(
            f"{', '.join(map(str, asked))} does not go with what {interpreter.python} has. {error}"
        ) from error
    text = "\n".join(line.strip().removeprefix("+ ") for line in said if line.startswith(" + "))
    yield Missing(read_lock_versions(text))


def interpreter_copy(scratch: Path) -> Path:
    """Return the stand-in's interpreter."""
    return scratch / "stand-in" / "bin" / "python"


def list_asked(needs: Needs) -> tuple[Requirement, ...]:
    """List what must be there: the target, and what the user named with `--with`."""
    items = [Requirement(text) for text in (needs.target, *needs.asked) if text]
    return tuple(items)


def is_met(item: Requirement, packages: Mapping[str, str]) -> bool:
    """Whether an installed version satisfies a requirement."""
    version = packages.get(normalise_name(item.name))
    return version is not None and item.specifier.contains(version, prereleases=True)


def describe_adopted(
    interpreter: Interpreter,
    overlay: Path | None,
    added: Mapping[str, str],
    fingerprint: str,
    *,
    cached: bool,
) -> Environment:
    """Describe the environment with what lies beside it."""
    shadowed = [
        f"{name} {interpreter.packages[name]} is covered by {name} {version} beside it"
        for name, version in added.items()
        if name in interpreter.packages
    ]
    packages = dict(sorted((dict(interpreter.packages) | dict(added)).items()))
    overlays = () if overlay is None else (overlay,)
    seen = repr((str(interpreter.python), interpreter.version, sorted(packages.items())))
    return Environment(
        python=interpreter.python,
        packages=packages,
        site_packages=(*overlays, *interpreter.site_packages),
        fingerprint=name_by_hash(seen, fingerprint),
        cached=cached,
        notes=tuple(shadowed),
        import_path=overlays,
        readable=(*interpreter.readable, *overlays),
    )
