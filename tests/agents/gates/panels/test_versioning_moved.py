from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.gates.exhibit import Exhibit
from agents.gates.panels.choice import choose_panel
from agents.records import Gate, Proof, Stage
from sandbox.oracles.planting import PLANTED
from sandbox.oracles.store import Commit, Repository, Store, Versioned
from tests.agents.gates.exhibits import ENTRY, digits

MOVED = Stage(task="translate", functionality="version_control", source="gitpython", target="dvc")
PANEL = choose_panel(MOVED)
assert PANEL is not None
ME = "user <user@example.com>"
CODE = {ENTRY: "c0"}
TABLE, MODEL = {"data.csv": "d0"}, {"model.joblib": "m0"}
POINTER = {"data.csv.dvc": "p0", ".gitignore": "p1"}
BOTH = {**POINTER, "model.joblib.dvc": "p2"}


def make(name: str, parent: str, message: str, files: Mapping[str, str], **kept: str) -> Commit:
    return Commit(name, (parent,), message, ME, {**CODE, **files}, kept, ME)


BEGUN = Commit("1", (), PLANTED, ME, CODE, {}, ME)
OLD = (
    BEGUN,
    make("2", "1", "Demand of 8 hours", TABLE),
    make("3", "2", "Model", {**TABLE, **MODEL, "report.json": "r0"}),
)
NEW = (
    replace(BEGUN, name="a"),
    make("b", "a", "Demand of 8 hours", POINTER, **TABLE),
    make("c", "b", "Model", {**BOTH, "report.json": "r0"}, **TABLE, **MODEL),
)
ORIGINAL = Repository(
    head="3", branch="main", commits=OLD, branches={"main": "3"}, tags={"v1": "3", "first": "2"}
)
GOOD = Repository(
    head="c", branch="main", commits=NEW, branches={"main": "c"}, tags={"v1": "c", "first": "b"}
)


def item(path: str, digest: str) -> Versioned:
    return Versioned(
        path, f"{path}.dvc", "0" * 32, ((path, digest),), committed=True, restored=True
    )


KEPT = (item("data.csv", "d0"), item("model.joblib", "m0"))


def show(
    repository: Repository | None = GOOD,
    *,
    kept: tuple[Versioned, ...] = KEPT,
    original: Repository = ORIGINAL,
    again: Repository | None = None,
    proof: Proof = "cold",
) -> Exhibit:
    exhibit = digits()
    products = {"data.csv": "d0", "model.joblib": "m0", "report.json": "r0"}
    first, second = (
        replace(
            exhibit.baselines[0],
            store=Store("git", repositories=(one,)),
            source=Store("git", repositories=(one,)),
            products=products,
        )
        for one in (original, again or original)
    )
    repositories = (repository,) if repository else ()
    observed = replace(
        exhibit.observed,
        store=Store("dvc", versioned=kept, repositories=repositories),
        source=Store("git", repositories=repositories),
        products=products,
    )
    return replace(exhibit, stage=MOVED, baselines=(first, second), observed=observed, proof=proof)


def judge(exhibit: Exhibit) -> Gate:
    assert PANEL is not None
    return PANEL.store(exhibit)


def change(**fields: object) -> Repository:
    return replace(GOOD, **fields)  # type: ignore[arg-type]


def remake(place: int, **fields: object) -> Repository:
    commits = list(NEW)
    commits[place] = replace(commits[place], **fields)  # type: ignore[arg-type]
    return change(commits=tuple(commits))


def test_the_same_commits_tags_and_bytes_pass() -> None:
    assert judge(show()).light == "pass"


def test_the_report_may_be_kept_by_dvc_as_well() -> None:
    beside = remake(
        2,
        files={**CODE, **BOTH, "report.json.dvc": "p"},
        kept={**TABLE, **MODEL, "report.json": "r0"},
    )
    assert judge(show(beside)).light == "pass"


SETTING_UP = Commit("x", ("a",), "Initialize DVC", ME, {**CODE, ".dvc/config": "e"}, {}, ME)


def test_a_commit_that_only_sets_up_dvc_may_come_in_between() -> None:
    later = replace(NEW[1], parents=("x",))
    assert judge(show(change(commits=(NEW[0], SETTING_UP, later, NEW[2])))).light == "pass"
    other = replace(SETTING_UP, files={**CODE, "data2.csv": "e"})
    gate = judge(show(change(commits=(NEW[0], other, later, NEW[2]))))
    assert "`Initialize DVC` is none of the original's" in gate.reason


@pytest.mark.parametrize(
    ("repository", "word"),
    [
        (None, "is gone"),
        (change(commits=NEW[:2], branches={"main": "b"}, tags={}), "`Model` is not there"),
        (change(commits=(NEW[0], NEW[2], NEW[1])), "`Model` is not there"),
        (remake(1, message="Demand of 9 hours"), "`Demand of 8 hours` is not there"),
        (remake(2, parents=("a",)), "builds on another one"),
        (remake(1, kept={}), "not kept by DVC in the commit `Demand"),
        (remake(1, kept={"data.csv": ""}), "is not in DVC's cache"),
        (remake(1, kept={"data.csv": "d1"}), "has other bytes in the commit `Demand"),
        (remake(1, files={**CODE, **POINTER, **TABLE}), "is in git itself in the commit `Demand"),
        (remake(2, kept={**TABLE, "model.joblib": "d0"}), "has other bytes in the commit `Model`"),
        (remake(2, files={**CODE, **BOTH}), "`report.json` is not kept"),
        (remake(2, files={**CODE, **BOTH, "report.json": "r1"}), "`report.json` has other bytes"),
        (remake(2, files={**BOTH, "report.json": "r0"}), "`train.py` is not in the commit"),
        (change(tags={"first": "b"}), "The tag v1 of the original is not there"),
        (change(tags={"v1": "b", "first": "b"}), "The tag v1 leads to another commit"),
        (change(tags={**GOOD.tags, "more": "c"}), "The tag more is none"),
        (change(branches={"main": "b"}), "The branch main leads to another"),
        (change(branches={"main": "c", "more": "c"}), "The branch more is none"),
        (change(branches={}), "The branch main is gone"),
        (change(commits=(replace(NEW[0], message="x"), *NEW[1:])), "it was rewritten"),
    ],
)
def test_every_difference_fails(repository: Repository | None, word: str) -> None:
    gate = judge(show(repository))
    assert gate.light == "fail"
    assert word in gate.reason


def test_what_dvc_keeps_now_must_be_safe_and_sound_as_well() -> None:
    broken = (KEPT[0], replace(KEPT[1], matches=False))
    assert "other bytes than model.joblib.dvc" in judge(show(kept=broken)).reason
    assert judge(show(kept=())).light == "fail"


def test_requirements_that_were_changed_may_be_others_from_the_start() -> None:
    old = replace(BEGUN, files={**CODE, "requirements.txt": "q0"})
    new = replace(NEW[0], files={**CODE, "requirements.txt": "q1"})
    original = replace(ORIGINAL, commits=(old, *OLD[1:]))
    exhibit = show(change(commits=(new, *NEW[1:])), original=original)
    assert "holds other files now" in judge(exhibit).reason
    texts = {"requirements.txt": "gitpython\n"}, {"requirements.txt": "dvc\n"}
    exhibit = replace(exhibit, beside_before=texts[0], beside_after=texts[1])
    assert judge(exhibit).light == "pass"


def test_what_differs_between_two_runs_of_the_original_is_not_compared() -> None:
    last = replace(
        ORIGINAL,
        commits=(*OLD[:2], replace(OLD[2], files={**OLD[2].files, "model.joblib": "m9"})),
    )
    other = remake(2, kept={**TABLE, "model.joblib": "m5"})
    assert judge(show(other)).light == "fail"
    assert judge(show(other, again=last)).light == "pass"
    assert judge(show(remake(2, kept={**TABLE, "model.joblib": ""}), again=last)).light == "fail"


def test_values_that_were_moved_may_change_bytes_and_numbers_in_messages() -> None:
    other = remake(1, message="Demand of 7.9 hours", kept={"data.csv": "d1"})
    assert judge(show(other, proof="nudged")).light == "pass"
    assert judge(show(other)).light == "fail"


def test_times_and_hashes_in_messages_are_not_compared() -> None:
    old = replace(OLD[1], message="Data of 2024-01-02 10:11:12 from 1234abcd")
    repository = replace(ORIGINAL, commits=(OLD[0], old, OLD[2]))
    new = remake(1, message="Data of 2025-11-25 18:00:01 from 99aabbcc")
    assert judge(show(new, original=repository)).light == "pass"
    assert judge(show(remake(1, message="Data of"), original=repository)).light == "fail"


def test_what_speaks_of_gitpython_may_be_said_otherwise() -> None:
    old = replace(OLD[1], message="Kept with GitPython")
    repository = replace(ORIGINAL, commits=(OLD[0], old, OLD[2]))
    assert judge(show(remake(1, message="Kept with DVC"), original=repository)).light == "pass"


def test_an_original_that_commits_more_each_time_cannot_be_compared() -> None:
    last = replace(ORIGINAL, commits=(*OLD, make("4", "3", "More", TABLE)))
    assert "something else each time" in judge(show(again=last)).reason


def test_an_original_that_commits_no_data_has_nothing_to_move() -> None:
    assert PANEL is not None
    code = replace(OLD[1], files={**CODE, "params.yaml": "e"})
    bare = replace(ORIGINAL, commits=(BEGUN, code), branches={"main": "2"}, tags={})
    gate = PANEL.bare(MOVED, show(original=bare).baselines[0])
    assert gate.light == "cannot_tell"
    assert "nothing to compare" in gate.reason
    assert PANEL.bare(MOVED, show().baselines[0]).light == "fail"


def test_only_the_move_to_dvc_can_be_judged() -> None:
    assert choose_panel(replace(MOVED, source="dvc", target="gitpython")) is None


DIGESTS = st.sampled_from(["d0", "d1", "m0", ""])


@given(DIGESTS, DIGESTS)
def test_any_other_bytes_flip_the_verdict(table: str, model: str) -> None:
    kept = {"data.csv": table, "model.joblib": model}
    gate = judge(show(remake(2, kept=kept)))
    assert (gate.light == "pass") == ((table, model) == ("d0", "m0"))


@given(st.dictionaries(st.text("xyz/", min_size=1), DIGESTS, max_size=4))
def test_what_dvc_keeps_beside_it_changes_nothing(others: Mapping[str, str]) -> None:
    more = {f"other/{name}": digest for name, digest in others.items()}
    assert judge(show(remake(2, kept={**TABLE, **MODEL, **more}))).light == "pass"
