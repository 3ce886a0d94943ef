"""Version control that moves from git to DVC: the same bytes, at the same commits and tags."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from agents.gates.behaviour import judge_behaviour
from agents.gates.exhibit import Exhibit
from agents.gates.file_kinds import tell_kind
from agents.gates.lineage import (
    find_history_problem,
    find_planted,
    made_commits,
    show_title,
)
from agents.gates.panel import Panel
from agents.gates.panels.translation import Move
from agents.gates.panels.versioning import (
    judge_bare_versioning,
    judge_versioned_store,
    judge_versioning_witness,
)
from agents.gates.products import mask_name
from sandbox.oracles.planting import is_version_file
from sandbox.oracles.store import Commit, Repository, Store

_HASH = re.compile(r"\b[0-9a-f]{7,40}\b")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)
_OWN = re.compile(r"git[ -]?python", re.IGNORECASE)


@dataclass(slots=True)
class _Sides:
    """One repository as the original leaves it, twice, and as the candidate does."""

    first: Repository
    last: Repository
    here: Repository
    written: frozenset[str]
    """What the original writes; the rest of its data was there before."""
    programs: frozenset[str]
    """The candidate's own files, where code is looked for."""
    moved: bool
    """Values were moved on purpose, so that bytes and numbers may be others."""
    pairs: dict[str, Commit] = field(default_factory=dict)
    """The original's commit -> the candidate's that stands for it."""
    extra: dict[str, Commit] = field(default_factory=dict)
    """The candidate's commits that stand for none."""


def compare_versions(exhibit: Exhibit) -> str:
    """The first difference between what git kept of the original and DVC of the candidate."""
    first, last = exhibit.baselines[0], exhibit.baselines[-1]
    if problem := find_history_problem(exhibit):
        return problem
    known = {one.path: one for one in (last.source or Store("")).repositories}
    found = {one.path: one for one in exhibit.observed.store.repositories}
    for repository in (first.source or Store("")).repositories:
        here = found.get(repository.path)
        if not made_commits(repository):
            continue
        if here is None:
            return "The repository that the original commits to is not there."
        sides = _Sides(
            first=repository,
            last=known.get(repository.path, repository),
            here=here,
            written=frozenset(first.products),
            programs=frozenset(exhibit.after),
            moved=exhibit.proof == "nudged",
        )
        problem = (
            _pair_commits(sides)
            or next(_compare_files(sides), "")
            or _extra_problem(sides)
            or next(_compare_names(sides), "")
        )
        if problem:
            return problem
    return ""


def _pair_commits(sides: _Sides) -> str:
    """Find the candidate's commit for each of the original's, in their order, by message."""
    if (old := find_planted(sides.first)) and (new := find_planted(sides.here)):
        sides.pairs[old.name] = new
    rest = iter(made_commits(sides.here))
    mine, again = made_commits(sides.first), made_commits(sides.last)
    if len(mine) != len(again):
        return "The original commits something else each time: there is nothing to compare."
    for commit, twin in zip(mine, again, strict=True):
        loose = sides.moved or _mask(commit.message) != _mask(twin.message)
        for other in rest:
            if _says(commit.message, other.message, loose=loose):
                sides.pairs[commit.name] = other
                break
            sides.extra[other.name] = other
        else:
            return f"The original's commit `{show_title(commit)}` is not there."
    sides.extra |= {other.name: other for other in rest}
    for commit in mine:
        before = [_settle(sides, parent) for parent in sides.pairs[commit.name].parents]
        if before != [sides.pairs[parent].name for parent in commit.parents]:
            return f"The commit `{show_title(commit)}` builds on another one than the original's."
    return ""


def _says(message: str, other: str, *, loose: bool) -> bool:
    if _OWN.search(message):
        # What speaks of the component that goes may be said in other words.
        return True
    mine, theirs = _mask(message), _mask(other)
    if loose:
        mine, theirs = _NUMBER.sub("<number>", mine), _NUMBER.sub("<number>", theirs)
    return mine == theirs


def _mask(message: str) -> str:
    return " ".join(_HASH.sub("<hash>", mask_name(message)).split())


def _settle(sides: _Sides, name: str) -> str:
    """The commit that stands for one of the original's, at or below one that stands for none."""
    while extra := sides.extra.get(name):
        name = extra.parents[0] if extra.parents else ""
    return name


def _compare_files(sides: _Sides) -> Iterator[str]:
    pairs = zip(made_commits(sides.first), made_commits(sides.last), strict=True)
    for commit, twin in pairs:
        there = sides.pairs[commit.name]
        at = f"in the commit `{show_title(commit)}`"
        tracked, kept = _by_mask(there.files), _by_mask(there.kept)
        for path, digest in commit.files.items():
            kind = tell_kind(path, written=path in sides.written)
            stable = _by_mask(twin.files).get(mask_name(path)) == digest and not sides.moved
            inside, beside = tracked.get(mask_name(path)), kept.get(mask_name(path))
            if kind == "code":
                gone = path.endswith(".py") and path not in sides.programs
                if inside is None and not gone and not is_version_file(path):
                    yield f"`{path}` is not {at}, as it is in the original's."
                continue
            if kind == "result" and beside is None:
                beside = inside
            elif inside is not None:
                yield f"`{path}` is in git itself {at}; it belongs to DVC."
            if beside is None:
                yield f"`{path}` is not kept by DVC {at}: no metafile there speaks of it."
            elif not beside:
                yield f"`{path}` as it is {at} is not in DVC's cache."
            elif stable and beside != digest:
                yield f"`{path}` has other bytes {at} than the original commits."


def _by_mask(files: Mapping[str, str]) -> Mapping[str, str]:
    return {mask_name(path): digest for path, digest in files.items()}


def _extra_problem(sides: _Sides) -> str:
    """A commit more may set up DVC, and nothing else."""
    known = {commit.name: commit for commit in sides.here.commits}
    for commit in sides.extra.values():
        before = known[commit.parents[0]].files if commit.parents else {}
        for path in sorted(before.keys() | commit.files.keys()):
            if before.get(path) != commit.files.get(path) and not is_version_file(path):
                return f"The commit `{show_title(commit)}` is none of the original's."
    return ""


def _compare_names(sides: _Sides) -> Iterator[str]:
    """Tags and branches lead to the commits that stand for the original's."""
    for word, old, new in (
        ("tag", sides.first.tags, sides.here.tags),
        ("branch", sides.first.branches, sides.here.branches),
    ):
        names = {mask_name(name): name for name in new}
        for title, name in old.items():
            found = names.pop(mask_name(title), None)
            if found is None:
                yield f"The {word} {title} of the original is not there."
            elif _settle(sides, new[found]) != sides.pairs[name].name:
                yield f"The {word} {title} leads to another commit than the original's."
        for name in names.values():
            yield f"The {word} {name} is none of the original's."


def holds_no_data(store: Store) -> bool:
    """The original commits nothing that could move: no data and no model."""
    return not any(
        tell_kind(path, written=True) != "code"
        for repository in store.repositories
        for commit in made_commits(repository)
        for path in commit.files
    )


MOVE = Move(
    panel=Panel(
        store=judge_versioned_store,
        bare=judge_bare_versioning,
        witness=judge_versioning_witness,
        behaviour=judge_behaviour,
    ),
    compare=compare_versions,
    empty=lambda store: not store.versioned,
    idle=holds_no_data,
    # Git stays: what of the data is left in it is compared commit by commit.
    gone=lambda _: True,
)
