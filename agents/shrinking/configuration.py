"""Numbers in YAML, TOML and JSON files that say how long a program works; read as lines of text."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from agents.shrinking.numbers import Spelling
from agents.shrinking.sites import Site
from agents.shrinking.words import name_kind, normalise

SUFFIXES = (".yaml", ".yml", ".toml", ".json", ".ini", ".cfg")
LARGEST_KIB = 64
_PAIR = re.compile(
    r"""(?P<before>^|[\s{,"'])(?P<key>[A-Za-z_][\w.-]*)["']?\s*[:=]\s*"""
    r"""(?P<number>\d[\d_]*(?:\.0+|(?:\.\d+)?e\+?\d+)?)(?=\s*(?:$|[#,}\]]))""",
    re.IGNORECASE,
)


def read_configurations(folder: Path, texts: Mapping[str, str], words: str) -> Mapping[str, str]:
    """The configuration files of a folder that its program or its command speaks of."""
    spoken = "\n".join((words, *texts.values()))
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix not in SUFFIXES or path.is_symlink() or not path.is_file():
            continue
        if path.stat().st_size > LARGEST_KIB * 1024:
            continue
        if path.name in spoken or re.search(rf"[\"']{re.escape(path.stem)}[\"']", spoken):
            try:
                found[path.relative_to(folder).as_posix()] = path.read_bytes().decode()
            except UnicodeDecodeError:
                continue
    return found


def find_entries(files: Mapping[str, str]) -> Iterator[Site]:
    """The numbers in these files whose keys say how long a program works."""
    for file, text in files.items():
        for number, line in enumerate(text.split("\n"), start=1):
            code = line if file.endswith(".json") else re.sub(r"(^|\s)#.*", "", line)
            for match in _PAIR.finditer(code):
                key = match["key"]
                kind = name_kind(key)
                written = match["number"].replace("_", "")
                value = float(written)
                if kind is None or not value.is_integer() or not 0 < value <= 1e15:
                    continue
                form = "int" if written.isdigit() else "float"
                start = len(line[: match.start("number")].encode())
                end = len(line[: match.end("number")].encode())
                spelling = Spelling(number, start, end, int(value), form)
                yield Site(file, key, normalise(key), kind, "configuration", spelling)
