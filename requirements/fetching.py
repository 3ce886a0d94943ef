"""How the bootstrap comes by uv on a machine that may have neither uv nor pip."""

import base64
import hashlib
import json
import os
import platform
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.error import URLError
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit
from urllib.request import (
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from sandbox.environments.pip_settings import (
    PipSettings,
    PipSettingsError,
    describe_for_uv,
    list_uv_options,
    read_pip_settings,
)

__all__ = [
    "PROBLEMS",
    "FetchError",
    "describe_for_uv",
    "list_uv_options",
    "obtain_uv",
    "read_pip_settings",
]

OLDEST_UV = (0, 5)
CHUNK_BYTES = 1 << 16
SILENCE_SECONDS = 60.0
JSON_PAGE = "application/vnd.pypi.simple.v1+json"


class FetchError(Exception):
    """uv cannot be had: what happened and what to do."""


PROBLEMS = (FetchError, PipSettingsError)
"""What a person is told in a sentence."""


def obtain_uv(lock: Path, folder: Path, settings: PipSettings, say: Callable[[str], None]) -> str:
    """Return the path of a uv program, fetched into `folder` where the machine has none."""
    for found in (str(folder.parent / "bin" / "uv"), shutil.which("uv")):
        if found and is_recent(found):
            return found
    folder.mkdir(parents=True, exist_ok=True)
    version, hashes = read_locked(lock)
    name = f"uv-{version}-"
    for links in settings.link_folders:
        for wheel in sorted(links.glob(f"{name}*.whl")):
            if fits_machine(wheel.name) and hash_file(wheel) in hashes:
                return unpack(wheel, folder)
    reasons: list[str] = []
    if not settings.no_index:
        for index in filter(None, (settings.index_url, *settings.extra_index_urls)):
            if urlsplit(index).scheme in ("http", "https"):
                try:
                    return unpack(download(index, name, folder, settings, say), folder, hashes)
                except (OSError, ValueError, FetchError) as error:
                    reasons.append(str(error))
    pips = list_pips()
    if not pips and shutil.which("apt-get") and shutil.which("dpkg-deb"):
        say("This machine has no pip: fetching one from its package archive, into .venv only.")
        pips = fetch_from_archive(folder)
    for pip in pips:
        say(f"Fetching uv {version} (about 20 MB) with pip.")
        fetched = fetch_with_pip(pip, version, hashes, folder)
        if fetched is not None:
            return unpack(fetched, folder, hashes)
        reasons.append("pip could not fetch it")
    because = f" ({'; '.join(dict.fromkeys(reasons))[:300]})" if reasons else ""
    raise FetchError(
        f"uv {version}, which installs the packages, cannot be fetched{because}. Check the network "
        "and pip's settings. Without pip on the machine, set PIP_INDEX_URL to your package index, "
        "or install python3-venv or python3-pip."
    )


def is_recent(program: str) -> bool:
    """Whether this uv starts and is new enough."""
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return False
    match = re.match(r"uv (\d+)\.(\d+)", answer.stdout)
    return match is not None and (int(match[1]), int(match[2])) >= OLDEST_UV


def read_locked(lock: Path) -> tuple[str, frozenset[str]]:
    """Read uv's version and hashes from the lock."""
    text = lock.read_text(encoding="utf-8")
    match = re.search(r"^uv==(\S+)((?:.*\\\n)*.*)", text, re.MULTILINE)
    if match is None:
        raise FetchError(f"{lock.name} names no uv. Renew it with `make lock`.")
    return match[1], frozenset(re.findall(r"sha256:([0-9a-f]{64})", match[2]))


def fits_machine(wheel: str) -> bool:
    """Whether a wheel of uv, by its name, is for this machine."""
    tags = wheel.removesuffix(".whl").rpartition("-")[2]
    machine = platform.machine().lower()
    if sys.platform == "darwin":
        return tags.startswith("macosx") and tags.endswith(machine)
    family = "manylinux" if platform.libc_ver()[0] == "glibc" else "musllinux"
    return any(tag.startswith(family) and tag.endswith(f"_{machine}") for tag in tags.split("."))


def download(
    index: str, name: str, folder: Path, settings: PipSettings, say: Callable[[str], None]
) -> Path:
    """Fetch the wheel whose name starts with `name` from an index; raises OSError, FetchError."""
    opener = build_door(index, settings)
    page = f"{index.rstrip('/')}/uv/"
    request = make_request(page, index)
    request.add_header("Accept", f"{JSON_PAGE}, text/html;q=0.5")
    try:
        with opener.open(request, timeout=SILENCE_SECONDS) as answer:
            kind = answer.headers.get_content_type()
            links = list_links(answer.read().decode(errors="replace"), kind, answer.geturl())
        fitting = [
            link
            for link in links
            if (file := Path(unquote(urlsplit(link).path)).name).startswith(name)
            and fits_machine(file)
        ]
        if not fitting:
            raise FetchError(f"{urlsplit(index).hostname} has no {name}*.whl for this machine")
        target = folder / Path(unquote(urlsplit(fitting[0]).path)).name
        with opener.open(make_request(fitting[0], index), timeout=SILENCE_SECONDS) as answer:
            size = int(answer.headers.get("Content-Length") or 0)
            say(f"Fetching {target.name} ({size / 1e6:.0f} MB).")
            with target.open("wb") as kept:
                shutil.copyfileobj(answer, kept, CHUNK_BYTES)
    except URLError as error:
        raise FetchError(f"{urlsplit(index).hostname}: {error.reason}") from error
    return target


def build_door(index: str, settings: PipSettings) -> OpenerDirector:
    """Make an opener with pip's certificate and proxy; proxy variables count as well."""
    context = ssl.create_default_context(cafile=settings.cert or None)
    host = urlsplit(index).hostname or ""
    if host in {entry.partition(":")[0] for entry in settings.trusted_hosts}:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if settings.client_cert:
        context.load_cert_chain(settings.client_cert)
    proxies = {"http": settings.proxy, "https": settings.proxy} if settings.proxy else None
    return build_opener(HTTPSHandler(context=context), ProxyHandler(proxies))


def make_request(address: str, index: str) -> Request:
    """Make a request; the index's user and password go to its own host only, as a header."""
    parts = urlsplit(address)
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    if parts.scheme not in ("http", "https"):
        raise FetchError(f"{bare} is no web address")
    request = Request(bare)  # noqa: S310
    owner = urlsplit(index)
    if owner.username and parts.hostname == owner.hostname:
        pair = f"{unquote(owner.username)}:{unquote(owner.password or '')}"
        token = base64.b64encode(pair.encode()).decode()
        # Not passed on where the index sends us elsewhere.
        request.add_unredirected_header("Authorization", f"Basic {token}")
    return request


def list_links(page: str, kind: str, address: str) -> list[str]:
    """List the addresses of the files on an index page, JSON or HTML."""
    if kind == JSON_PAGE:
        return [urljoin(address, str(file["url"])) for file in json.loads(page)["files"]]
    anchors = Anchors()
    anchors.feed(page)
    return [urljoin(address, link) for link in anchors.links]


class Anchors(HTMLParser):
    """The links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep where an anchor leads."""
        self.links += [value for name, value in attrs if tag == "a" and name == "href" and value]


def list_pips() -> list[tuple[str, ...]]:
    """List the ways to start a pip that the machine has: installed, or bundled with Python."""
    installed: tuple[str, ...] = (sys.executable, "-m", "pip")
    found = [installed] if call((*installed, "--version"), Path.cwd()) else []
    bundled = Path(os.__file__).parent / "ensurepip" / "_bundled"
    wheels = [*bundled.glob("pip-*.whl"), *Path("/usr/share/python-wheels").glob("pip-*.whl")]
    # One is enough: where it cannot reach the index, the next will not either.
    return (found + [(sys.executable, f"{wheel}/pip") for wheel in wheels])[:1]


def fetch_from_archive(folder: Path) -> list[tuple[str, ...]]:
    """Download Debian's pip wheel, unpacked but not installed; empty where that fails."""
    lists = folder / "lists"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    private = ("-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={folder / 'cache'}")
    # A machine whose package lists were removed gets a copy of its own.
    if not call(("apt-get", "download", "python3-pip-whl"), folder):
        call(("apt-get", *private, "update"), folder)
        call(("apt-get", *private, "download", "python3-pip-whl"), folder)
    for package in folder.glob("python3-pip-whl*.deb"):
        call(("dpkg-deb", "-x", str(package), str(folder / "debian")), folder)
    wheels = (folder / "debian").glob("usr/share/python-wheels/pip-*.whl")
    return [(sys.executable, f"{wheel}/pip") for wheel in wheels]


def call(command: tuple[str, ...], folder: Path) -> bool:
    """Run a command silently; whether it went well."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def fetch_with_pip(
    pip: tuple[str, ...], version: str, hashes: frozenset[str], folder: Path
) -> Path | None:
    """Let pip download uv's wheel; None where it cannot."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        wanted = Path(scratch, "uv.txt")
        listed = " ".join(f"--hash=sha256:{digest}" for digest in sorted(hashes))
        wanted.write_text(f"uv=={version} {listed}\n", encoding="utf-8")
        options = ("--no-deps", "--only-binary", ":all:", "--require-hashes", "--quiet")
        call((*pip, "download", *options, "-r", str(wanted), "-d", str(folder)), folder)
    return next(iter(sorted(folder.glob(f"uv-{version}-*.whl"))), None)


def hash_file(path: Path) -> str:
    """Return a file's sha256, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def unpack(wheel: Path, folder: Path, hashes: frozenset[str] | None = None) -> str:
    """Take the program out of a checked wheel; return its path."""
    if hashes is not None and hash_file(wheel) not in hashes:
        wheel.unlink()
        raise FetchError(f"{wheel.name} is not the file that the lock names")
    with zipfile.ZipFile(wheel) as archive:
        inner = next((name for name in archive.namelist() if name.endswith("/scripts/uv")), None)
        if inner is None:
            raise FetchError(f"{wheel.name} holds no program")
        program = folder / "uv"
        program.write_bytes(archive.read(inner))
    program.chmod(0o755)
    return str(program)
