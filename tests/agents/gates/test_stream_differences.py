"""Every difference between two streams in its own sentence, and what is none."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from agents.gates.streams import Sides, compare_runs, flatten_params, pair_keys
from sandbox.oracles.store import Point, TrackedRun
from tests.agents.gates.exhibits import chart, track

SIDES = Sides("W&B", "MLflow")


def differ(source: TrackedRun, target: TrackedRun, again: TrackedRun | None = None) -> str:
    return compare_runs([source], [again or source], [target], SIDES)


def at(*steps: int) -> TrackedRun:
    values = zip(steps, (0.9, 0.5, 0.25), strict=True)
    points = tuple(Point(value, step, order) for order, (step, value) in enumerate(values))
    return chart({"loss": points})


def run(metrics: Mapping[str, Sequence[float]] | None = None, **more: object) -> TrackedRun:
    return track({key: list(values) for key, values in (metrics or {}).items()}, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("source", "target", "sentence"),
    [
        (
            run({"a": [1.5]}),
            run({"b": [1.5]}),
            "`a` is logged with W&B, and not with MLflow.",
        ),
        (
            run({"a": [1.5]}),
            run({"a": [1.5], "b": [0.5, 2.5]}),
            "`b` is logged with MLflow, and never was with W&B.",
        ),
        (
            run({"a": [0.5, 1.5]}),
            run({"a": [0.5]}),
            "`a` has 2 values with W&B and 1 with MLflow.",
        ),
        (
            run({"a": [0.5, 1.5]}),
            run({"a": [0.5, 2.5]}),
            "Value 2 of `a` is 1.5 with W&B and 2.5 with MLflow.",
        ),
        (
            at(0, 1, 2),
            at(0, 1, 3),
            "Value 3 of `loss` was logged at step 2, and is at step 3 now.",
        ),
        (
            at(0, 1, 2),
            at(4, 4, 4),
            "All values of `loss` are at step 4 now; they had steps of their own.",
        ),
        (
            run(params={"a": "1"}),
            run(params={"b": "1"}),
            "The parameter `a` is recorded with W&B, and not with MLflow.",
        ),
        (
            run(params={"a": "x" * 300}),
            run(params={"a": "y" * 300}),
            f"The parameter `a` is {'x' * 200} with W&B, now {'y' * 200}.",
        ),
        (
            run(tags={"a": "b"}),
            run(),
            "The tag `a: b` is set with W&B, not with MLflow.",
        ),
        (
            run(tags={"w" * 300: ""}),
            run(),
            f"The tag `{'w' * 200}` is set with W&B, not with MLflow.",
        ),
        (
            run(artifacts=("a/b.txt",)),
            run(),
            "The artifact a/b.txt is kept with W&B, and not with MLflow.",
        ),
        (
            run(artifacts=("model/MLmodel", "model/x.pkl")),
            run(),
            "model/MLmodel is kept with W&B, nothing with MLflow.",
        ),
        (
            run(artifacts=("media/images/a.png",)),
            run(artifacts=("a.txt",)),
            "media/images/a.png is kept with W&B, nothing with MLflow.",
        ),
    ],
)
def test_a_difference_is_said_in_one_sentence(
    source: TrackedRun, target: TrackedRun, sentence: str
) -> None:
    assert differ(source, target) == sentence


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (run({"a/b": [1.5]}), run({"a_b": [1.5]})),
        (run({"_a ": [1.5]}), run({"a": [1.5]})),
        (run({"system/cpu": [1.5]}), run()),
        (run(), run({"system/cpu": [1.5, 2.5]})),
        (run({"epoch": [0, 1, 2]}), run()),
        (run(), run({"epoch": [0, 1, 2]})),
        (run(params={"a": "None"}), run()),
        (run(params={"a": ""}), run()),
        (run(params={"a": "{}"}), run()),
        (run(params={"a": "None"}), run(params={"a": ""})),
        (run(params={"a": "x"}), run(tags={"a": "x"})),
        (run(params={"a": "{'b': {'c': 1}}"}), run(params={"a.b.c": "1"})),
        (run(params={"a": "{'b': 1"}), run(params={"a": "{'b': 1"})),
        (run(tags={"mlflow.user": "me"}), run()),
        (run(tags={"kind": "Baseline"}), run(tags={"all": "the baseline run"})),
        (run(tags={"kind": "base"}), run(params={"kind": "base"})),
        (run(tags={"base": ""}), run(params={"base": "1"})),
        (run(artifacts=("model/MLmodel", "model/x.pkl")), run(artifacts=("net.pt",))),
        (run(artifacts=("media/images/a.png",)), run(artifacts=("figures/b.svg",))),
        (run(artifacts=("a/b.txt",)), run(artifacts=("c/b.txt",))),
    ],
)
def test_what_components_do_differently_is_no_difference(
    source: TrackedRun, target: TrackedRun
) -> None:
    assert differ(source, target) == ""


def test_a_key_that_could_be_either_of_two_is_paired_with_none() -> None:
    assert pair_keys({"a b": 1, "c": 2}, {"a_b": 1, "a.b": 2, "c": 3}) == {"c": "c"}
    assert pair_keys({"a b": 1}, {"a_b": 1, "a b": 2}) == {"a b": "a b"}


def test_a_tag_of_the_components_own_does_not_stand_for_a_parameter() -> None:
    problem = differ(run(params={"mlflow.x": "1"}), run(tags={"mlflow.x": "1"}))
    assert problem == "The parameter `mlflow.x` is recorded with W&B, and not with MLflow."


def test_a_parameter_that_became_a_metric_has_its_last_value() -> None:
    rows = run({"best acc": [0.25, 0.5]})
    for text, same in (("0.5", True), ("0.25", False)):
        problem = differ(replace(rows, params={"best_acc": text}), rows)
        missing = "The parameter `best_acc` is recorded with W&B, and not with MLflow."
        assert problem == ("" if same else missing)


def test_a_history_is_no_parameter() -> None:
    history, param = run({"a": [0.5, 0.5]}), run(params={"a": "0.5"})
    assert differ(history, param) == "`a` is logged with W&B, and not with MLflow."
    assert differ(param, history) == "`a` is logged with MLflow, and never was with W&B."


def test_dictionaries_are_taken_apart_eight_deep_and_not_where_they_are_endless() -> None:
    deep = "1"
    for _ in range(9):
        deep = f"{{'d': {deep}}}"
    assert flatten_params({"a": deep}) == {"a" + ".d" * 8: "{'d': 1}"}
    text = "{'b': '" + "x" * 99_991 + "'}"
    assert len(text) == 99_999 + 1
    assert flatten_params({"a": text}) == {"a": text}
    assert flatten_params({"a": text.replace("xx", "x", 1)}).keys() == {"a.b"}
    assert flatten_params({"a": "{1, 2}", "b": "{}"}) == {"a": "{1, 2}", "b": "{}"}


def test_runs_are_paired_by_their_names_where_these_tell_them_apart() -> None:
    first, second = run({"a": [1.5]}, name="x", id="1"), run({"a": [2.5]}, name="y", id="2")
    pair = [first, second]
    assert compare_runs(pair, pair, [second, first], SIDES) == ""
    renamed = [replace(second, name="v"), replace(first, name="w")]
    problem = "Value 1 of `a` is 1.5 with W&B and 2.5 with MLflow."
    assert compare_runs(pair, pair, renamed, SIDES) == problem
    assert compare_runs(pair, pair, renamed[::-1], SIDES) == ""
    same = [replace(one, name="x") for one in pair]
    assert compare_runs(pair, pair, same, SIDES) == ""


def test_runs_are_counted_and_must_be_several() -> None:
    one, two = run(id="1"), run(id="2")
    assert compare_runs([one], [one], [one, two], SIDES) == (
        "The original leaves 1 run with W&B, the adapted script 2 runs with MLflow."
    )
    assert compare_runs([one, two], [one, two], [], SIDES) == (
        "The original leaves 2 runs with W&B, the adapted script 0 runs with MLflow."
    )
    assert compare_runs([one, two], [one, two], [one, one], SIDES) == (
        "Several runs share one id with MLflow: they will be one."
    )


def test_a_second_run_of_the_original_that_left_another_number_of_runs_says_nothing() -> None:
    one = run({"a": [1.5]})
    other = run({"a": [2.5]})
    assert compare_runs([one], [], [other], SIDES) != ""
    assert compare_runs([one], [other, other], [other], SIDES) != ""
    assert compare_runs([one], [other], [other], SIDES) == ""


def test_histories_whose_length_differs_by_itself_are_not_compared() -> None:
    long, short = run({"a": [0.5, 1.5]}), run({"a": [0.5]})
    assert differ(long, short, short) == ""
    assert differ(long, short, run()) != ""
    moved = Sides("W&B", "MLflow", moved=True)
    assert compare_runs([long], [long], [short], moved) == ""


def test_a_value_without_a_twin_is_compared() -> None:
    assert differ(run({"a": [0.5, 1.5]}), run({"a": [0.5, 2.5]}), run({"a": [0.5]})) != ""


def test_points_are_compared_in_the_order_they_were_written() -> None:
    points = (Point(0.5, 0, 0), Point(1.5, 1, 1))
    assert differ(chart({"a": points}), chart({"a": points[::-1]})) == ""


def test_a_step_that_the_counter_does_not_have_is_none() -> None:
    source = at(1, 2, 3)
    beside = {"epoch": tuple(Point(n + 1, n, n) for n in range(2))}
    assert differ(source, replace(at(0, 1, 2), counters=beside)) != ""
    metric = replace(
        at(0, 1, 2), metrics={**at(0, 1, 2).metrics, **track({"epoch": [1, 2, 3]}).metrics}
    )
    assert differ(source, metric) == ""


def test_tags_that_differ_by_themselves_are_not_compared() -> None:
    assert differ(run(tags={"when": "now"}), run(), run(tags={"when": "then"})) == ""
    both = run(tags={"when": "now", "kind": "x"})
    assert differ(both, run(), run(tags={"when": "then", "kind": "x"})) != ""


def test_every_parameter_and_tag_is_looked_at() -> None:
    assert differ(run(params={"n": "None", "a": "1"}), run()) != ""
    assert differ(run(params={"n": "1", "a": "1"}), run(), run(params={"a": "1"})) != ""
    assert differ(run(tags={"mlflow.a": "x", "b": "c"}), run()) != ""


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (" 1 ", "1.0", True),
        ("False", "0", True),
        ("['a', 'b']", "a, b", True),
        ("a-b", "a b", True),
        ("a", "b", False),
        ("1", "None", False),
        ("", "x", False),
    ],
)
def test_texts_say_the_same_in_other_letters(first: str, second: str, same: bool) -> None:
    mine, theirs = (run(params={"a": text, "b": "1"}) for text in (first, second))
    assert (differ(mine, theirs) == "") is same
