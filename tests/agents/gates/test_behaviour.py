import math
from dataclasses import replace

import pytest

from agents.gates.behaviour import judge_behaviour
from agents.gates.exhibit import Exhibit, Observation
from agents.gates.printed import mask_line
from agents.records import Gate
from sandbox.witness.testimony import Testimony as Witnessing
from tests.agents.gates.exhibits import ENTRY, digits, hear, observe, see, see_expression


def lay_out(first: Observation, second: Observation, observed: Observation) -> Exhibit:
    return replace(digits(), baselines=(first, second), observed=observed)


def judge_output(first: str, second: str, observed: str) -> Gate:
    silent = hear(see(0.5))
    runs = [observe(silent, stdout=text) for text in (first, second, observed)]
    return judge_behaviour(lay_out(*runs))


def judge_values(first: Witnessing, second: Witnessing, observed: Witnessing) -> Gate:
    runs = [observe(testimony, stdout="") for testimony in (first, second, observed)]
    return judge_behaviour(lay_out(*runs))


def test_the_same_output_is_identical() -> None:
    gate = judge_output("acc 0.9\n", "acc 0.9\n", "acc 0.9\n")
    assert (gate.light, gate.figures["outcome"]) == ("pass", 0)


def test_a_difference_in_the_last_digit_is_within_tolerance() -> None:
    gate = judge_output("acc 0.900000\n", "acc 0.900000\n", "acc 0.900001\n")
    assert (gate.light, gate.figures["outcome"]) == ("pass", 1)


def test_additional_lines_are_allowed() -> None:
    assert judge_output("a 1\nb 2\n", "a 1\nb 2\n", "x\na 1\ny 5\nb 2\n").light == "pass"


def test_the_first_line_that_differs_is_named() -> None:
    gate = judge_output("a 1\nb 2\nc 3\n", "a 1\nb 2\nc 3\n", "a 1\nb 7\nc 3\n")
    assert (gate.light, gate.figures["outcome"]) == ("fail", 2)
    assert "`b 2`" in gate.reason
    assert "`b 7`" in gate.reason


def test_lines_in_another_order_are_a_change() -> None:
    assert judge_output("a 1\nb 2\n", "a 1\nb 2\n", "b 2\na 1\n").light == "fail"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("done in 3.21s", "done in 12.9s"),
        ("Elapsed: 4.2", "Elapsed: 5"),
        ("2026-01-02 10:11:12 epoch 1", "2026-11-30 09:00:01 epoch 1"),
        ("<Model at 0x7f12ab34>", "<Model at 0x7fffab99>"),
        ("saved to /tmp/abc/model.pt", "saved to /tmp/xyz/model.pt"),
        ("memory 512.3 MiB", "memory 498 MiB"),
        ("training took 3.4 seconds", "training took 11 seconds"),
        ("{'eval_runtime': '0.11', 'epoch': '1'}", "{'eval_runtime': '3.2', 'epoch': '1'}"),
        ('{"train_samples_per_second": 29.6}', '{"train_samples_per_second": 301}'),
    ],
)
def test_what_differs_in_every_run_is_masked(first: str, second: str) -> None:
    assert mask_line(first).agrees(mask_line(second))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("f1 0.5", "f1 0.6"),
        ("loss nan", "loss 0.1"),
        ("resnet50", "resnet18"),
        ("5 rows", "6 rows"),
        ("{'eval_loss': '0.1', 'eval_runtime': '3'}", "{'eval_loss': '0.2', 'eval_runtime': '3'}"),
    ],
)
def test_what_says_something_is_not_masked(first: str, second: str) -> None:
    assert not mask_line(first).agrees(mask_line(second))


def test_lines_that_differ_between_two_originals_are_left_out() -> None:
    gate = judge_output("a 1\nb 2\nr 3\n", "a 1\nb 2\nr 4\n", "a 1\nb 2\nr 9\n")
    assert gate.light == "pass"
    assert gate.figures["left_out"] == 1


def test_an_original_that_draws_without_a_seed_cannot_be_judged() -> None:
    gate = judge_output(
        "hello\na 1\nb 2\nc 3\n", "hello\na 5\nb 6\nc 3\n", "hello\na 8\nb 9\nc 3\n"
    )
    assert gate.light == "cannot_tell"
    assert "without a seed" in gate.reason


def test_an_original_that_shows_nothing_cannot_be_judged() -> None:
    assert judge_values(hear(), hear(), hear()).light == "cannot_tell"


def test_an_original_that_fails_cannot_be_judged() -> None:
    broken = observe(hear(see(0.5)), status="error", exit_code=1)
    assert judge_behaviour(lay_out(broken, broken, broken)).light == "cannot_tell"


def test_a_measured_value_that_changed_is_named() -> None:
    both = hear(see(0.5), see(0.6))
    gate = judge_values(both, both, hear(see(0.5), see(0.7)))
    assert gate.light == "fail"
    assert "value 2" in gate.reason
    assert "0.6" in gate.reason


def test_nan_equals_nan() -> None:
    both = hear(see(math.nan))
    assert judge_values(both, both, both).figures["outcome"] == 0


def test_a_printed_expression_may_move_into_a_variable() -> None:
    both = hear(see_expression(0.5, text="f(x)"))
    assert judge_values(both, both, hear(see_expression(0.5, text="y"))).light == "pass"
    assert judge_values(both, both, hear(see_expression(0.4, text="y"))).light == "fail"


def test_times_of_the_script_are_not_compared() -> None:
    def run(seconds: float) -> Witnessing:
        return hear(see(0.5), see_expression(seconds, text="time.time() - t0", label="elapsed"))

    gate = judge_values(run(1.0), run(2.0), run(3.0))
    assert (gate.light, gate.figures["left_out"]) == ("pass", 0)


def test_values_of_an_original_without_a_seed_cannot_be_judged() -> None:
    gate = judge_values(hear(see(0.5)), hear(see(0.6)), hear(see(0.7)))
    assert gate.light == "cannot_tell"


@pytest.mark.parametrize(
    ("found", "light"),
    [
        ({"model.pt": "1", "plot.png": "7"}, "pass"),
        ({"model.pt": "2", "plot.png": "7"}, "fail"),
        ({"plot.png": "7"}, "fail"),
        ({"model.pt": "1"}, "fail"),
        ({"model.pt": "1", "plot.png": "7", "more.txt": "5"}, "pass"),
    ],
)
def test_files_must_still_be_written(found: dict[str, str], light: str) -> None:
    first = observe(hear(see(0.5)), products={"model.pt": "1", "plot.png": "3"})
    second = observe(hear(see(0.5)), products={"model.pt": "1", "plot.png": "4"})
    observed = observe(hear(see(0.5)), products=found)
    assert judge_behaviour(lay_out(first, second, observed)).light == light


def test_the_lost_middle_of_a_long_output_is_not_missed() -> None:
    lines = [f"line {number}" for number in range(100)]
    first = observe(hear(see(0.5)), stdout="\n".join(lines), cut=True)
    shifted = observe(hear(see(0.5)), stdout="\n".join(lines[:45] + lines[55:]), cut=True)
    assert judge_behaviour(lay_out(first, first, shifted)).light == "pass"
    other = observe(hear(see(0.5)), stdout="\n".join(lines[:30] + lines[55:]), cut=True)
    assert judge_behaviour(lay_out(first, first, other)).light == "fail"


def test_moved_values_are_not_compared() -> None:
    assert judge_behaviour(replace(digits(), proof="nudged")).light == "not_needed"


@pytest.mark.parametrize(("after", "light"), [("Trainer(logger=x)", "pass"), ("Trainer()", "fail")])
def test_the_default_loggers_files_may_go_with_it(after: str, light: str) -> None:
    files = {"lightning_logs/version_0/metrics.csv": "a", "model.pt": "b"}
    plain = digits()
    baseline = replace(plain.baselines[0], products=files)
    observed = replace(plain.observed, products={"model.pt": "b"})
    exhibit = replace(
        plain,
        before={ENTRY: "Trainer()"},
        after={ENTRY: after},
        baselines=(baseline, baseline),
        observed=observed,
    )
    assert judge_behaviour(exhibit).light == light
