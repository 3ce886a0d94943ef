"""DVC's cache and the files in the folder, held against what the metafiles say of them."""

import configparser
import hashlib
import json
import os
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.oracles.dvc_metafiles import MAX_TEXT, Output
from sandbox.oracles.git_files import GitError, find_plain, read_plain
from sandbox.oracles.planting import HOUSE

MAX_FILE = 1024 * 2**20
MAX_TOTAL = 4 * 1024 * 2**20
MAX_LIST = 32 * 2**20
MAX_FILES = 20_000
_HASH = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Prints:
    """Fingerprints of the same bytes."""

    md5: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Content:
    """What an output consists of: path relative to the output (empty: itself) -> its prints."""

    files: Mapping[str, Prints]
    complete: bool
    """Every byte of it is there, with the hash it is named by."""
    detail: str = ""


@dataclass(slots=True)
class Contents:
    """The bytes of one work folder; each is read once, links are never followed."""

    folder: Path
    _total: int = 0
    _known: dict[str, Prints | None] = field(default_factory=dict)
    _settings: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def find_root(self, metafile: str) -> str | None:
        """The folder of the DVC repository a metafile belongs to; None where there is none."""
        place = posixpath.dirname(metafile)
        while True:
            inner = self.folder / place / ".dvc"
            if inner.is_dir() and not inner.is_symlink():
                return place
            if not place:
                return None
            place = posixpath.dirname(place)

    def read_setting(self, root: str, name: str) -> str:
        """One setting of a DVC repository, `cache.dir`, or an empty string."""
        return self.read_settings(root).get(name, "")

    def read_settings(self, root: str) -> Mapping[str, str]:
        """All settings of a DVC repository: `cache.dir`, `'remote "storage"'.url` -> text."""
        if root not in self._settings:
            self._settings[root] = self._read_settings(root)
        return self._settings[root]

    def _read_settings(self, root: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for name in ("config", "config.local"):
            parser = configparser.ConfigParser(strict=False, interpolation=None)
            try:
                data = read_plain(self.folder, posixpath.join(root, ".dvc", name), MAX_TEXT)
                parser.read_string((data or b"").decode("utf-8", "replace"))
            except (GitError, configparser.Error):
                continue
            found |= {
                f"{part}.{key}": text for part in parser for key, text in parser[part].items()
            }
        return found

    def find_remotes(self, root: str) -> tuple[str, ...]:
        """Folders of the remotes that lie below the work folder, relative to it."""
        settings = self.read_settings(root)
        found = [
            self._settle_place(root, settings[name])
            for name in sorted(settings)
            if name.startswith("'remote \"") and name.endswith(".url")
        ]
        # The remote that everybody finds, whoever set it up: planted with the repository.
        found.append(f"{HOUSE}/remote")
        folders = [posixpath.normpath(place) for place in found]
        # A cache that is called a remote, too, keeps nothing twice.
        cache = self._find_cache(root)
        return tuple(
            one
            for one in folders
            if not one.startswith(("/", "..")) and "://" not in one and one != cache
        )

    def _settle_place(self, root: str, stated: str) -> str:
        """Where a remote lies: its path is relative to the settings, or as the run saw it."""
        parser = configparser.ConfigParser(strict=False, interpolation=None)
        try:
            data = read_plain(self.folder, f"{HOUSE}/dvc/config", MAX_TEXT) or b""
            parser.read_string(data.decode("utf-8", "replace"))
        except (GitError, configparser.Error):
            parser.clear()
        url = parser.get("'remote \"storage\"'", "url", fallback="")
        work = url.removesuffix(f"{HOUSE}/remote")
        if work != url and stated.startswith(work):
            return stated.removeprefix(work)
        return posixpath.join(root, ".dvc", stated)

    def is_pushed(self, output: Output) -> bool:
        """Whether some remote below the work folder holds every byte of an output."""
        root = self.find_root(output.metafile)
        if root is None:
            return False
        return any(self._read_from(place, output).complete for place in self.find_remotes(root))

    def read_kept(self, output: Output) -> Content:
        """What the cache holds of an output."""
        root = self.find_root(output.metafile)
        if root is None:
            return Content({}, False, "there is no `.dvc` folder, hence no cache")
        cache = self._find_cache(root)
        if cache.startswith(("/", "..")):
            return Content({}, False, "its cache lies outside the work folder")
        return self._read_from(cache, output)

    def _find_cache(self, root: str) -> str:
        setting = self.read_setting(root, "cache.dir")
        return posixpath.normpath(posixpath.join(root, ".dvc", setting or "cache"))

    def _read_from(self, cache: str, output: Output) -> Content:
        """What a cache, or a remote, which is laid out alike, holds of an output."""
        digest, _, is_list = output.digest.partition(".")
        if not is_list:
            prints = self._read_cached(cache, digest)
            return Content({"": prints} if prints else {}, prints is not None)
        listing = self._read_list(cache, output.digest)
        if listing is None:
            return Content({}, False)
        files = {path: self._read_cached(cache, md5) for path, md5 in listing.items()}
        return Content(
            {path: prints for path, prints in files.items() if prints}, None not in files.values()
        )

    def _read_cached(self, cache: str, md5: str) -> Prints | None:
        prints = self.take_prints(f"{cache}/files/md5/{md5[:2]}/{md5[2:]}")
        return prints if prints and prints.md5 == md5 else None

    def _read_list(self, cache: str, digest: str) -> Mapping[str, str] | None:
        try:
            name = f"{cache}/files/md5/{digest[:2]}/{digest[2:]}"
            data = read_plain(self.folder, name, MAX_LIST)
            if data is None:
                return None
            if hashlib.md5(data, usedforsecurity=False).hexdigest() != digest[:32]:
                return None
            rows = json.loads(data)
        except (GitError, ValueError, RecursionError):
            return None
        listing: dict[str, str] = {}
        for row in rows if isinstance(rows, list) else ():
            path, md5 = (row.get("relpath"), row.get("md5")) if isinstance(row, dict) else ("", "")
            if not isinstance(path, str) or not isinstance(md5, str) or not _HASH.fullmatch(md5):
                return None
            if len(listing) > MAX_FILES or path.startswith("/") or ".." in path.split("/"):
                return None
            listing[path] = md5
        return listing

    def read_present(self, path: str) -> Mapping[str, Prints]:
        """What lies at an output's place: relative path -> prints; links are left out."""
        place = self.folder / path
        try:
            if find_plain(self.folder, path) is None:
                return {}
        except GitError:
            return {}
        if place.is_file():
            prints = self.take_prints(path)
            return {"": prints} if prints else {}
        found: dict[str, Prints] = {}
        for base, folders, names in os.walk(place):
            folders.sort()
            for name in sorted(names):
                inner = Path(base, name).relative_to(place).as_posix()
                if len(found) >= MAX_FILES:
                    return found
                if prints := self.take_prints(f"{path}/{inner}"):
                    found[inner] = prints
        return found

    def take_prints(self, relative: str) -> Prints | None:
        """Fingerprints of a plain file; None where there is none that may be read."""
        if relative not in self._known:
            self._known[relative] = self._take(relative)
        return self._known[relative]

    def _take(self, relative: str) -> Prints | None:
        try:
            place = find_plain(self.folder, relative)
            if place is None or not place.is_file() or place.stat().st_size > MAX_FILE:
                return None
            self._total += place.stat().st_size
            if self._total > MAX_TOTAL:
                return None
            md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
            with place.open("rb") as file:
                while piece := file.read(2**20):
                    md5.update(piece)
                    sha256.update(piece)
        except (GitError, OSError):
            return None
        return Prints(md5.hexdigest(), sha256.hexdigest())
