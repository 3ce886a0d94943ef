from dataclasses import replace

import pytest

from agents.gates.judgement import judge_original
from agents.gates.options import read_aliases, read_options
from agents.gates.panels.tracking import judge_tracking_store
from agents.secrecy import name_looks_secret
from sandbox.oracles.store import Point, Store, TrackedRun
from sandbox.witness.testimony import Sent
from tests.agents.gates.exhibits import (
    ACCURACY,
    ENTRY,
    STAGE,
    chart,
    digits,
    hear,
    keep,
    observe,
    restore,
    see,
    track,
)


def test_the_original_must_fail_the_store_gate() -> None:
    gate = judge_original(STAGE, observe(hear(see(0.9))))
    assert gate.light == "fail"
    assert "No run was found" in gate.reason


def test_an_original_that_tracks_already_passes_the_store_gate() -> None:
    assert judge_original(STAGE, digits().observed).light == "pass"


@pytest.mark.parametrize(
    ("store", "word"),
    [
        (Store(schema=""), "No run"),
        (Store(schema="", unreadable="It is corrupt."), "corrupt"),
        (keep(track()), "no metric"),
        (keep(track({"a": [1.0]}, status="RUNNING")), "RUNNING"),
        (keep(track({"a": [1.0]}), track({"b": [2.0]}, id="r2")), "2 runs"),
        (
            keep(track({"a": [1.0]}), track({"b": [1]}, id="r2", parent="r1", status="FAILED")),
            "FAI",
        ),
        (keep(track({"a": [1.0]}, parent="r1")), "nested"),
        (keep(track({"a": [1.0]}, parent="r9"), track({"b": [1.0]}, id="r2")), "2 runs"),
    ],
)
def test_what_is_no_single_finished_run_fails(store: Store, word: str) -> None:
    gate = judge_tracking_store(restore(digits(), store))
    assert gate.light == "fail"
    assert word in gate.reason


@pytest.mark.parametrize(
    ("sent", "light"),
    [
        (Sent(0, "log_metric", "r1", "test_accuracy", ACCURACY, 0, 0.0), "pass"),
        (Sent(0, "log_batch", "", "test_accuracy", ACCURACY, None, 0.0), "pass"),
        (Sent(0, "log_metric", "r1", "test_accuracy", 0.5, 0, 0.0), "fail"),
        (Sent(0, "log_metric", "r1", "test_accuracy", ACCURACY, 1, 0.0), "fail"),
        (Sent(0, "log_metric", "r1", "other", ACCURACY, 0, 0.0), "fail"),
        (Sent(0, "log_metric", "r7", "test_accuracy", ACCURACY, 0, 0.0), "fail"),
        (Sent(0, "log_param", "r1", "test_accuracy", ACCURACY, 0, 0.0), "fail"),
    ],
)
def test_every_point_needs_a_call_of_the_client(sent: Sent, light: str) -> None:
    exhibit = digits()
    testimony = replace(exhibit.observed.testimony, sent=(sent,))
    observed = replace(exhibit.observed, testimony=testimony)
    assert judge_tracking_store(replace(exhibit, observed=observed)).light == light


def test_one_fold_of_a_vector_is_not_all_of_it() -> None:
    folds = see(0.9, 0.92, 0.94, function="sklearn.model_selection.cross_val_score")
    one = digits({"cv": [0.92]}, seen=[folds])
    assert (
        judge_tracking_store(restore(one, keep(track({"cv": [0.9, 0.92, 0.94]})))).light == "pass"
    )
    uneven = see(0.9, 0.91, 0.97, 0.92, function="sklearn.model_selection.cross_val_score")
    assert judge_tracking_store(digits({"cv": [0.91]}, seen=[uneven])).light == "fail"


@pytest.mark.parametrize(
    ("params", "light"),
    [
        ({"max_iter": "500"}, "pass"),
        ({"max_iter": "501"}, "fail"),
        ({"LogisticRegression.max_iter": "500.0"}, "pass"),
        ({"unknown": "7"}, "pass"),
        ({"max_iter": "many"}, "pass"),
    ],
)
def test_parameters_must_not_contradict_the_script(params: dict[str, str], light: str) -> None:
    run = track({"test_accuracy": [ACCURACY]}, params)
    assert judge_tracking_store(restore(digits(), keep(run))).light == light


def test_a_parameter_that_is_computed_is_not_judged() -> None:
    exhibit = digits()
    for line in ("max_iter = 2 * 300", "for max_iter in range(3): pass", "def f(max_iter): pass"):
        changed = replace(exhibit, before={ENTRY: f"{line}\n{exhibit.before[ENTRY]}"})
        run = track({"test_accuracy": [ACCURACY]}, {"max_iter": "600"})
        assert judge_tracking_store(restore(changed, keep(run))).light == "pass"


def test_a_run_without_points_needs_no_call() -> None:
    assert "no metric" in judge_tracking_store(restore(digits(), keep(chart({})))).reason


def test_options_of_argparse_and_click_are_read() -> None:
    text = (
        "p.add_argument('-l', '--learning-rate', type=float)\n"
        "p.add_argument('data')\n"
        "p.add_argument('--version', action='version')\n"
        "p.add_argument('--db', default='postgres://me:pw@host/x')\n"
        "@click.option('--shout/--no-shout', default=False)\ndef f(): pass\n"
    )
    options = read_options({ENTRY: text})
    assert [option.title for option in options] == ["--learning-rate", "--db", "--no-shout"]
    assert [option.secret for option in options] == [False, True, False]


@pytest.mark.parametrize("name", ["--api-key", "HF_TOKEN", "db.password", "client_secret"])
def test_names_of_secrets_are_recognised(name: str) -> None:
    assert name_looks_secret(name)


@pytest.mark.parametrize("name", ["--lr", "author", "monkey", "tokenizer"])
def test_ordinary_names_are_no_secrets(name: str) -> None:
    assert not name_looks_secret(name)


def test_an_option_may_be_logged_under_the_name_its_value_is_handed_on_as() -> None:
    text = (
        "parser.add_argument('--lr')\nparser.add_argument('--n-trees')\n"
        "args = parser.parse_args()\n"
        "trees = args.n_trees\nmodel = Model(learning_rate=args.lr, depth=f(args.lr))\n"
    )
    assert read_aliases({"t.py": text, "broken.py": "def ("}) == {
        "lr": {"learning_rate"},
        "n_trees": {"trees"},
    }


@pytest.mark.parametrize(
    ("own", "right"),
    [
        (track({"test_accuracy": [0.9]}, {"max_iter": "500"}), False),
        (track({"test_accuracy": [0.9], "loss": [0.5]}, {"max_iter": "1", "seed": "0"}), False),
        (track({"test_accuracy": [0.9]}), True),
        (track({"loss": [0.9]}, {"max_iter": "500"}), True),
        # By itself the original does not do what was asked for: its run is left open.
        (track({"test_accuracy": [0.9]}, {"max_iter": "500"}, status="RUNNING"), True),
    ],
)
def test_what_the_original_logs_by_itself_is_not_enough(own: TrackedRun, right: bool) -> None:
    plain = digits()
    baseline = observe(hear(see(ACCURACY)), keep(own))
    gate = judge_tracking_store(replace(plain, baselines=(baseline, baseline)))
    reason = (
        "All that was logged the original logs by itself wherever MLflow is installed: the change "
        "adds no metric and no parameter."
    )
    assert (gate.light, gate.reason) == (("pass", "") if right else ("fail", reason))


def test_a_history_without_steps_hides_nothing_where_another_key_has_it_in_order() -> None:
    losses = (0.9, 0.5, 0.4)
    at_once = tuple(Point(value, 0, order) for order, value in enumerate(losses))
    in_order = tuple(Point(value, order, order) for order, value in enumerate(losses))
    plain = digits().observed.store.runs[0]

    def problem(**histories: tuple[Point, ...]) -> str:
        run = replace(plain, metrics={**plain.metrics, **histories})
        exhibit = digits()
        seen = hear(*exhibit.observed.testimony.sightings)
        return judge_tracking_store(replace(exhibit, observed=observe(seen, keep(run)))).reason

    assert problem(validation_loss=at_once, val_loss=in_order) == ""
    assert "`validation_loss` was logged more than once" in problem(validation_loss=at_once)
    shorter = {"validation_loss": at_once, "val_loss": in_order[:2]}
    assert "`validation_loss` was logged more than once" in problem(**shorter)
    both = {"validation_loss": at_once, "val_loss": at_once}
    assert "`validation_loss` was logged more than once" in problem(**both)
