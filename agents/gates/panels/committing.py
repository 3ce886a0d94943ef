"""Commits made with GitPython: they hold what was asked for as it lies there, and lose nothing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.gates.exhibit import Exhibit, Observation
from agents.gates.lineage import (
    find_history_problem,
    find_lineage,
    find_planted,
    is_planted,
    made_commits,
    show_title,
)
from agents.gates.products import mask_name
from agents.gates.program import find_imports, parse_program, reachable_files
from agents.gates.store import light_store
from agents.gates.wanted import Group, find_wanted
from agents.gates.wording import light_gate
from agents.records import Gate, Stage
from sandbox.oracles.store import Commit, Repository, Store

_OLD = frozenset({"main", "master"})
"""Branches that are there before a script starts."""
_PERSON = re.compile(r"\s*\S.*<\S+>")


@dataclass(frozen=True, slots=True)
class _Place:
    """One commit that has to hold everything, and what leads to it."""

    title: str
    """`the tag v1.0`, `the branch main`."""
    repository: Repository
    commit: Commit


def judge_commits(exhibit: Exhibit) -> Gate:
    """Light for the commits, tags and branches that the candidate's attempt made."""
    store = exhibit.observed.store
    gate = light_store(store, find_commit_problem(exhibit), _count(store))
    if gate.passed and "push" in exhibit.stage.asked:
        reason = "All was committed; whether it was pushed cannot be seen here."
        return light_gate("store", "cannot_tell", reason, gate.figures)
    return gate


def judge_bare_commits(stage: Stage, observation: Observation) -> Gate:
    """The negative control: the original itself commits nothing."""
    store = observation.store
    made = any(map(made_commits, store.repositories))
    return light_store(store, "" if made else "Nothing was committed.", _count(store))


def find_commit_problem(exhibit: Exhibit) -> str:
    """Why what was committed is not what was asked for; empty if it is."""
    store, asked = exhibit.observed.store, exhibit.stage.asked
    if not any(map(made_commits, store.repositories)):
        return "Nothing was committed: there is no commit but those from before."
    problem = (
        find_history_problem(exhibit)
        or _person_problem(store)
        or _import_problem(exhibit)
        or next(_name_problems(store, asked), "")
    )
    if problem:
        return problem
    wanted = _find_wanted(exhibit)
    named = tuple(_find_named(store, asked))
    problems = [_place_problem(exhibit, one, wanted) for one in named or _find_ends(store)]
    if named:
        return next(filter(None, problems), "")
    # It may lie on any branch, where none was asked for.
    nowhere = "No branch leads to the commit that was made."
    return "" if "" in problems else next(iter(problems), nowhere)


def _find_wanted(exhibit: Exhibit) -> tuple[Group, ...]:
    asked = exhibit.stage.asked
    # Data is better kept elsewhere than in git, where nobody asks for it.
    usual = frozenset() if "code" in asked else frozenset({"models"})
    return find_wanted(asked, exhibit.before, exhibit.baselines, usual)


def _find_named(store: Store, asked: Mapping[str, str]) -> Iterator[_Place]:
    """The commits that the tags and branches lead to that were asked for."""
    for repository in store.repositories:
        commits = {commit.name: commit for commit in repository.commits}
        for tag, name in repository.tags.items():
            if ("tagged" in asked and "tag" not in asked) or tag == asked.get("tag"):
                yield _Place(f"the tag {tag}", repository, commits[name])
        for branch, name in repository.branches.items():
            if branch == asked.get("branch"):
                yield _Place(f"the branch {branch}", repository, commits[name])


def _name_problems(store: Store, asked: Mapping[str, str]) -> Iterator[str]:
    tags = {tag for repository in store.repositories for tag in repository.tags}
    branches = {branch for repository in store.repositories for branch in repository.branches}
    if "tagged" in asked and not tags:
        yield "No tag was made."
    if (tag := asked.get("tag")) and tag not in tags:
        yield f"There is no tag {tag}."
    if (branch := asked.get("branch")) and branch not in branches:
        yield f"There is no branch {branch}."
    if "branched" in asked and not any(one.branches.keys() - _OLD for one in store.repositories):
        yield "There is no other branch than before."


def _find_ends(store: Store) -> Iterator[_Place]:
    """What is checked out, and the end of every branch, where a run made it."""
    for repository in store.repositories:
        made = {commit.name: commit for commit in made_commits(repository)}
        if commit := made.get(repository.head):
            yield _Place(f"the commit `{show_title(commit)}`", repository, commit)
        for branch, name in sorted(repository.branches.items()):
            if name in made and name != repository.head:
                yield _Place(f"the branch {branch}", repository, made[name])


def _place_problem(exhibit: Exhibit, place: _Place, wanted: Sequence[Group]) -> str:
    """What is missing in a commit, or other than it lies in the folder; empty if nothing is."""
    if is_planted(place.commit):
        return f"{place.title} names the state from before the run, not what was committed."
    store = exhibit.observed.store
    for group in wanted:
        found = [_file_problem(store, place, path) for path in group]
        if "" not in found:
            return found[0]
    lineage = find_lineage(place.repository, place.commit.name)
    problem = _code_problem(exhibit, place) or _lost_problem(place, lineage)
    if not problem and wanted and _changes_nothing(place.repository, lineage):
        problem = f"{place.title} is empty: it changes nothing."
    return problem


def _lost_problem(place: _Place, lineage: Sequence[Commit]) -> str:
    """What git held before the run is held still."""
    before = find_planted(place.repository)
    if before is None:
        return ""
    if before.name not in {one.name for one in lineage}:
        return f"{place.title} does not build on the commit that was there before."
    lost = sorted(before.files.keys() - place.commit.files.keys())
    return f"`{lost[0]}` was in git before and is gone from {place.title}." if lost else ""


def _file_problem(store: Store, place: _Place, path: str) -> str:
    lying = {
        name: digest for name, digest in store.data.items() if mask_name(name) == mask_name(path)
    }
    kept = {(_last(name), digest) for name, digest in place.commit.files.items()}
    if any((_last(name), digest) in kept for name, digest in lying.items()):
        return ""
    if any(_last(name) in {_last(one) for one in lying} for name in place.commit.files):
        return (
            f"`{path}` has other bytes in {place.title} than in the folder. Commit it after it is "
            "written for the last time."
        )
    return f"`{path}` is not in {place.title}."


def _code_problem(exhibit: Exhibit, place: _Place) -> str:
    """The script and its modules as they are, where the code was asked for."""
    repository, commit = place.repository, place.commit
    planted = find_planted(repository)
    if "code" not in exhibit.stage.asked and planted is None:
        return ""
    code = reachable_files(exhibit.after, exhibit.entry)
    kept = {_last(name): name for name in commit.files}
    for name in code:
        place_in = name if name in commit.files else kept.get(_last(name), "")
        if not place_in:
            return f"`{name}` is not in {place.title}."
        known = repository.disk.get(place_in)
        if known is not None and known != commit.files[place_in]:
            return f"`{name}` has other bytes in {place.title} than in the folder."
    return ""


def _person_problem(store: Store) -> str:
    for repository in store.repositories:
        for commit in made_commits(repository):
            if not (_PERSON.fullmatch(commit.author) and _PERSON.fullmatch(commit.committer)):
                return f"The commit `{show_title(commit)}` has no author with name and address."
    return ""


def _import_problem(exhibit: Exhibit) -> str:
    imported = {
        dotted.split(".")[0]
        for text in exhibit.after.values()
        if (tree := parse_program(text)) is not None
        for dotted in find_imports(tree).values()
    }
    made = "Nothing imports `git`: the commits were not made with GitPython."
    return "" if "git" in imported else made


def _changes_nothing(repository: Repository, lineage: Sequence[Commit]) -> bool:
    """No commit of a run changed a file."""
    files = {commit.name: commit.files for commit in repository.commits}
    return all(
        commit.files == (files.get(commit.parents[0]) if commit.parents else {})
        for commit in lineage
        if not is_planted(commit)
    )


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _count(store: Store) -> dict[str, float]:
    made = [commit for one in store.repositories for commit in made_commits(one)]
    return {
        "commits": len(made),
        "files": len({path for commit in made for path in commit.files}),
        "tags": sum(len(one.tags) for one in store.repositories),
    }
