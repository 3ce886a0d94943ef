"""Behaviour where a search moved: numbers of the search are open, everything else is not."""

from dataclasses import replace

import pytest

from agents.gates.exhibit import Exhibit
from agents.gates.searched import judge_searched_behaviour
from agents.records import Gate
from sandbox.oracles.store import Store
from tests.agents.gates.exhibits import hear, see
from tests.agents.gates.searches import (
    NEW,
    NEW_PRINTED,
    OLD,
    OLD_PRINTED,
    adapted,
    moved,
    original,
    watch,
)

BARS = OLD_PRINTED.replace(
    "accuracy 0.8123\n", "  0%|          | 0/4 [00:00<?, ?trial/s]\r     \raccuracy 0.8123\n"
).replace("best:", "100%|####| 4/4 [00:00<00:00, 9trial/s, best loss: -0.9017]\nbest:")


def judge(exhibit: Exhibit) -> Gate:
    return judge_searched_behaviour(exhibit)


def speak(old: str = OLD_PRINTED, new: str = NEW_PRINTED) -> Gate:
    first = original(old)
    return judge(moved(baselines=(first, first), observed=adapted(new)))


def test_another_best_and_other_draws_pass() -> None:
    gate = judge(moved())
    assert (gate.light, gate.reason) == ("pass", "")
    assert gate.figures["searched"] == 5


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("best loss -0.9017", "best loss 0.9291"),
        ("kernel poly won", "kernel rbf won"),
        ("kernel = 'poly'", "kernel = 'rbf'"),
        ("C: 4.750", "C: 3.250"),
        ("score of the final model 0.600", "score of the final model 0.731"),
        ("{'loss': -0.9017, 'status': 'ok', 'C': 4.75}", "FrozenTrial(number=2)"),
        ("Hyperopt is done", "Optuna is done"),
        ("error of the best: 9.83%", "error of the best: 7.09%"),
    ],
)
def test_a_line_that_shows_what_the_search_found_may_show_another(old: str, new: str) -> None:
    assert speak(f"{OLD_PRINTED}{old}\n", f"{NEW_PRINTED}{new}\n").reason == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("120 rows", "60 rows"),
        ("120 rows\n", ""),
        ("accuracy", "score"),
        ("best:", "winner:"),
    ],
)
def test_other_lines_are_to_be_the_same(old: str, new: str) -> None:
    gate = speak(new=NEW_PRINTED.replace(old, new))
    assert gate.light == "fail"
    assert "must print what it printed before" in gate.reason


def test_a_line_of_words_is_to_be_the_same() -> None:
    assert speak(f"ready\n{OLD_PRINTED}", f"ready\n{NEW_PRINTED}").light == "pass"
    assert speak(f"ready\n{OLD_PRINTED}", f"steady\n{NEW_PRINTED}").light == "fail"


def test_the_progress_that_hyperopt_draws_is_nobody_s_output() -> None:
    assert speak(BARS).reason == ""
    # While it is drawn, one printed line comes in pieces.
    pieces = BARS.replace("accuracy 0.8311", "accuracy\n0.8311")
    assert speak(pieces).reason == ""
    assert speak(BARS, NEW_PRINTED.replace("accuracy", "score")).light == "fail"


def test_lines_that_are_touched_in_one_baseline_are_open_in_the_other() -> None:
    second = original(OLD_PRINTED + "final 0.777\n")
    first = original(OLD_PRINTED + "final 0.600\n")
    gate = judge(moved(baselines=(first, second), observed=adapted(NEW_PRINTED + "final 0.123\n")))
    assert gate.reason == ""


def test_what_was_measured_before_the_search_is_to_be_the_same() -> None:
    other = hear(see(0.4, function="numpy.mean", line=2), *watch(NEW).sightings[1:])
    gate = judge(moved(observed=replace(adapted(), testimony=other)))
    assert gate.light == "fail"
    assert "value 1 of `numpy.mean` was 0.5" in gate.reason


@pytest.mark.parametrize(
    ("left_out", "where"),
    [("accuracy_score", "in its trials"), ("f1_score", "after its search")],
)
def test_what_was_measured_is_to_be_measured_again(left_out: str, where: str) -> None:
    seen = tuple(
        replace(one, function="other.measure") if one.function.endswith(left_out) else one
        for one in watch(NEW).sightings
    )
    gate = judge(moved(observed=replace(adapted(), testimony=hear(*seen))))
    assert gate.light == "fail"
    assert f"the original measures `{left_out}` {where}" in gate.reason


@pytest.mark.parametrize("name", ["numpy.mean", "search.best_score_"])
def test_what_is_seen_only_in_the_original_s_own_words_need_not_be(name: str) -> None:
    first = replace(original(), testimony=hear(*watch(OLD).sightings, see(0.7, function=name)))
    assert judge(moved(baselines=(first, first))).reason == ""


def test_which_model_won_is_up_to_the_search() -> None:
    def score(model: str) -> tuple[object, ...]:
        return (see(0.7, function=f"sklearn.{model}.score", line=12),)

    first = replace(original(), testimony=hear(*watch(NEW).sightings, *score("SVC")))  # type: ignore[arg-type]
    last = replace(adapted(), testimony=hear(*watch(NEW).sightings, *score("Forest")))  # type: ignore[arg-type]
    assert judge(moved(baselines=(first, first), observed=last)).reason == ""


def test_files_are_written_with_whatever_content() -> None:
    assert judge(moved(observed=replace(adapted(), products={"model.pkl": "2"}))).reason == ""
    gate = judge(moved(observed=replace(adapted(), products={})))
    assert gate.reason == "The file model.pkl is not written any more."


def test_options_are_still_there() -> None:
    exhibit = moved()
    text = 'import argparse\np = argparse.ArgumentParser()\np.add_argument("--evals")\n'
    gate = judge(replace(exhibit, before={"train.py": text + exhibit.before["train.py"]}))
    assert "The option --evals" in gate.reason


def test_a_script_that_shows_nothing_but_its_search_is_compared_by_that() -> None:
    searched = original("best: {'C': 4.75}\n")
    bare = replace(
        searched,
        products={},
        testimony=replace(searched.testimony, sightings=watch(NEW).sightings[1:]),
    )
    last = replace(adapted("best: {'C': 1.0}\n"), products={})
    assert judge(moved(baselines=(bare, bare), observed=last)).light == "pass"
    assert (
        judge(
            moved(
                baselines=(bare, bare),
                observed=replace(last, attempt=replace(last.attempt, stdout="")),
            )
        ).light
        == "fail"
    )


def test_nothing_is_compared_where_values_were_moved_or_nothing_ran() -> None:
    assert judge(moved(proof="nudged")).light == "not_needed"
    assert judge(moved(baselines=())).light == "cannot_tell"


def test_an_original_that_failed_tells_nothing() -> None:
    failed = replace(original(), attempt=replace(original().attempt, exit_code=1))
    assert judge(moved(baselines=(failed, failed))).light == "cannot_tell"


def test_without_a_known_search_everything_is_to_be_the_same() -> None:
    bare = replace(original(), source=Store(schema=""))
    assert judge(moved(baselines=(bare, bare))).light == "fail"
