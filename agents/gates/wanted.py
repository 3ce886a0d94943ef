"""Which files a request for version control means: named, or by what the script does with them."""

import ast
from collections.abc import Iterator, Mapping, Sequence

from agents.gates.exhibit import Observation
from agents.gates.file_kinds import Kind, tell_kind
from agents.gates.products import mask_name
from agents.gates.program import parse_program

Group = tuple[str, ...]
"""Files of which one at least has to be kept; mostly it is only one."""


def find_wanted(
    asked: Mapping[str, str],
    texts: Mapping[str, str],
    baselines: Sequence[Observation],
    usual: frozenset[str] = frozenset({"data", "models"}),
) -> tuple[Group, ...]:
    """Every file that has to be kept, as far as the original shows; none twice.

    `usual` is what a request means that says neither `data` nor `models`.
    """
    if not baselines:
        return ()
    again = {mask_name(name) for name in baselines[-1].products}
    written = {
        name: tell_kind(name, written=True)
        for name in sorted(baselines[0].products)
        if mask_name(name) in again
    }
    found = {
        name: tell_kind(name, written=False)
        for name in sorted(baselines[0].store.data)
        if name not in baselines[0].products
    }
    known = {name: kind for name, kind in (found | written).items() if kind != "code"}
    named = [name for name in known if _is_named(name, asked.get("paths", "").split())]
    groups: list[Group] = [(name,) for name in named]
    covered = {known[name] for name in named}
    said = asked.keys() & {"data", "models"}
    meant = said or (frozenset() if named else usual)
    if "models" in meant and not covered & {"model", "part", "either"}:
        groups += _pick_models(written) or (_pick_models(found) if said else ())
    if "data" in meant and not covered & {"data", "either"}:
        groups += _pick_data(asked, found, written, texts)
    if not groups and known and (said or usual):
        groups = [tuple(known)]
    return tuple(dict.fromkeys(groups))


def find_missing(groups: Sequence[Group], kept: frozenset[str]) -> str:
    """The first file that is not among those kept; empty if all are."""
    names = {mask_name(name) for name in kept}
    return next(
        (group[0] for group in groups if not names & {mask_name(name) for name in group}), ""
    )


def _pick_models(files: Mapping[str, Kind]) -> tuple[Group, ...]:
    if models := _of_kind(files, "model"):
        return tuple((name,) for name in models)
    some = _of_kind(files, "part") or _of_kind(files, "either")
    return (some,) if some else ()


def _pick_data(
    asked: Mapping[str, str],
    found: Mapping[str, Kind],
    written: Mapping[str, Kind],
    texts: Mapping[str, str],
) -> tuple[Group, ...]:
    """What is read, unless the request speaks of what is written; that where nothing is read."""
    data = _of_kind(found, "data")
    told = _find_told(data, texts)
    read = tuple((name,) for name in told) or ((data,) if data else ())
    made = tuple((name,) for name in _of_kind(written, "data"))
    some = _of_kind(written, "either")
    if "written" in asked and "read" in asked:
        return (*read, *made)
    if "written" in asked:
        return made or ((some,) if some else read)
    return read or made or ((some,) if some and "models" not in asked else ())


def _of_kind(files: Mapping[str, Kind], kind: Kind) -> Group:
    return tuple(name for name, one in files.items() if one == kind)


def _is_named(path: str, paths: Sequence[str]) -> bool:
    return any(
        path == one
        or path.endswith(f"/{one}")
        or (one.endswith("/") and (path.startswith(one) or f"/{one}" in path))
        for one in paths
    )


def _find_told(files: Sequence[str], texts: Mapping[str, str]) -> tuple[str, ...]:
    """Those of the files that the programs name, or, where they name none, whose folder they do."""
    said = {text for one in texts.values() for text in _list_texts(one)}
    whole = "\n".join(said)
    named = tuple(
        path
        for path in files
        if (name := path.rpartition("/")[2]) in whole
        or {name.rpartition(".")[0], f".{name.rpartition('.')[2]}"} <= said
    )
    if named:
        return named
    folders = {text.strip("./").split("/*")[0] for text in said}
    return tuple(path for path in files if folders & set(path.split("/")[:-1]))


def _list_texts(text: str) -> Iterator[str]:
    tree = parse_program(text)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
            yield node.value
