from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.gates.exhibit import Observation
from agents.gates.wanted import Group, find_missing, find_wanted
from sandbox.oracles.store import Store
from tests.agents.gates.exhibits import digits

TEXT = 'TABLE = "data/train.csv"\nMODEL = "model.joblib"\n'


def see(written: tuple[str, ...], beside: tuple[str, ...] = ()) -> Observation:
    data = dict.fromkeys((*written, *beside), "aa")
    return replace(
        digits().baselines[0],
        store=Store("", data=data),
        products=dict.fromkeys(written, "aa"),
    )


def want(
    asked: Mapping[str, str],
    written: tuple[str, ...],
    beside: tuple[str, ...] = (),
    text: str = TEXT,
    usual: frozenset[str] = frozenset({"data", "models"}),
) -> tuple[Group, ...]:
    seen = see(written, beside)
    return find_wanted(asked, {"train.py": text}, (seen, seen), usual)


DATA, MODELS = {"data": "data"}, {"models": "model"}
BESIDE = ("data/train.csv", "data/unused.csv")
WRITTEN = ("model.joblib", "scaler.joblib", "metrics.json", "predictions.csv")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (DATA, [("data/train.csv",)]),
        (MODELS, [("model.joblib",)]),
        ({**DATA, **MODELS}, [("model.joblib",), ("data/train.csv",)]),
        ({}, [("model.joblib",), ("data/train.csv",)]),
        ({"paths": "metrics.json"}, [("metrics.json",)]),
        ({"paths": "data/"}, [("data/train.csv",), ("data/unused.csv",)]),
        ({**DATA, "paths": "train.csv"}, [("data/train.csv",)]),
        ({**MODELS, "paths": "data/train.csv"}, [("data/train.csv",), ("model.joblib",)]),
        ({**MODELS, "paths": "scaler.joblib"}, [("scaler.joblib",)]),
        ({**MODELS, "paths": "nowhere.csv"}, [("model.joblib",)]),
    ],
)
def test_what_is_named_or_read_or_written_has_to_be_kept(
    asked: Mapping[str, str], expected: list[Group]
) -> None:
    assert list(want(asked, WRITTEN, BESIDE)) == expected


def test_data_is_what_is_written_where_nothing_is_read_or_the_request_says_so() -> None:
    assert want(DATA, ("table.csv",)) == (("table.csv",),)
    assert want({**DATA, "written": "writes"}, ("table.csv",), BESIDE) == (("table.csv",),)
    assert want({**DATA, "written": "writes"}, (), BESIDE) == (("data/train.csv",),)
    both = {**DATA, "written": "writes", "read": "reads"}
    assert want(both, ("table.csv",), BESIDE) == (("data/train.csv",), ("table.csv",))
    assert want(DATA, ("table.csv",), BESIDE) == (("data/train.csv",),)


def test_a_folder_that_is_named_stands_for_what_lies_in_it() -> None:
    text = 'for path in Path("data").glob("*.csv"):\n    pass\n'
    assert want(DATA, (), BESIDE, text) == (("data/train.csv",), ("data/unused.csv",))
    assert want(DATA, (), BESIDE, 'glob("./data/*.csv")') == (
        ("data/train.csv",),
        ("data/unused.csv",),
    )


def test_a_name_may_be_put_together() -> None:
    text = 'read(f"{split}.csv" for split in ["train"])\n'
    assert want(DATA, (), BESIDE, text) == (("data/train.csv",),)


def test_one_of_them_will_do_where_nobody_can_tell_which() -> None:
    assert want(DATA, (), BESIDE, "read(path)") == (BESIDE,)
    assert want(MODELS, ("scaler.pkl", "encoder.pkl")) == (("encoder.pkl", "scaler.pkl"),)
    assert want(MODELS, ("a.pkl", "b.pkl")) == (("a.pkl", "b.pkl"),)
    assert want({}, ("metrics.json", "loss.png")) == (("loss.png", "metrics.json"),)


def test_a_model_that_was_there_before_is_wanted_only_where_a_model_is_asked_for() -> None:
    assert want(MODELS, (), ("start.pt",)) == (("start.pt",),)
    assert want({}, (), ("start.pt", "data/train.csv")) == (("data/train.csv",),)


def test_what_a_request_means_without_saying_so_is_the_callers_choice() -> None:
    assert want({}, WRITTEN, BESIDE, usual=frozenset({"models"})) == (("model.joblib",),)
    assert want({}, WRITTEN, BESIDE, usual=frozenset()) == ()
    assert want({"paths": "metrics.json"}, WRITTEN, usual=frozenset()) == (("metrics.json",),)


def test_a_file_that_only_one_run_of_the_original_leaves_is_not_wanted() -> None:
    first, second = see(("model.joblib", "x_a7.csv")), see(("model.joblib", "x_b2.csv"))
    assert find_wanted({}, {}, (first, second)) == (("model.joblib",),)
    dated = see(("model_2024-01-02.joblib",)), see(("model_2024-01-03.joblib",))
    (group,) = find_wanted({}, {}, dated)
    assert group == ("model_2024-01-02.joblib",)
    assert not find_missing((group,), frozenset({"model_2024-05-06.joblib"}))


def test_nothing_is_wanted_where_the_original_was_not_run() -> None:
    assert find_wanted(DATA, {}, ()) == ()


@given(st.sets(st.sampled_from("abcdef"), min_size=1), st.sets(st.sampled_from("abcdef")))
def test_exactly_what_is_not_kept_is_missed(wanted: set[str], kept: set[str]) -> None:
    groups = tuple((name,) for name in sorted(wanted))
    missing = find_missing(groups, frozenset(kept))
    assert missing == min(wanted - kept, default="")
    either = (tuple(sorted(wanted)),)
    assert bool(find_missing(either, frozenset(kept))) == (not wanted & kept)
