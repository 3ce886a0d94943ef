"""Finds what makes a program long: its options, constants and configured numbers."""

import ast
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.gates.program import parse_program, reachable_files
from agents.shrinking.command import find_given, reads_command
from agents.shrinking.configuration import find_entries, read_configurations
from agents.shrinking.numbers import name_of, read_numbers
from agents.shrinking.sites import find_sites
from agents.shrinking.words import LEAST, NOTABLE, ORDER, counter_kind, name_kind, normalise
from agents.verdict import How, Kind, Reduction

MOST = 24
"""More knobs than this are a search space, not the length of a program."""


@dataclass(frozen=True, slots=True)
class Knob:
    """One number that is made smaller, wherever it stands."""

    name: str
    kind: Kind
    how: How
    file: str
    line: int
    """0 for an option that is in the command and declared nowhere."""
    full: int

    def reduce(self, level: int) -> Reduction:
        """The record of having it made smaller."""
        return Reduction(
            self.name, self.file, self.line, self.kind, self.how, self.full, min(level, self.full)
        )


@dataclass(frozen=True, slots=True)
class Knobs:
    """All that a program can be shortened by."""

    found: tuple[Knob, ...]
    cadences: Mapping[Kind, int]
    """By kind: every how many of them the program says something."""

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds found, those that change results least first."""
        return tuple(kind for kind in ORDER if any(knob.kind == kind for knob in self.found))

    def longest(self, kind: Kind) -> int:
        """The largest number of one kind."""
        return max(knob.full for knob in self.found if knob.kind == kind)

    def least(self, kind: Kind) -> int:
        """The smallest level of a kind in which the program still says something three times."""
        wanted = 3 * self.cadences.get(kind, 0)
        return max(LEAST[kind], wanted) if wanted < self.longest(kind) else LEAST[kind]

    def reduce(self, levels: Mapping[Kind, int]) -> tuple[Reduction, ...]:
        """Bring every knob of these kinds to its level; those below it stay as they are."""
        return tuple(
            knob.reduce(levels[knob.kind])
            for knob in self.found
            if knob.kind in levels and knob.full > levels[knob.kind]
        )


def find_knobs(
    sources: Mapping[str, str], entry: str, folder: Path, command: Sequence[str]
) -> Knobs:
    """Look through a program, the configuration files beside it and the command that runs it."""
    reachable = {name: sources[name] for name in reachable_files(sources, entry)}
    sites = find_sites(reachable)
    options = [site for site in sites if site.how == "option"]
    found: list[Knob] = []
    given = set()
    for name, key, number in find_given(command, options):
        declared = next((site for site in options if site.key == key), None)
        kind = declared.kind if declared else name_kind(name)
        if kind is not None:
            given.add(key)
            found.append(Knob(name, kind, "option", "", 0, number))
    entries = find_entries(read_configurations(folder, reachable, " ".join(command)))
    for site in (*sites, *entries):
        if site.key in given:
            continue
        how = site.how
        if how == "option" and not reads_command(reachable, site.file):
            how = "default"
        spelling = site.spelling
        knob = Knob(site.name, site.kind, how, site.file, spelling.line, spelling.value)
        found.append(knob)
    worth = [knob for knob in found if knob.full > NOTABLE[knob.kind]]
    if len(worth) > MOST:
        worth = []
    return Knobs(tuple(dict.fromkeys(worth)), _find_cadences(reachable, worth))


def _find_cadences(files: Mapping[str, str], knobs: Sequence[Knob]) -> Mapping[Kind, int]:
    """Every how many epochs or steps a program does something: `if step % 100 == 0`."""
    trees = [tree for text in files.values() if (tree := parse_program(text))]
    numbers = _read_named_numbers(trees)
    cadences: dict[Kind, int] = {}
    longest = {
        kind: max((knob.full for knob in knobs if knob.kind == kind), default=0) for kind in ORDER
    }
    for tree in trees:
        for node in ast.walk(tree):
            if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mod):
                continue
            counted = [
                kind for part in ast.walk(node.left) if (kind := counter_kind(name_of(part)))
            ]
            every = [spelling.value for spelling in read_numbers(node.right)]
            every += numbers.get(normalise(name_of(node.right)), [])
            for kind in counted:
                some = [number for number in every if 3 * number < longest[kind]]
                cadences[kind] = max([cadences.get(kind, 0), *some])
    return cadences


def _read_named_numbers(trees: Sequence[ast.Module]) -> Mapping[str, list[int]]:
    """Name -> the numbers it is given anywhere: assigned, as a default, as an option's default."""
    found: dict[str, list[int]] = defaultdict(list)

    def note(name: str, value: ast.expr | None) -> None:
        found[normalise(name)] += [spelling.value for spelling in read_numbers(value)]

    for tree in trees:
        for node in ast.walk(tree):
            match node:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        note(name_of(target), value)
                case ast.AnnAssign(target=target, value=value):
                    note(name_of(target), value)
                case ast.arguments(posonlyargs=first, args=then, defaults=defaults):
                    plain = [*first, *then]
                    for one, value in zip(
                        plain[len(plain) - len(defaults) :], defaults, strict=True
                    ):
                        note(one.arg, value)
                case ast.Call(args=[*names], keywords=keywords):
                    default = [word.value for word in keywords if word.arg == "default"]
                    for name in names:
                        if default and isinstance(name, ast.Constant):
                            note(str(name.value), default[0])
                case _:
                    pass
    return found
