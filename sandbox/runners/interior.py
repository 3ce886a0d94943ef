"""What a trial finds inside: its command, its variables, the folders of its interpreter."""

import functools
import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from sandbox.runner import SandboxError
from sandbox.trial import Trial

_QUESTION = (
    "import json, sys; "
    "print(json.dumps([sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix]))"
)
_SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
_THREADS = "2"
"""Fixed: the number of threads changes sums of floats, and an attempt is compared by value."""


def build_command(trial: Trial) -> tuple[str, ...]:
    """The argument list with the trial's own interpreter in the place of `python`."""
    if not trial.command:
        raise SandboxError("The trial has no command, so there is nothing to run. Name a script.")
    first, *rest = trial.command
    return (os.path.abspath(trial.python) if first in {"python", "python3"} else first, *rest)


def build_variables(
    trial: Trial, home: str, temporary: str, extra: Mapping[str, str]
) -> Mapping[str, str]:
    """All environment variables of the run; nothing of the host's is among them."""
    variables = {
        "HOME": home,
        "TMPDIR": temporary,
        "LANG": "C.UTF-8",
        "USER": "user",
        "LOGNAME": "user",
        "MPLBACKEND": "Agg",
        "OMP_NUM_THREADS": _THREADS,
        "PYTHONDONTWRITEBYTECODE": "1",
        # What was printed before a deadline is otherwise lost; values do not depend on it.
        "PYTHONUNBUFFERED": "1",
    }
    if not trial.network:
        # Both otherwise wait for a server for a minute or more before they give up.
        variables |= {"HF_HUB_OFFLINE": "1", "WANDB_MODE": "offline"}
    variables |= {**trial.variables, **extra}
    path = [os.path.dirname(os.path.abspath(trial.python)), variables.get("PATH", _SYSTEM_PATH)]
    imports = [os.path.abspath(folder) for folder in trial.import_path]
    imports += [variables["PYTHONPATH"]] if variables.get("PYTHONPATH") else []
    variables["PATH"] = os.pathsep.join(path)
    if imports:
        variables["PYTHONPATH"] = os.pathsep.join(imports)
    return variables


@functools.lru_cache(maxsize=64)
def interpreter_roots(python: Path) -> tuple[Path, ...]:
    """Folders that an interpreter needs: its environment, the installation behind it, its links.

    `python` is an absolute path. Asks the interpreter once. Raises SandboxError where it does not
    answer.
    """
    try:
        answer = subprocess.run(
            [str(python), "-I", "-S", "-c", _QUESTION],
            capture_output=True,
            check=True,
            timeout=30,
            stdin=subprocess.DEVNULL,
            cwd="/",
        )
        prefixes = json.loads(answer.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise SandboxError(
            f"The Python interpreter {python} does not run ({error}), so nothing can run in its "
            "environment. Name another one with --python."
        ) from error
    folders = [Path(prefix) for prefix in prefixes]
    link = Path(os.path.abspath(python))
    for _ in range(40):
        # A virtual environment is known by this file; without `site` its prefix is not told.
        environment = link.parent.parent
        if (environment / "pyvenv.cfg").is_file() or link.parent.name == "bin":
            folders.append(environment if (environment / "pyvenv.cfg").is_file() else link.parent)
        if not link.is_symlink():
            break
        link = Path(os.path.normpath(link.parent / os.readlink(link)))
    wanted = {spelled for folder in folders for spelled in (folder, folder.resolve())}
    wanted = {folder for folder in wanted if folder.is_dir() and not _is_wide(folder)}
    return tuple(
        sorted(
            folder
            for folder in wanted
            if not any(
                other in folder.parents and not _crosses_link(other, folder) for other in wanted
            )
        )
    )


def _crosses_link(parent: Path, folder: Path) -> bool:
    """The folder is below `parent` by name only: a symbolic link leads out on the way."""
    return not folder.resolve().is_relative_to(parent.resolve())


def _is_wide(folder: Path) -> bool:
    """Too much to show: the root, or a folder that holds somebody's home."""
    home = Path.home()
    return folder in {Path("/"), home, home.resolve()} or folder in home.parents
