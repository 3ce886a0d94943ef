"""An interpreter with the packages it sees: built here, or somebody's own."""

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

from sandbox.environments.needs import EnvironmentProblem

OLDEST = (3, 10)
"""The witness and the components that are added need as much."""
PROBE_SECONDS = 60.0

# Runs in the other interpreter: standard library only, and no newer than OLDEST allows. Only the
# head of each METADATA is needed: names, versions and what is required.
PROBE = """
import importlib.metadata, json, os, sys, sysconfig
packages = []
for item in importlib.metadata.distributions():
    text = item.read_text("METADATA") or item.read_text("PKG-INFO") or ""
    if item.metadata is not None and item.metadata["Name"] and item.version:
        head = text.replace("\\r\\n", "\\n").split("\\n\\n", 1)[0]
        packages.append([item.metadata["Name"], item.version, head])
paths = sysconfig.get_paths()
folders = [path for path in sys.path if os.path.isdir(path)]
print(json.dumps({
    "version": list(sys.version_info[:3]), "executable": sys.executable, "packages": packages,
    "prefixes": [sys.prefix, sys.base_prefix, os.path.dirname(os.path.realpath(sys.executable))],
    "standard": [paths["stdlib"], paths["platstdlib"]], "folders": folders}))
"""


@dataclass(frozen=True, slots=True)
class Environment:
    """What trials run in."""

    python: Path
    packages: Mapping[str, str]
    """Distribution name, as an index writes it -> exact version."""
    site_packages: tuple[Path, ...]
    """Folders that hold the packages, in the order they are searched."""
    fingerprint: str
    cached: bool
    """Nothing had to be built."""
    notes: tuple[str, ...] = ()
    """Choices a person should know of."""
    import_path: tuple[Path, ...] = ()
    """Overlay folders, to be put first on the import path."""
    readable: tuple[Path, ...] = ()
    """Folders of this machine that the interpreter reads."""
    asked: tuple[str, ...] = ()
    """Distributions that were needed by name; the others came with them."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """What an interpreter says of itself."""

    python: Path
    version: tuple[int, ...]
    packages: Mapping[str, str]
    metadata: Mapping[str, str]
    """Distribution name -> the head of its METADATA."""
    site_packages: tuple[Path, ...]
    readable: tuple[Path, ...]


def find_interpreter(path: Path) -> Path:
    """Return the interpreter that a path names, itself or an environment's folder."""
    path = path.expanduser().absolute()
    if path.is_dir():
        for name in ("bin/python", "bin/python3"):
            if (path / name).exists():
                return path / name
        raise EnvironmentProblem(
            f"{path} is no environment: it holds no bin/python. Name an interpreter, or the folder "
            "of a virtual or conda environment, with `--python PATH`."
        )
    if not path.exists():
        raise EnvironmentProblem(
            f"{path} does not exist. Name an interpreter, or the folder of an environment, with "
            "`--python PATH`."
        )
    return path


async def read_interpreter(python: Path) -> Interpreter:
    """Ask an interpreter for its version and packages; raises EnvironmentProblem."""
    try:
        # Isolated: a trial sees neither the host's variables nor the user's own site folder.
        process = await asyncio.create_subprocess_exec(
            str(python),
            "-I",
            "-c",
            PROBE,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError as error:
        raise EnvironmentProblem(
            f"{python} cannot be started ({error.strerror}). Name a Python interpreter."
        ) from error
    try:
        output, _ = await asyncio.wait_for(process.communicate(), PROBE_SECONDS)
        said = json.loads(output.decode(errors="replace").strip().rpartition("\n")[2])
        return digest_answer(said)
    except (TimeoutError, ValueError, KeyError, TypeError) as error:
        raise EnvironmentProblem(
            f"{python} does not behave like a Python interpreter of version "
            f"{OLDEST[0]}.{OLDEST[1]} or newer. Name another one with `--python PATH`."
        ) from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def digest_answer(said: Mapping[str, list[object]]) -> Interpreter:
    """Put the probe's answer in order; raises EnvironmentProblem where Python is too old."""
    version = tuple(int(str(part)) for part in said["version"])
    if version < OLDEST:
        raise EnvironmentProblem(
            f"{said['executable']} is Python {version[0]}.{version[1]}; "
            f"{OLDEST[0]}.{OLDEST[1]} or newer is needed. Name a newer one with `--python PATH`."
        )
    packages: dict[str, str] = {}
    metadata: dict[str, str] = {}
    for entry in said["packages"]:
        name, number, head = (str(part) for part in entry) if isinstance(entry, list) else ("",) * 3
        key = str(canonicalize_name(name))
        # The first on the path is the one that is imported.
        if key not in packages:
            packages[key] = number
            metadata[key] = head
    folders = [Path(str(folder)) for folder in said["folders"]]
    standard = [Path(str(folder)) for folder in said["standard"]]
    own = [path for path in folders if path not in standard and path.name != "lib-dynload"]
    readable: list[Path] = []
    for path in [Path(str(item)) for item in said["prefixes"]] + folders:
        if not any(path.is_relative_to(other) for other in readable):
            readable.append(path)
    return Interpreter(
        python=Path(str(said["executable"])),
        version=version,
        packages=dict(sorted(packages.items())),
        metadata=metadata,
        site_packages=tuple(own),
        readable=tuple(readable),
    )


def find_base_python() -> Path:
    """Return the interpreter that the running one was made from."""
    return Path(getattr(sys, "_base_executable", None) or sys.executable)
