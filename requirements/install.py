"""Makes `.venv` from a hashed lock: `python3 requirements/install.py base|test`.

Needs nothing but Python's standard library, and installs nothing outside `.venv`.
"""

import platform
import sys

if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        f"Python 3.11 or newer is needed, this is {platform.python_version()}. Install a newer one "
        "and name it, for example `make PYTHON=python3.12 demo`."
    )

# Only now: what follows is written for Python 3.11, and an older one would not say why it stops.
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "requirements")]

from fetching import (  # noqa: E402
    PROBLEMS,
    describe_for_uv,
    list_uv_options,
    obtain_uv,
    read_pip_settings,
)

VENV = ROOT / ".venv"
STAMP = VENV / "mlgraft-stamp.json"
LOCKS = ("base", "test")


def main(arguments: list[str]) -> int:
    """Bring `.venv` up to the lock named; returns the exit code."""
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        say("Use: python3 requirements/install.py base|test")
        return 2
    lock = ROOT / "requirements" / f"{arguments[0]}.txt"
    try:
        with lock.open("rb") as held:
            # Two makes at once must not build the same folder.
            fcntl.flock(held, fcntl.LOCK_EX)
            return install(arguments[0], lock)
    except PROBLEMS as error:
        say(str(error))
    except subprocess.CalledProcessError as error:
        say(
            f"`{Path(error.cmd[0]).name} {error.cmd[1]}` failed; its last lines above say why. "
            "Most often the package index cannot be reached: check the network and pip's settings."
        )
    except OSError as error:
        say(f"{error.filename or VENV}: {error.strerror}. Check the disk and its permissions.")
    return 3


def install(name: str, lock: Path) -> int:
    """Install what the lock lists, unless that is there already."""
    if is_current(name):
        return 0
    started = time.monotonic()
    say(f"Setting up {VENV} from {lock.relative_to(ROOT)}; nothing is installed elsewhere.")
    STAMP.unlink(missing_ok=True)
    if VENV.exists() and not is_usable():
        if (VENV / "bin").exists():
            say("The environment there is damaged or of another Python: made anew.")
        shutil.rmtree(VENV)
    settings = read_pip_settings(os.environ)
    variables = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    variables |= describe_for_uv(settings) | {"UV_PYTHON_DOWNLOADS": "never"}
    uv = obtain_uv(lock, VENV / "bootstrap", settings, say)
    run(
        uv, "venv", str(VENV), "--python", find_base(), "--allow-existing", "--quiet", env=variables
    )
    python = str(VENV / "bin" / "python")
    say("Installing the packages; downloads are listed as they come.")
    wheels = sorted((VENV / "bootstrap").glob("uv-*.whl"))
    if wheels:
        # Fetched once is enough.
        own = ("--python", python, "--no-deps", "--no-index", "--offline", "--quiet")
        run(uv, "pip", "install", *own, str(wheels[0]), env=variables)
    run(
        *(uv, "pip", "sync", str(lock), "--python", python, "--require-hashes"),
        *list_uv_options(settings),
        env=variables,
    )
    shutil.rmtree(VENV / "bootstrap", ignore_errors=True)
    link_project()
    STAMP.write_text(json.dumps({"state": describe_state(name)}), encoding="utf-8")
    say(f"Ready after {time.monotonic() - started:.0f} s.")
    return 0


def is_current(name: str) -> bool:
    """Whether `.venv` holds what the lock says; the test lock holds all of the base lock."""
    try:
        state = json.loads(STAMP.read_text(encoding="utf-8"))["state"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    accepted = [describe_state(name)]
    if name == "base" and (ROOT / "requirements" / "test.txt").is_file():
        accepted.append(describe_state("test"))
    return state in accepted and (VENV / "bin" / "python").exists()


def is_usable() -> bool:
    """Whether the environment's Python starts and is of the running version."""
    code = "import platform; print(platform.python_version())"
    python = str(VENV / "bin" / "python")
    try:
        answer = subprocess.run(
            [python, "-I", "-c", code], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return answer.stdout.strip() == platform.python_version()


def describe_state(name: str) -> str:
    """A hash of all that decides what `.venv` holds."""
    state = hashlib.sha256(f"{platform.python_version()} {ROOT}".encode())
    for path in (ROOT / "requirements" / f"{name}.txt", ROOT / "pyproject.toml", Path(__file__)):
        state.update(hashlib.sha256(path.read_bytes()).digest())
    return state.hexdigest()


def link_project() -> None:
    """Make the checkout itself importable in `.venv`, and its commands callable.

    What an editable installation leaves, written down directly: no build backend is needed.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    site = next((VENV / "lib").glob("python*/site-packages"))
    folder = site / f"{project['name']}-{project['version']}.dist-info"
    folder.mkdir(exist_ok=True)
    scripts = project.get("scripts", {})
    files = {
        site / f"{project['name']}.pth": f"{ROOT}\n",
        folder / "METADATA": (
            f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
        ),
        folder / "INSTALLER": "mlgraft\n",
        folder / "entry_points.txt": "[console_scripts]\n"
        + "".join(f"{name} = {target}\n" for name, target in scripts.items()),
    }
    for name, target in scripts.items():
        module, _, function = target.partition(":")
        files[VENV / "bin" / name] = (
            f'#!/bin/sh\n\'\'\'exec\' "$(dirname -- "$(realpath -- "$0")")/python" "$0" "$@"\n'
            f"' '''\nimport sys\nfrom {module} import {function}\nsys.exit({function}())\n"
        )
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    for name in scripts:
        (VENV / "bin" / name).chmod(0o755)
    listed = [*files, folder / "RECORD"]
    record = "".join(f"{os.path.relpath(path, site)},,\n" for path in listed)
    (folder / "RECORD").write_text(record, encoding="utf-8")


def find_base() -> str:
    """The interpreter that the running one was made from: `.venv` may be what runs this."""
    return getattr(sys, "_base_executable", None) or sys.executable


def run(*command: str, env: dict[str, str]) -> None:
    """Run a command; its output goes to stderr."""
    subprocess.run(command, env=env, cwd=VENV, stdout=sys.stderr, check=True)


def say(text: str) -> None:
    """Say what is being done."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
