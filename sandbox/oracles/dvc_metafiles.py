"""What DVC writes down beside git: `.dvc` files and `dvc.lock`, read without DVC."""

import os
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import yaml

MAX_TEXT = 2**20
MAX_NODES = 100_000
MAX_DEPTH = 50
MAX_METAFILES = 500
MAX_FOLDERS = 5_000

Tree: TypeAlias = "str | Sequence[Tree] | Mapping[str, Tree]"

_DIGEST = re.compile(r"[0-9a-f]{32}(\.dir)?")


class MetafileError(Exception):
    """A metafile cannot be read: says why in one sentence."""


class UnknownMetafile(MetafileError):
    """A layout of DVC's that is not read here: no fault of whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Output:
    """One file or folder that DVC keeps."""

    path: str
    """Relative to the folder that was read; empty where it lies outside."""
    metafile: str
    digest: str
    """MD5 of its bytes; for a folder of its list, and `.dir` behind it."""
    stated: str
    """The path as the metafile has it."""


def is_metafile(relative: str) -> bool:
    """Tell whether a path is a metafile with hashes of outputs in it."""
    name = relative.rpartition("/")[2]
    return name == "dvc.lock" or (name.endswith(".dvc") and name != ".dvc")


def find_metafiles(folder: Path) -> tuple[str, ...]:
    """Metafiles below a folder, links and hidden folders left out."""
    found: list[str] = []
    for count, (base, folders, names) in enumerate(os.walk(folder)):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(base, name)
            if is_metafile(name) and path.is_file() and not path.is_symlink():
                found.append(path.relative_to(folder).as_posix())
        if len(found) > MAX_METAFILES or count > MAX_FOLDERS:
            raise MetafileError(f"There are more than {MAX_METAFILES} files of DVC's to be read.")
    return tuple(found)


def read_outputs(metafile: str, data: bytes) -> tuple[Output, ...]:
    """Read the outputs that one metafile names. Raises MetafileError."""
    tree = parse_yaml(metafile, data)
    if not isinstance(tree, Mapping):
        raise MetafileError(f"{metafile} holds no fields.")
    base = posixpath.dirname(metafile)
    if not metafile.endswith("dvc.lock"):
        base = posixpath.join(base, _text(tree.get("wdir", "")))
        return tuple(_read_output(metafile, base, out) for out in _items(tree.get("outs", ())))
    if _text(tree.get("schema", "")) != "2.0":
        raise UnknownMetafile(f"{metafile} has a schema that is not known.")
    stages = tree.get("stages", {})
    if not isinstance(stages, Mapping):
        raise MetafileError(f"{metafile} holds no stages.")
    return tuple(
        _read_output(metafile, base, out)
        for stage in stages.values()
        if isinstance(stage, Mapping)
        for out in _items(stage.get("outs", ()))
    )


def _read_output(metafile: str, base: str, out: Tree) -> Output:
    if not isinstance(out, Mapping):
        raise MetafileError(f"{metafile} has an output without fields.")
    stated, digest = _text(out.get("path", "")), _text(out.get("md5", ""))
    if digest and _text(out.get("hash", "")) != "md5":
        raise UnknownMetafile(f"{metafile} was written by DVC 2, whose hashes are not read here.")
    if not digest and "files" in out:
        raise UnknownMetafile(f"{metafile} keeps its versions in the cloud, not in a cache.")
    if not _DIGEST.fullmatch(digest):
        raise MetafileError(f"{metafile} has no MD5 for `{stated[:200]}`.")
    return Output(_settle(base, stated), metafile, digest, stated)


def _settle(base: str, stated: str) -> str:
    """The path below the folder; empty where it points out of it."""
    joined = posixpath.normpath(posixpath.join(base, stated))
    outside = joined.startswith(("/", "..")) or "://" in stated or "\0" in stated
    return "" if outside or joined == "." or not stated else joined


def parse_yaml(name: str, data: bytes) -> Tree:
    """Parse YAML to texts, lists and mappings; tags are ignored, aliases are not followed.

    Raises MetafileError.
    """
    if len(data) > MAX_TEXT:
        raise MetafileError(f"{name} is larger than {MAX_TEXT // 1024} KiB.")
    try:
        text = data.decode("utf-8")
        depth = 0
        for count, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            # A few lines of aliases can stand for billions of values; and what YAML's reader
            # does for each bracket grows with those that are open.
            if isinstance(event, yaml.AliasEvent) or count > MAX_NODES or depth > MAX_DEPTH:
                raise MetafileError(f"{name} is more involved than anything DVC writes.")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        return _convert(name, node) if node is not None else {}
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise MetafileError(f"{name} is no YAML that can be read.") from error


def _convert(name: str, node: yaml.Node) -> Tree:
    match node:
        case yaml.ScalarNode():
            return str(node.value)
        case yaml.SequenceNode():
            return tuple(_convert(name, child) for child in node.value)
        case yaml.MappingNode():
            fields: dict[str, Tree] = {}
            for key, value in node.value:
                word = _convert(name, key)
                if not isinstance(word, str) or word in fields:
                    raise MetafileError(f"{name} has a field twice, or one without a name.")
                fields[word] = _convert(name, value)
            return fields
    raise MetafileError(f"{name} holds something that is no YAML.")


def _text(tree: Tree) -> str:
    return tree if isinstance(tree, str) else ""


def _items(tree: Tree) -> Iterator[Tree]:
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        yield from tree
