"""Numbers that a library only hands back because the candidate put them in."""

from dataclasses import replace

import pytest

from agents.gates.exhibit import Exhibit
from agents.gates.judgement import judge
from agents.gates.witness import judge_witness
from sandbox.witness.additions import find_added_calls
from tests.agents.gates.exhibits import (
    ACCURACY,
    AFTER,
    digits,
    failing,
    hear,
    keep,
    nudged,
    observe,
    rewrite,
    see,
    see_expression,
    stopped_by,
    track,
)

LINE = 'mlflow.log_metric("test_accuracy", accuracy)\n'


def _make_up(call: str, function: str) -> Exhibit:
    """The nudged attempt of a candidate that logs what `call` hands back at line 15."""
    after = AFTER.replace(LINE, f'mlflow.log_metric("test_accuracy", {call})\n')
    cold = rewrite(digits(), after)
    # The same number read twice moves by two different shares.
    honest, made = ACCURACY * 0.99, ACCURACY * 0.985
    testimony = hear(
        see(honest, line=14, nudged=True),
        see(made, line=15, function=function, nudged=True),
        see_expression(honest, text="accuracy", label="accuracy", line=16),
    )
    store = keep(track({"test_accuracy": [made]}, {"max_iter": "500"}))
    observed = observe(testimony, store, "Test accuracy: 0.94\n")
    return replace(cold, observed=observed, cold=cold.observed, proof="nudged")


@pytest.mark.parametrize(
    ("call", "function"),
    [
        ("torch.tensor(0.9533333333333334).item()", "torch.Tensor.item"),
        ("float(torch.tensor(0.9533333333333334))", "torch.Tensor.__float__"),
        ("accuracy_score([1] * 429 + [0] * 21, [1] * 450)", "sklearn.metrics.accuracy_score"),
    ],
)
def test_a_number_put_into_a_library_and_read_back_is_not_accepted(
    call: str, function: str
) -> None:
    assert "elsewhere" in stopped_by(_make_up(call, function), "witness")


def test_the_honest_value_beside_it_is_accepted() -> None:
    assert failing(judge(nudged({"test_accuracy": [ACCURACY * (1 + 2**-7) + 2**-14]}))) == ()


def test_reading_the_number_out_of_a_variable_of_the_original_adds_nothing() -> None:
    before = {"t.py": "def f(loss):\n    print(loss)\n"}
    for call in ("loss.item()", "float(loss)"):
        after = {"t.py": f"def f(loss):\n    mlflow.log_metric('loss', {call})\n    print(loss)\n"}
        assert {added.name for added in find_added_calls(before, after)} == {"log_metric"}
    elsewhere = {"t.py": "def f(loss):\n    print(loss)\nmlflow.log_metric('loss', loss.item())\n"}
    assert {added.name for added in find_added_calls(before, elsewhere)} == {"log_metric", "item"}


def test_a_call_that_moved_into_a_variable_is_not_an_added_one() -> None:
    before = {"t.py": "print(f'{score(y, p):.3f}')\n"}
    after = {"t.py": "value = score(y, p)\nprint(f'{value:.3f}')\n"}
    assert {added.name for added in find_added_calls(before, after)} == {"print"}


def test_a_name_that_a_framework_was_only_given_by_the_candidate_vouches_for_nothing() -> None:
    """`self.log("val_f1", 0.9)` comes back as a value that the framework hands out."""
    made = see(0.9, function="lightning.LightningModule.log", label="val_f1", line=12)
    exhibit = digits({"val_f1": [0.9]}, seen=[see(ACCURACY, line=14), made])
    assert "`val_f1` = 0.9 was not seen" in stopped_by(exhibit, "witness")
    shown = replace(
        exhibit.baselines[0],
        testimony=hear(*exhibit.baselines[0].testimony.sightings, replace(made, line=10)),
    )
    honest = replace(exhibit, baselines=(shown, shown))
    assert "witness" not in failing(judge(honest))


@pytest.mark.parametrize(
    ("key", "label", "right"),
    [("eval_runtime", "eval_runtime", True), ("accuracy", "eval_runtime", False)],
)
def test_a_time_is_another_in_every_run(key: str, label: str, right: bool) -> None:
    was = see(3.25, function="transformers.Trainer.log_time", label=label)
    plain = digits({key: [3.5]}, seen=[replace(was, values=(3.5,))])
    baseline = replace(plain.baselines[0], testimony=hear(was))
    # Under a second seed the original runs once: what differs by itself is not known.
    gate = judge_witness(replace(plain, baselines=(baseline,), proof="seed"))
    assert (gate.light == "pass") is right, gate.reason
