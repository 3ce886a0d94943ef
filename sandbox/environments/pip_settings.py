"""Where pip would fetch packages from, read from pip's own files and variables.

Standard library only: the bootstrap reads this file before anything is installed, and on a
machine where pip itself may be missing. The order is pip's own: global files, the user's, the
environment's, `PIP_CONFIG_FILE`, then `PIP_*` variables.
"""

import configparser
import hashlib
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

TRUE_WORDS = frozenset({"1", "y", "yes", "t", "true", "on"})


class PipSettingsError(Exception):
    """pip's configuration cannot be read; names the file and the way out."""


@dataclass(frozen=True, slots=True)
class PipSettings:
    """The part of pip's configuration that says what is fetched from where."""

    index_url: str = ""
    """Empty: the index that the installer takes by itself."""
    extra_index_urls: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    """Folders and pages, local ones as plain paths that exist."""
    no_index: bool = False
    cert: str = ""
    client_cert: str = ""
    proxy: str = ""
    trusted_hosts: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    timeout_seconds: float = 0.0
    """0: the installer's own."""

    @property
    def link_folders(self) -> tuple[Path, ...]:
        """The find-links that are folders of this machine."""
        return tuple(path for link in self.find_links if (path := Path(link)).is_dir())

    def digest(self) -> str:
        """A hash that changes when something else could be fetched: settings or constraints."""
        text = repr(self)
        for name in self.constraints:
            text += read_text(Path(name)) if Path(name).is_file() else name
        for folder in self.link_folders:
            text += "".join(sorted(path.name for path in folder.glob("*.whl")))
        return hashlib.sha256(text.encode()).hexdigest()


def read_pip_settings(environ: Mapping[str, str], prefix: Path | None = None) -> PipSettings:
    """Read what pip would use with these variables; raises PipSettingsError on a broken file."""
    values: dict[str, str] = {}
    for path in list_files(environ, prefix or Path(sys.prefix)):
        values.update(read_file(path))
    for name, value in environ.items():
        # An empty variable is unset for pip.
        if name.startswith("PIP_") and value:
            values[name[4:].lower().replace("_", "-")] = value
    links = (resolve_link(link) for link in values.get("find-links", "").split())
    return PipSettings(
        index_url=values.get("index-url", "").strip(),
        extra_index_urls=tuple(values.get("extra-index-url", "").split()),
        find_links=tuple(link for link in links if link),
        no_index=values.get("no-index", "").strip().lower() in TRUE_WORDS,
        cert=values.get("cert", "").strip(),
        client_cert=values.get("client-cert", "").strip(),
        proxy=values.get("proxy", "").strip(),
        trusted_hosts=tuple(values.get("trusted-host", "").split()),
        constraints=tuple(values.get("constraint", "").split()),
        timeout_seconds=read_seconds(values.get("timeout") or values.get("default-timeout", "")),
    )


def list_files(environ: Mapping[str, str], prefix: Path) -> tuple[Path, ...]:
    """List the configuration files that pip would read, the weakest first."""
    chosen = environ.get("PIP_CONFIG_FILE", "")
    if chosen == os.devnull:
        return ()
    home = Path(environ.get("HOME") or os.path.expanduser("~"))
    folders = (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep)
    found = [Path(folder, "pip", "pip.conf") for folder in reversed(folders) if folder]
    found.append(Path("/etc/pip.conf"))
    user = Path(environ.get("XDG_CONFIG_HOME") or home / ".config", "pip", "pip.conf")
    if sys.platform == "darwin":
        found.insert(0, Path("/Library/Application Support/pip/pip.conf"))
        library = home / "Library/Application Support/pip"
        user = library / "pip.conf" if library.is_dir() else user
    found += [home / ".pip" / "pip.conf", user, prefix / "pip.conf"]
    if chosen:
        found.append(Path(chosen))
    return tuple(path for path in found if path.is_file())


def read_file(path: Path) -> dict[str, str]:
    """Read one pip.conf: `[global]`, then what `[download]` and `[install]` say instead."""
    # pip reads without interpolation: a `%` in a password is just that.
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(read_text(path), source=str(path))
    except (configparser.Error, OSError) as error:
        reason = str(error).splitlines()[0]
        raise PipSettingsError(
            f"pip's configuration {path} cannot be read ({reason}). Mend that file, or point "
            f"PIP_CONFIG_FILE at {os.devnull} to go without."
        ) from error
    values: dict[str, str] = {}
    for section in ("global", "download", "install"):
        if parser.has_section(section):
            for name, value in parser.items(section):
                values[name.lower().replace("_", "-").removeprefix("--")] = value
    return values


def read_text(path: Path) -> str:
    """Read a text file as lossy UTF-8."""
    return path.read_text(encoding="utf-8", errors="replace")


def read_seconds(text: str) -> float:
    """Read a number of seconds; 0 where there is none."""
    try:
        return max(float(text), 0.0)
    except ValueError:
        return 0.0


def resolve_link(link: str) -> str:
    """Turn a find-links entry into a path or an address; empty where the path is not there."""
    path = read_local_path(link)
    if path is None:
        return link
    # pip passes over a folder that is not there; uv would stop.
    return str(path) if path.exists() else ""


def read_local_path(link: str) -> Path | None:
    """Return the path that a find-links or index entry names, or None for a web address."""
    parts = urlsplit(link)
    if parts.scheme == "file":
        return Path(url2pathname(unquote(parts.path)))
    if parts.scheme in ("http", "https"):
        return None
    return Path(link).expanduser().absolute()


def describe_for_uv(settings: PipSettings) -> dict[str, str]:
    """Say the same in uv's variables. Addresses may hold a password: never on a command line."""
    pairs: Iterable[tuple[str, str]] = (
        ("UV_DEFAULT_INDEX", settings.index_url),
        ("UV_INDEX", " ".join(settings.extra_index_urls)),
        ("SSL_CERT_FILE", settings.cert),
        ("SSL_CLIENT_CERT", settings.client_cert),
        ("HTTPS_PROXY", settings.proxy),
        ("HTTP_PROXY", settings.proxy),
        ("UV_INSECURE_HOST", " ".join(settings.trusted_hosts)),
        ("UV_HTTP_TIMEOUT", str(int(settings.timeout_seconds)) if settings.timeout_seconds else ""),
        # pip takes the best version of all indexes; uv by default only looks at the first.
        ("UV_INDEX_STRATEGY", "unsafe-best-match" if settings.extra_index_urls else ""),
    )
    return {name: value for name, value in pairs if value}


def list_uv_options(settings: PipSettings) -> tuple[str, ...]:
    """List the options for uv that have no variable, or none that allows blanks in a path."""
    options = ["--no-index"] if settings.no_index else []
    for link in settings.find_links:
        options += ["--find-links", link]
    return tuple(options)
