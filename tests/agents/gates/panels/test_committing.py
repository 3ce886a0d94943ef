from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.gates.exhibit import Exhibit
from agents.gates.panels.choice import choose_panel
from agents.records import Gate, Stage
from sandbox.oracles.planting import PLANTED
from sandbox.oracles.store import Commit, Repository, Store
from tests.agents.gates.exhibits import ENTRY, digits

GIT = Stage(task="inline", functionality="version_control", target="gitpython")
PANEL = choose_panel(GIT)
assert PANEL is not None
ME = "user <user@example.com>"
CODE = {ENTRY: "c0", "requirements.txt": "c1"}
ALL = {**CODE, "model.joblib": "m0"}
BEGUN = Commit("1", (), PLANTED, ME, CODE, committer=ME)
MADE = Commit("2", ("1",), "Release", ME, ALL, committer=ME)
GOOD = Repository(
    head="2",
    branch="main",
    commits=(BEGUN, MADE),
    branches={"main": "2"},
    tags={"v1.0": "2"},
    disk=ALL,
)
ASKED = {"models": "model", "code": "code", "tagged": "tag", "tag": "v1.0"}


def show(
    repository: Repository | None = GOOD,
    asked: Mapping[str, str] = ASKED,
    lying: Mapping[str, str] = {"model.joblib": "m0"},  # never changed
) -> Exhibit:
    exhibit = digits()
    first = exhibit.baselines[0]
    bare = replace(GOOD, head="1", commits=(BEGUN,), branches={"main": "1"}, tags={}, disk=CODE)
    original = replace(
        first,
        store=Store("git", repositories=(bare,), data={"model.joblib": "m0"}),
        products={"model.joblib": "m0"},
    )
    store = Store("git", repositories=(repository,) if repository else (), data=lying)
    return replace(
        exhibit,
        stage=replace(GIT, asked=asked),
        after={ENTRY: f"import git\n{exhibit.after[ENTRY]}"},
        baselines=(original, original),
        observed=replace(exhibit.observed, store=store, products=dict(lying)),
    )


def judge(exhibit: Exhibit) -> Gate:
    assert PANEL is not None
    return PANEL.store(exhibit)


def change(**fields: object) -> Repository:
    return replace(GOOD, **fields)  # type: ignore[arg-type]


def remake(**fields: object) -> Repository:
    return change(commits=(BEGUN, replace(MADE, **fields)))  # type: ignore[arg-type]


def test_what_was_asked_for_passes() -> None:
    gate = judge(show())
    assert gate.light == "pass"
    assert gate.figures == {"commits": 1, "files": 3, "tags": 1}


EMPTY = replace(MADE, files=CODE)
LATER = Commit("3", ("2",), "Notes", ME, ALL, committer=ME)


@pytest.mark.parametrize(
    ("repository", "word"),
    [
        (None, "Nothing was committed"),
        (change(head="1", commits=(BEGUN,), branches={"main": "1"}, tags={}), "Nothing was"),
        (remake(files=CODE), "model.joblib` is not in the tag v1.0"),
        (remake(files={**CODE, "model.joblib": "m1"}), "other bytes in the tag v1.0"),
        (remake(files={**ALL, ENTRY: "cx"}), "train.py` has other bytes"),
        (remake(files={"requirements.txt": "c1", "model.joblib": "m0"}), "train.py` is not in"),
        (remake(files={ENTRY: "c0", "model.joblib": "m0"}), "is gone from the tag"),
        (remake(parents=()), "main was rewritten"),
        (
            change(commits=(BEGUN, replace(MADE, parents=())), branches={"main": "1", "new": "2"}),
            "does not build on",
        ),
        (remake(author="user"), "no author"),
        (remake(committer=" <>"), "no author"),
        (change(tags={}), "No tag was made"),
        (change(tags={"v1": "2"}), "There is no tag v1.0"),
        (change(tags={"v1.0": "1"}), "names the state from before"),
        (change(branches={"dev": "2"}), "The branch main is gone"),
        (change(commits=(replace(BEGUN, message="Release"), MADE)), "was rewritten"),
        (
            change(commits=(replace(BEGUN, files=ALL), MADE)),
            "holds other files now",
        ),
        (
            change(commits=(replace(BEGUN, files={**CODE, "requirements.txt": "cx"}), MADE)),
            "holds other files now",
        ),
    ],
)
def test_every_fault_of_what_was_committed_fails(repository: Repository | None, word: str) -> None:
    gate = judge(show(repository))
    assert gate.light == "fail"
    assert word in gate.reason


def test_the_history_of_a_branch_may_not_be_left_behind() -> None:
    orphan = replace(MADE, parents=())
    gate = judge(show(change(commits=(BEGUN, orphan))))
    assert "history of the branch main was rewritten" in gate.reason


def test_a_tag_without_a_name_may_have_any_but_has_to_hold_everything() -> None:
    asked = {"models": "model", "tagged": "tag"}
    assert judge(show(change(tags={"release": "2"}), asked)).light == "pass"
    assert judge(show(change(tags={"release": "1"}), asked)).light == "fail"


def test_without_a_tag_asked_for_none_is_needed() -> None:
    assert judge(show(change(tags={}), {"models": "model"})).light == "pass"
    assert judge(show(change(tags={"wrong": "1"}), {"models": "model"})).light == "pass"


@pytest.mark.parametrize(
    ("asked", "light"),
    [
        ({"branched": "new branch"}, "pass"),
        ({"branch": "release"}, "pass"),
        ({"branch": "other"}, "fail"),
        ({}, "pass"),
    ],
)
def test_a_branch_leads_to_what_was_committed(asked: Mapping[str, str], light: str) -> None:
    side = change(branches={"main": "1", "release": "2"})
    assert judge(show(side, {"models": "model", **asked})).light == light
    same = change(head="1", branches={"main": "1", "release": "2"}, tags={})
    assert judge(show(same, {"models": "model", **asked})).light == light


def test_another_branch_is_asked_for_in_vain() -> None:
    gate = judge(show(GOOD, {"models": "model", "branched": "new branch"}))
    assert "no other branch" in gate.reason
    gate = judge(show(change(branches={"main": "2", "x": "1"}), {"models": "m", "branch": "x"}))
    assert "names the state from before" in gate.reason


def test_commits_that_nothing_leads_to_do_not_count() -> None:
    gate = judge(show(change(head="1", branches={"main": "1"}, tags={"a": "2"}), {"models": "m"}))
    assert gate.light == "fail"
    assert "No branch leads" in gate.reason


def test_a_later_commit_is_not_asked_about_where_the_tag_holds_everything() -> None:
    late = replace(LATER, files=CODE)
    moved = change(head="3", branches={"main": "3"}, commits=(BEGUN, MADE, late))
    assert judge(show(moved)).light == "pass"
    assert judge(show(moved, {"models": "model"})).light == "fail"


def test_an_empty_commit_is_noticed_where_there_is_something_to_commit() -> None:
    begun = replace(BEGUN, files=ALL)
    exhibit = show(change(commits=(begun, replace(MADE, files=ALL))))
    first = exhibit.baselines[0]
    (old,) = first.store.repositories
    kept = replace(old, commits=(begun,))
    store = replace(first.store, repositories=(kept,))
    exhibit = replace(exhibit, baselines=(replace(first, store=store),) * 2)
    assert "is empty" in judge(exhibit).reason


def test_code_alone_may_be_there_already() -> None:
    assert judge(show(remake(files=CODE), {"code": "code", "commit": "commit"})).light == "pass"


def test_a_copy_under_the_same_name_is_as_good_also_in_a_repository_of_its_own() -> None:
    copied = remake(files={**CODE, "release/model.joblib": "m0"})
    assert judge(show(copied)).light == "pass"
    own = Repository(
        path="release",
        head="9",
        branch="main",
        commits=(Commit("9", (), "Release", ME, {ENTRY: "c0", "model.joblib": "m0"}, {}, ME),),
        branches={"main": "9"},
        tags={"v1.0": "9"},
    )
    exhibit = show(change(head="1", commits=(BEGUN,), branches={"main": "1"}, tags={}))
    store = exhibit.observed.store
    both = replace(store, repositories=(*store.repositories, own))
    exhibit = replace(exhibit, observed=replace(exhibit.observed, store=both))
    assert judge(exhibit).light == "pass"


def test_gitpython_was_asked_for_and_not_git() -> None:
    exhibit = replace(show(), after=digits().after)
    assert "Nothing imports `git`" in judge(exhibit).reason


def test_what_was_pushed_is_not_seen_here() -> None:
    assert judge(show(GOOD, {**ASKED, "push": "push"})).light == "cannot_tell"
    assert judge(show(change(tags={}), {**ASKED, "push": "push"})).light == "fail"


def test_a_repository_that_cannot_be_read_is_no_proof() -> None:
    exhibit = show()
    for unknown, light in ((True, "cannot_tell"), (False, "fail")):
        store = Store("git", unreadable="The object 0000 is missing.", unknown=unknown)
        observed = replace(exhibit.observed, store=store)
        assert judge(replace(exhibit, observed=observed)).light == light


def test_the_original_fails_unless_it_commits_itself() -> None:
    assert PANEL is not None
    observed, original = show().observed, show().baselines[0]
    assert PANEL.bare(GIT, original).light == "fail"
    assert PANEL.bare(GIT, observed).light == "pass"


DIGESTS = st.sampled_from(["m0", "m1", "c0", "zz"])


@given(DIGESTS, DIGESTS)
def test_only_the_bytes_that_lie_there_pass(committed: str, lying: str) -> None:
    found = show(remake(files={**CODE, "model.joblib": committed}), lying={"model.joblib": lying})
    assert (judge(found).light == "pass") == (committed == lying)


@given(st.dictionaries(st.text("abc/.", min_size=1), DIGESTS))
def test_other_files_change_nothing(others: Mapping[str, str]) -> None:
    more = {f"other/{name}": digest for name, digest in others.items()}
    found = show(remake(files={**ALL, **more}), lying={"model.joblib": "m0", **more})
    assert judge(found).light == "pass"
