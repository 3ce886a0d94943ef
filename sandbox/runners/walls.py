"""The arguments of bwrap: what a run sees of the machine, and what it may change."""

import os
from collections.abc import Mapping
from pathlib import Path

from sandbox.runner import SandboxError
from sandbox.runners.interior import interpreter_roots
from sandbox.trial import Trial

WALLS = (
    *("--unshare-all", "--unshare-user", "--disable-userns"),
    *("--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"),
    *("--uid", "1000", "--gid", "1000", "--hostname", "sandbox"),
)
JOB = "/job"
HOME = "/tmp/home"  # noqa: S108 - inside the sandbox, where nobody else is
_SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_SETTINGS = (
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "alternatives",
    "localtime",
    "timezone",
    "fonts",
    # Certificates of public authorities: pygit2, which DVC asks, is not imported without any.
    "ssl/certs",
    "pki/ca-trust",
)
_NETWORK_SETTINGS = ("resolv.conf", "ssl", "pki", "ca-certificates", "crypto-policies")
_PASSWD = f"user:x:1000:1000:user:{HOME}:/bin/sh\n"
_FILES = {
    "passwd": _PASSWD,
    "group": "user:x:1000:\n",
    "hosts": "127.0.0.1 localhost sandbox\n::1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}


def bind_system() -> tuple[str, ...]:
    """Arguments that show the system's programs and libraries, and /proc and /dev."""
    words = ["--ro-bind", "/usr", "/usr"]
    for name in _SYSTEM:
        place = Path("/", name)
        if place.is_symlink():
            words += ["--symlink", os.readlink(place), str(place)]
        elif place.is_dir():
            words += ["--ro-bind", str(place), str(place)]
    # Started by root, the code inside still owns /proc/sys and could set up the whole host there.
    return (*words, "--proc", "/proc", "--remount-ro", "/proc", "--dev", "/dev")


def build_walls(
    trial: Trial,
    backstage: Path,
    points: tuple[Path, ...],
    variables: Mapping[str, str],
) -> tuple[str, ...]:
    """All arguments before the command; `points`: where the mounts lie on the host.

    Raises SandboxError where something that is to be read does not exist.
    """
    limits = trial.limits
    words = [*WALLS, *bind_system()]
    # Kept in memory but counted by no watch, so each has a size of its own.
    size = str(min(limits.file_mib, limits.memory_mib) * 1024 * 1024)
    for place in ("/dev/shm", "/tmp"):  # noqa: S108 - inside the sandbox
        words += ["--size", size, "--perms", "1777", "--tmpfs", place]
    words += ["--dir", HOME, "--remount-ro", "/dev"]
    # Without it joblib warns that it cannot count the processors.
    words += ["--ro-bind-try", "/sys/devices/system/cpu", "/sys/devices/system/cpu"]
    words += _bind_settings(backstage, network=trial.network)
    for folder in _list_readable(trial):
        words += ["--ro-bind", str(folder), str(folder)]
    words += ["--bind", str(trial.folder.resolve()), JOB]
    for mount, point in zip(trial.mounts, points, strict=True):
        inside = Path(JOB, point.relative_to(trial.folder))
        words += ["--ro-bind", str(mount.source.resolve()), str(inside)]
    if trial.network:
        words += ["--share-net"]
    words += ["--remount-ro", "/", "--chdir", JOB]
    for name, value in variables.items():
        words += ["--setenv", name, value]
    return tuple(words)


def _bind_settings(backstage: Path, *, network: bool) -> list[str]:
    words: list[str] = []
    own = backstage / "etc"
    own.mkdir()
    for name, text in _FILES.items():
        (own / name).write_text(text)
        words += ["--ro-bind", str(own / name), f"/etc/{name}"]
    for name in (*_SETTINGS, *(_NETWORK_SETTINGS if network else ())):
        place = Path("/etc", name)
        if place.exists():
            words += ["--ro-bind", str(place.resolve()), str(place)]
    return words


def _list_readable(trial: Trial) -> tuple[Path, ...]:
    """Folders shown at their own places, outer ones first so that none is covered."""
    python = Path(os.path.abspath(trial.python))
    wanted = {*interpreter_roots(python), *trial.readable, *trial.import_path}
    shown = {
        Path(os.path.abspath(folder))
        for folder in wanted
        if not any(folder.is_relative_to(Path("/", name)) for name in ("usr", *_SYSTEM))
    }
    for folder in shown:
        if not folder.exists():
            raise SandboxError(
                f"{folder} does not exist, but the run is to read it. Correct the path."
            )
    return tuple(sorted(shown, key=lambda folder: len(folder.parts)))
