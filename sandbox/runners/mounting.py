"""Puts what a trial may read into its work folder, and takes it out again."""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from sandbox.runner import SandboxError
from sandbox.trial import Mount


def locate_target(folder: Path, mount: Mount) -> Path:
    """Where on the host a mount's target lies. Raises SandboxError where it leads out."""
    target = PurePosixPath(mount.target)
    if not mount.source.exists():
        raise SandboxError(
            f"{mount.source} does not exist, so it cannot be shown to the script. "
            "Correct the path given with --data."
        )
    place = folder
    for part in target.parts:
        place = place / part
        if place.is_symlink() and part != target.parts[-1]:
            raise SandboxError(
                f"{mount.target} leads through a symbolic link, so nothing is placed there. "
                "Give --data another target: PATH:TARGET."
            )
    if target.is_absolute() or ".." in target.parts or place == folder:
        raise SandboxError(
            f"{mount.target!r} is not a place below the work folder. "
            "Give --data a relative target: PATH:TARGET."
        )
    return place


def _make_parents(folder: Path, place: Path) -> list[Path]:
    made: list[Path] = []
    for parent in reversed(place.parents):
        if parent.is_relative_to(folder) and not parent.exists():
            parent.mkdir()
            made.append(parent)
    return made


@contextlib.contextmanager
def place_links(folder: Path, mounts: tuple[Mount, ...], backstage: Path) -> Iterator[None]:
    """Link every source into the folder; what stood in its place returns afterwards."""
    with contextlib.ExitStack() as undo:
        for number, mount in enumerate(mounts):
            place = locate_target(folder, mount)
            for parent in _make_parents(folder, place):
                undo.callback(_remove_empty, parent)
            if place.exists() or place.is_symlink():
                aside = backstage / f"aside-{number}"
                shutil.move(place, aside)
                undo.callback(shutil.move, aside, place)
            place.symlink_to(mount.source.resolve())
            undo.callback(_remove_link, place)
        yield


@contextlib.contextmanager
def place_points(folder: Path, mounts: tuple[Mount, ...]) -> Iterator[tuple[Path, ...]]:
    """Make the empty files and folders that mounts cover; removed afterwards if still empty."""
    with contextlib.ExitStack() as undo:
        places: list[Path] = []
        for mount in mounts:
            place = locate_target(folder, mount)
            for parent in _make_parents(folder, place):
                undo.callback(_remove_empty, parent)
            if place.is_symlink():
                raise SandboxError(
                    f"{mount.target} is a symbolic link in the work folder, so nothing can be "
                    "mounted there. Give --data another target: PATH:TARGET."
                )
            if not place.exists():
                if mount.source.is_dir():
                    place.mkdir()
                else:
                    place.touch()
                undo.callback(_remove_empty, place)
            places.append(place)
        yield tuple(places)


def _remove_link(place: Path) -> None:
    """Whatever the run left in the place of the link goes with it."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place, ignore_errors=True)
    else:
        place.unlink(missing_ok=True)


def _remove_empty(place: Path) -> None:
    with contextlib.suppress(OSError):
        if place.is_dir() and not place.is_symlink():
            place.rmdir()
        elif place.stat().st_size == 0:
            place.unlink()


@contextlib.contextmanager
def open_backstage() -> Iterator[Path]:
    """A fresh private folder beside the work folder's world, with `home` and `tmp` in it."""
    backstage = Path(tempfile.mkdtemp(prefix="mlgraft-")).resolve()
    try:
        (backstage / "home").mkdir()
        (backstage / "tmp").mkdir()
        yield backstage
    finally:
        remove_folder(backstage)


def remove_folder(folder: Path) -> None:
    """Remove a folder that code had in its hands. Never raises: what resists stays."""
    with contextlib.suppress(OSError, RecursionError):
        shutil.rmtree(folder)
        return
    # These two do not lose their way in what is write-protected or nested by the thousand, and
    # neither follows a link.
    for command in (("/bin/chmod", "-R", "u+rwx"), ("/bin/rm", "-rf")):
        with contextlib.suppress(OSError):
            subprocess.run([*command, "--", str(folder)], capture_output=True, check=False)
