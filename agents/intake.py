"""PATH and words -> Request; says in a sentence what cannot be read, and changes nothing."""

import ast
import re
import secrets
import shlex
import string
import warnings
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath

from agents.records import Request
from agents.settings import Settings
from sandbox.luggage import Luggage, gather_luggage

SOURCE_MIB = 2
REQUEST_CHARACTERS = 8_000
BESIDE_BYTES = 64 * 1024
BESIDE_SUFFIXES = frozenset({".toml", ".yaml", ".yml", ".cfg", ".ini", ".env", ".sh"})
BESIDE_NAMES = re.compile(
    r"(?:requirements|constraints)[\w.-]*\.(?:txt|in)|Pipfile|Dockerfile|Makefile", re.IGNORECASE
)
ENTRY_NAMES = ("train.py", "main.py", "run.py")


class IntakeError(Exception):
    """Input that cannot be worked on: what it is, and what would do."""


def name_run() -> str:
    """Make an id that sorts by time: `20261123-104502-k3fa`."""
    tail = "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(4))
    return f"{datetime.now():%Y%m%d-%H%M%S}-{tail}"


def read_request(path: Path, text: str, settings: Settings) -> Request:
    """Check what was given and write it down. Raises IntakeError."""
    words = text.strip()
    if not words:
        raise IntakeError(
            'The request is empty. Say what the code should gain, for example "Track this run '
            'with MLflow".'
        )
    if len(words) > REQUEST_CHARACTERS:
        raise IntakeError(f"The request is longer than {REQUEST_CHARACTERS:,} characters.")
    command = _split_command(settings.run)
    root, entry = _find_entry(path, command)
    read_source(root / entry)
    return Request(
        run=name_run(),
        text=words,
        path=str(path.resolve()),
        root=str(root),
        entry=entry,
        command=command or ("python", entry),
        settings=settings,
        left_behind=_gather(root).left_behind,
    )


def read_sources(root: Path, entry: str) -> Mapping[str, str]:
    """Read the Python files that travel: those that can be edited, relative path -> text."""
    sources: dict[str, str] = {}
    for name in _gather(root).files:
        if name == entry:
            sources[name] = read_source(root / name)
        elif name.endswith(".py"):
            try:
                sources[name] = read_source(root / name)
            except IntakeError:
                continue  # A neighbour that is no Python is not asked to be adapted.
    return sources


def read_beside(root: Path) -> Mapping[str, str]:
    """Read the requirements and settings that travel: relative path -> text."""
    found: dict[str, str] = {}
    for name in _gather(root).files:
        path = root / name
        if is_beside(name) and path.stat().st_size <= BESIDE_BYTES:
            found[name] = path.read_text(encoding="utf-8", errors="replace")
    return found


def is_beside(name: str) -> bool:
    """Tell whether a file is one in which a component may be required or set up."""
    path = PurePosixPath(name)
    return path.suffix in BESIDE_SUFFIXES or BESIDE_NAMES.fullmatch(path.name) is not None


def _gather(root: Path) -> Luggage:
    try:
        return gather_luggage(root)
    except OSError as error:
        raise IntakeError(f"The folder {root} cannot be read: {error.strerror}.") from error


def read_source(path: Path) -> str:
    """Read one Python file as text, checked to be one; a byte-order mark is left out.

    Line ends stay as they are. Raises IntakeError.
    """
    try:
        if path.stat().st_size > SOURCE_MIB * 2**20:
            size = path.stat().st_size / 2**20
            raise IntakeError(
                f"{path.name} is {size:,.1f} MiB large; training scripts up to {SOURCE_MIB} MiB "
                "are read. Is it data?"
            )
        raw = path.read_bytes()
    except OSError as error:
        raise IntakeError(f"{path} cannot be read: {error.strerror}.") from error
    if b"\0" in raw:
        raise IntakeError(f"{path.name} is a binary file, not Python source.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise IntakeError(
            f"{path.name} is not UTF-8 text (byte {error.start}). Convert it to UTF-8 first."
        ) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as error:
        raise IntakeError(
            f"{path.name} is not valid Python: {error.msg} (line {error.lineno}). Nothing was run."
        ) from error
    except (RecursionError, MemoryError, ValueError) as error:
        raise IntakeError(f"{path.name} cannot be parsed: {error}.") from error
    return text


def _split_command(run: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(run))
    except ValueError as error:
        raise IntakeError(f"--run cannot be split into words: {error}.") from error


def _find_entry(path: Path, command: tuple[str, ...]) -> tuple[Path, str]:
    """Find the folder that travels and the script in it that is run."""
    if not path.exists():
        raise IntakeError(f"{path} does not exist.")
    path = path.resolve()
    if path.is_dir():
        return path, _choose_script(path, command)
    if path.suffix == ".ipynb":
        raise IntakeError(
            f"{path.name} is a notebook, and notebooks are not supported yet. Export it with "
            f"`jupyter nbconvert --to script {path.name}` and give the script."
        )
    if path.suffix not in (".py", ""):
        raise IntakeError(f"{path.name} is not a Python script (its name does not end in .py).")
    return path.parent, path.name


def _choose_script(folder: Path, command: tuple[str, ...]) -> str:
    """Choose a folder's entry script: named by --run, the only one, or by its usual name."""
    scripts = sorted(item.name for item in folder.glob("*.py") if item.is_file())
    named = [word for word in command if word.endswith(".py") and (folder / word).is_file()]
    if named:
        return named[0]
    if not scripts:
        raise IntakeError(f"The folder {folder} holds no Python script.")
    if len(scripts) == 1:
        return scripts[0]
    for name in ENTRY_NAMES:
        if name in scripts:
            return name
    listed = ", ".join(scripts[:6])
    raise IntakeError(
        f"The folder {folder} holds {len(scripts)} scripts ({listed}). Give the one that is run, "
        'or name it with --run "python SCRIPT".'
    )
