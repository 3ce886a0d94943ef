"""The container runner's door: finds an engine; running in it is not part of this version."""

import os
import socket
import stat
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.runner import SandboxError
from sandbox.trial import Attempt, Trial

_SECONDS = 0.5
_PING = b"GET /_ping HTTP/1.1\r\nHost: engine\r\nConnection: close\r\n\r\n"


def find_engine(address: str | None = None) -> str | None:
    """The address at which a container engine answers, or None.

    Asks `address`, else what DOCKER_HOST says, else the usual socket; half a second at the most.
    """
    address = address or os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
    parts = urlsplit(address)
    try:
        if parts.scheme == "unix":
            if not stat.S_ISSOCK(Path(parts.path).stat().st_mode):
                return None
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
                line.settimeout(_SECONDS)
                line.connect(parts.path)
                return address if _answers(line) else None
        if parts.scheme == "tcp" and parts.hostname:
            place = (parts.hostname, parts.port or 2375)
            with socket.create_connection(place, timeout=_SECONDS) as line:
                return address if _answers(line) else None
    except (OSError, ValueError):
        return None
    return None


def _answers(line: socket.socket) -> bool:
    line.sendall(_PING)
    return line.recv(64).startswith(b"HTTP/1.")


class ContainerRunner:
    """Holds the place of the container runner."""

    @property
    def name(self) -> str:
        """The word for what it will be."""
        return "container"

    @property
    def isolation(self) -> str:
        """One line for people."""
        return "not part of this version"

    def work_folder(self, folder: Path) -> str:
        """The path under which code inside sees a trial's work folder."""
        return "/job"

    async def run(self, trial: Trial) -> Attempt:
        """Refuse: raises SandboxError."""
        raise SandboxError(
            f"{trial.command[:1]} was not run: the container runner is not part of this version; "
            "use --sandbox bubblewrap."
        )
