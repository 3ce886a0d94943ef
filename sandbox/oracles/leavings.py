"""Data that lies in a work folder: neither code nor what version control keeps for itself."""

import os
from collections.abc import Mapping
from pathlib import Path

from sandbox.oracles.dvc_contents import Contents
from sandbox.oracles.planting import is_code_file, is_version_file

MAX_DATA = 5_000
MAX_VISITED = 50_000


def find_data(contents: Contents) -> Mapping[str, str]:
    """Path -> sha256 of the data in a work folder; hidden files and links are left out."""
    found: dict[str, str] = {}
    visited = 0
    for base, folders, names in os.walk(contents.folder):
        folders[:] = sorted(name for name in folders if not _is_cache(name))
        for name in sorted(names):
            visited += 1
            if visited > MAX_VISITED or len(found) >= MAX_DATA:
                return found
            path = Path(base, name).relative_to(contents.folder).as_posix()
            if _is_cache(name) or is_code_file(path) or is_version_file(path):
                continue
            if prints := contents.take_prints(path):
                found[path] = prints.sha256
    return found


def _is_cache(name: str) -> bool:
    return name.startswith(".") or name == "__pycache__" or name.endswith(".pyc")
