from dataclasses import replace

import pytest

from agents.gates.exhibit import Exhibit
from agents.gates.panels.choice import choose_panel
from agents.records import Gate, Proof, Stage
from sandbox.oracles.planting import PLANTED
from sandbox.oracles.store import Commit, Repository, Store, Versioned
from sandbox.witness.testimony import Testimony as Heard
from tests.agents.gates.exhibits import digits

DVC = Stage(task="inline", functionality="version_control", target="dvc")
GOOD = Versioned(
    path="data.csv",
    metafile="data.csv.dvc",
    digest="0" * 32,
    files=(("data.csv", "aa"),),
    committed=True,
    restored=True,
)
BEGUN = Commit("1", (), PLANTED, "user", {})
MADE = Commit("2", ("1",), "Keep the data", "user", {})
PANEL = choose_panel(DVC)
assert PANEL is not None


def keep(*items: Versioned, commits: tuple[Commit, ...] = (BEGUN, MADE)) -> Store:
    return Store("dvc", versioned=items, repositories=(Repository(commits=commits),))


def show(
    store: Store,
    *,
    written: str = "aa",
    proof: Proof = "cold",
    originals: tuple[str, ...] = ("aa", "aa"),
) -> Exhibit:
    exhibit = digits()
    products = {"data.csv": written} if written else {}
    first = exhibit.baselines[0]
    return replace(
        exhibit,
        stage=DVC,
        proof=proof,
        baselines=tuple(
            replace(first, store=Store(""), products={"data.csv": one} if one else {})
            for one in originals
        ),
        observed=replace(exhibit.observed, store=store, products=products),
    )


def judge(exhibit: Exhibit) -> Gate:
    assert PANEL is not None
    return PANEL.store(exhibit)


def test_a_file_of_the_script_that_comes_back_passes() -> None:
    assert judge(show(keep(GOOD))).light == "pass"


def test_an_input_that_nobody_touched_passes() -> None:
    assert judge(show(keep(GOOD), written="", originals=("", ""))).light == "pass"


def test_without_any_commit_the_metafile_need_not_be_in_one() -> None:
    assert judge(show(keep(replace(GOOD, committed=False), commits=(BEGUN,)))).light == "pass"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"path": "", "detail": "x.dvc names `../x`, which lies outside"}, "outside"),
        ({"files": ()}, "nothing lies there"),
        ({"matches": False}, "other bytes than data.csv.dvc"),
        ({"cached": False}, "not in DVC's cache"),
        ({"tracked": True}, "in git itself"),
        ({"ignored": False}, "not ignored"),
        ({"committed": False}, "not in the last commit"),
        ({"restored": False}, "did not come back"),
        ({"files": (("train.py", "aa"),)}, "is no data"),
        ({"files": (("other.csv.dvc", "aa"),)}, "is no data"),
    ],
)
def test_every_fault_of_what_is_kept_fails(change: dict[str, object], word: str) -> None:
    gate = judge(show(keep(replace(GOOD, **change))))  # type: ignore[arg-type]
    assert gate.light == "fail"
    assert word in gate.reason


def test_what_nobody_could_try_to_restore_is_not_judged() -> None:
    assert judge(show(keep(replace(GOOD, restored=None)))).light == "cannot_tell"
    broken = replace(GOOD, restored=None, matches=False)
    assert judge(show(keep(broken))).light == "fail"


def test_nothing_kept_fails_also_where_the_original_came_with_a_metafile() -> None:
    assert judge(show(keep())).light == "fail"
    exhibit = show(keep(GOOD))
    old = tuple(replace(one, store=keep(GOOD)) for one in exhibit.baselines)
    assert judge(replace(exhibit, baselines=old)).light == "fail"


def test_a_file_that_only_the_candidate_writes_is_made_up() -> None:
    gate = judge(show(keep(GOOD), originals=("", "")))
    assert gate.light == "fail"
    assert "never writes it" in gate.reason


def test_bytes_must_be_the_originals_unless_they_differ_by_themselves() -> None:
    other = keep(replace(GOOD, files=(("data.csv", "bb"),)))
    assert judge(show(other, written="bb")).light == "fail"
    assert judge(show(other, written="bb", proof="nudged")).light == "pass"
    assert judge(show(other, written="bb", originals=("aa", "cc"))).light == "pass"


def test_the_original_fails_unless_it_keeps_its_data_already() -> None:
    assert PANEL is not None
    bare = digits().baselines[0]
    assert PANEL.bare(DVC, replace(bare, store=Store("git"))).light == "fail"
    assert PANEL.bare(DVC, replace(bare, store=keep(GOOD))).light == "pass"
    assert PANEL.bare(DVC, replace(bare, store=keep(replace(GOOD, cached=False)))).light == "fail"


def test_there_are_no_values_to_witness_but_its_records_must_be_whole() -> None:
    assert PANEL is not None
    exhibit = show(keep(GOOD))
    assert PANEL.witness(exhibit).light == "not_needed"
    silent = replace(exhibit, observed=replace(exhibit.observed, testimony=Heard()))
    assert PANEL.witness(silent).light == "fail"


def see_data(exhibit: Exhibit, *names: str) -> Exhibit:
    """The same, with more files of the script's own: all that it leaves and all that lies there."""
    lying = dict.fromkeys(("data.csv", *names), "aa")
    old = tuple(
        replace(one, store=Store("", data=lying), products=lying) for one in exhibit.baselines
    )
    seen = replace(
        exhibit.observed, store=replace(exhibit.observed.store, data=lying), products=lying
    )
    return replace(exhibit, baselines=old, observed=seen)


def test_one_real_file_is_not_enough_where_there_are_more() -> None:
    more = Versioned("b.csv", "b.csv.dvc", "1" * 32, (("b.csv", "aa"),), restored=True)
    more = replace(more, committed=True)
    one, both = see_data(show(keep(GOOD)), "b.csv"), see_data(show(keep(GOOD, more)), "b.csv")
    assert "b.csv` is not kept by DVC" in judge(one).reason
    assert judge(both).light == "pass"


def test_only_what_was_asked_for_has_to_be_kept() -> None:
    exhibit = see_data(show(keep(GOOD)), "model.joblib")
    assert judge(exhibit).light == "fail"
    data = replace(DVC, asked={"data": "data"})
    assert judge(replace(exhibit, stage=data)).light == "pass"
    models = replace(DVC, asked={"models": "model"})
    assert "model.joblib` is not kept" in judge(replace(exhibit, stage=models)).reason


def test_a_push_is_looked_for_only_where_it_was_asked_for() -> None:
    pushing = replace(DVC, asked={"push": "push"})
    assert judge(replace(show(keep(GOOD)), stage=pushing)).light == "fail"
    assert judge(replace(show(keep(replace(GOOD, pushed=True))), stage=pushing)).light == "pass"
