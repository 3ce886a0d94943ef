"""Trial in, Attempt out: what is to be run, within which limits, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Status = Literal["ok", "error", "timeout", "oom", "output_limit", "infra_error"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one attempt may use at the most."""

    seconds: float = 120.0
    memory_mib: int = 3072
    processes: int = 256
    open_files: int = 1024
    file_mib: int = 1024
    """The largest single file."""
    output_kib: int = 64
    """What is kept of each of stdout and stderr; what is cut is the middle."""
    flood_mib: int = 256
    """Output beyond this ends the attempt with status `output_limit`."""


@dataclass(frozen=True, slots=True)
class Mount:
    """A file or folder of the host that a trial may read, never write."""

    source: Path
    target: str
    """Where it appears, relative to the work folder."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One execution asked for. The work folder is the runner's to change; nothing else is."""

    command: tuple[str, ...]
    """Argument list; a first word `python` or `python3` stands for the trial's interpreter."""
    folder: Path
    """The work folder on the host: holds the files before, and what the run left after."""
    python: Path
    """The interpreter of the environment the trial runs in."""
    readable: tuple[Path, ...] = ()
    """Host folders that the interpreter needs, mounted read-only at the same place."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables; nothing of the host's own environment is passed on."""
    import_path: tuple[Path, ...] = ()
    """Folders put first on the import path of every Python started, read-only."""
    mounts: tuple[Mount, ...] = ()
    testimony: Path | None = None
    """Where the witness's records are kept on the host; None: nobody records."""
    network: bool = False
    trusted: bool = False
    """The user's own code, at most edited by rules."""
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of a trial. A failure is a value here, never an exception."""

    status: Status
    exit_code: int | None
    """None where no process ended by itself (timeout, infrastructure)."""
    stdout: str
    stderr: str
    folder: Path
    """The work folder, as the run left it."""
    testimony: Path | None = None
    cut: bool = False
    """Some output was not kept."""
    oom: bool = False
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    memory_mib: float = 0.0
    """Peak resident memory of the largest process."""
    detail: str = ""
    """For `infra_error`, `timeout`, `oom` and `output_limit`: one sentence on what happened."""
