"""Edits the same numbers in original and candidate alike; never a line more or less."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from agents.gates.program import parse_program
from agents.shrinking.configuration import SUFFIXES, find_entries
from agents.shrinking.sites import Site, find_sites
from agents.shrinking.words import normalise
from agents.verdict import Reduction

_MARK = "\ufeff"


def shrink_texts(files: Mapping[str, str], reductions: Sequence[Reduction]) -> dict[str, str]:
    """The Python files (path -> text) with every knob reduced.

    A knob is known by name and number, wherever a candidate has moved it; where neither is found,
    by what it counts and its number. A file that would not be the same program but for numbers
    comes back as it is.
    """
    edits = _choose_edits(files, reductions)
    return {name: _edit(text, edits.get(name, {}), name) for name, text in files.items()}


def find_missing(files: Mapping[str, str], reductions: Sequence[Reduction]) -> Reduction | None:
    """The first knob that these files do not have, so that they cannot be run as the others are."""
    edits = _choose_edits(files, reductions)
    done = {(site.key, site.spelling.value) for chosen in edits.values() for site in chosen}
    kinds = {(site.kind, site.spelling.value) for chosen in edits.values() for site in chosen}
    shrunk = shrink_texts(files, reductions)
    for item in _in_python(reductions):
        known = (normalise(item.name), item.full) in done or (item.kind, item.full) in kinds
        if not known:
            return item
    unedited = next((name for name in edits if shrunk[name] == files[name]), None)
    return next(iter(_in_python(reductions)), None) if unedited else None


def shrink_folder(folder: Path, reductions: Sequence[Reduction]) -> None:
    """Reduce the numbers in the configuration files of a work folder."""
    for name in {item.file for item in reductions if item.how == "configuration"}:
        path = folder / name
        if not name.endswith(SUFFIXES) or path.is_symlink() or not path.is_file():
            continue
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        wanted = {
            (normalise(item.name), item.full): item.reduced
            for item in reductions
            if item.file == name
        }
        chosen = {
            site: wanted[site.key, site.spelling.value]
            for site in find_entries({name: text})
            if (site.key, site.spelling.value) in wanted
        }
        path.write_bytes(_replace(text, chosen).encode("utf-8", "surrogateescape"))


def _in_python(reductions: Sequence[Reduction]) -> Iterable[Reduction]:
    return (item for item in reductions if item.how not in ("option", "configuration"))


def _choose_edits(
    files: Mapping[str, str], reductions: Sequence[Reduction]
) -> dict[str, dict[Site, int]]:
    wanted = list(_in_python(reductions))
    if not wanted:
        return {}
    levels = {(normalise(item.name), item.full): item.reduced for item in wanted}
    options = any(item.how == "default" and item.name.startswith("-") for item in wanted)
    sites = [site for site in find_sites(files) if options or site.how != "option"]
    named = {(site.key, site.spelling.value) for site in sites}
    moved = {
        (item.kind, item.full): item.reduced
        for item in wanted
        if (normalise(item.name), item.full) not in named
    }
    chosen: dict[str, dict[Site, int]] = {}
    for site in sites:
        value = site.spelling.value
        level = levels.get((site.key, value), moved.get((site.kind, value)))
        if level is not None:
            chosen.setdefault(site.file, {})[site] = level
    return chosen


def _edit(text: str, chosen: Mapping[Site, int], name: str) -> str:
    if not chosen:
        return text
    mark = _MARK if text.startswith(_MARK) else ""
    plain = text.removeprefix(_MARK)
    edited = _replace(plain, chosen)
    before, after = parse_program(plain), parse_program(edited)
    if before is None or after is None or plain.count("\n") != edited.count("\n"):
        return text
    # Columns and lines are not trusted: the edited text must have the numbers where they were.
    left = find_sites({name: plain})
    right = find_sites({name: edited})
    expected = [chosen.get(site, site.spelling.value) for site in left]
    found = [site.spelling.value for site in right]
    same = ast.dump(_Blank().visit(before)) == ast.dump(_Blank().visit(after))
    return mark + edited if same and _agrees(expected, found) else text


def _agrees(expected: Sequence[int], found: Sequence[int]) -> bool:
    """A number may have become too small to bound a long loop, and is then no site any more."""
    rest = iter(expected)
    return all(any(one == number for one in rest) for number in found)


def _replace(text: str, chosen: Mapping[Site, int]) -> str:
    lines = [line.encode("utf-8", "surrogateescape") for line in text.split("\n")]
    for site in sorted(chosen, key=lambda one: (one.spelling.line, -one.spelling.start)):
        spelling = site.spelling
        if spelling.line > len(lines):
            continue
        line = lines[spelling.line - 1]
        number = spelling.write(chosen[site]).encode()
        lines[spelling.line - 1] = line[: spelling.start] + number + line[spelling.end :]
    return "\n".join(line.decode("utf-8", "surrogateescape") for line in lines)


class _Blank(ast.NodeTransformer):
    """Takes the numbers out of a program, so that two can be compared without them."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, int | float) and not isinstance(node.value, bool):
            return ast.Constant(0)
        if isinstance(node.value, str) and node.value.isdecimal():
            return ast.Constant("0")
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        both = isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant)
        return ast.Constant(0) if both else node
