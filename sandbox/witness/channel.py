"""The way records leave a run: a secret handed in once, and a file the run can only add to."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

KEY_BYTES = 32
DOOR_VARIABLE = "_SITE_STREAM"
"""Names the two descriptors for the child, which forgets it before the user's code starts."""


def key_path(testimony: Path) -> Path:
    """Where the key of a testimony's records is kept once the run is over."""
    return testimony.with_name(testimony.name + ".key")


class Channel:
    """A context manager around one run: start the run inside, with `fds` and `variables`.

    The first Python process of the run reads the key from a pipe, which is empty from then on.
    Every record it adds to the file carries a code made with that key. The key is written beside
    the file only after the run, so whoever writes to the file without it is found out.
    Raises OSError where the file cannot be made.
    """

    def __init__(self, testimony: Path) -> None:
        self._testimony = testimony
        self._key = b""
        self._fds: tuple[int, ...] = ()

    @property
    def fds(self) -> tuple[int, ...]:
        """Inheritable descriptors, to be passed on to the run under the same numbers."""
        return self._fds

    @property
    def variables(self) -> Mapping[str, str]:
        """What the run's environment must hold besides everything else."""
        if not self._fds:
            return MappingProxyType({})
        return MappingProxyType({DOOR_VARIABLE: ":".join(str(fd) for fd in self._fds)})

    def __enter__(self) -> Self:
        self._testimony.parent.mkdir(parents=True, exist_ok=True)
        key_path(self._testimony).unlink(missing_ok=True)
        self._testimony.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        records = os.open(self._testimony, flags, 0o600)
        try:
            reading, writing = os.pipe()
        except OSError:
            os.close(records)
            raise
        self._fds = (reading, records)
        self._key = secrets.token_bytes(KEY_BYTES)
        # A pipe holds far more than the key, so this write cannot wait for a reader.
        os.write(writing, self._key)
        # Closed at once: a second reader finds the end of the pipe instead of waiting for ever.
        os.close(writing)
        for fd in self._fds:
            os.set_inheritable(fd, True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for fd in self._fds:
            os.close(fd)
        self._fds = ()
        path = key_path(self._testimony)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        fd = os.open(path, flags, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(self._key)
        self._key = b""
