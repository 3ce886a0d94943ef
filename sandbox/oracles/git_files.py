"""Plain files of a repository, found without following a link."""

from pathlib import Path


class GitError(Exception):
    """A repository cannot be read: says why in one sentence."""


class UnknownLayout(GitError):
    """A layout of git's that is not read here: no fault of whoever wrote it."""


def find_plain(root: Path, relative: str) -> Path | None:
    """The path below a folder if it exists; a link on the way is refused, never followed.

    Raises GitError.
    """
    place = root
    try:
        for part in relative.split("/"):
            place = place / part
            if place.is_symlink():
                raise GitError(f"{relative} is a link, and links are not followed.")
        return place if place.exists() else None
    except (OSError, ValueError) as error:
        raise GitError(f"{relative[:200]!r} is no path that can be read.") from error


def read_plain(root: Path, relative: str, limit: int) -> bytes | None:
    """The bytes of a plain file below a folder, or None. Raises GitError."""
    place = find_plain(root, relative)
    if place is None:
        return None
    try:
        if not place.is_file():
            raise GitError(f"{relative} is no plain file.")
        if place.stat().st_size > limit:
            raise GitError(f"{relative} is larger than {limit // 2**20} MiB.")
        return place.read_bytes()
    except OSError as error:
        raise GitError(f"{relative} cannot be read.") from error
