from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from agents.gates.accuracy import judge_measured_accuracy, list_measured
from agents.gates.exhibit import Exhibit, Observation
from agents.records import Gate, Stage
from sandbox.oracles.store import Store
from sandbox.trial import Attempt
from sandbox.witness import testimony
from sandbox.witness.testimony import Sent, Sighting
from tests.agents.gates.exhibits import see, see_expression

BEFORE = """\
import torch

X_test, y_test = load()


def evaluate(model):
    correct = (model(X_test).argmax(1) == y_test).sum().item()
    return correct / len(y_test)


model = train()
print(f"accuracy {evaluate(model):.4f}")
"""
AFTER = (
    BEFORE
    + """\
small = nncf.quantize(model, data)
print(f"int8 accuracy {evaluate(small):.4f}")
"""
)
FIRST = 0.9312
LATER = 0.9145


def measure(value: float, order: int = 0) -> Sighting:
    return see_expression(value, text="correct / len(y_test)", line=8, order=order)


def send(call: str, order: int, run: str, key: str = "") -> Sent:
    return Sent(order, call, run, key, None, None, 0.0)


def bear_witness(*sightings: Sighting, sent: Sequence[Sent] = ()) -> testimony.Testimony:
    return testimony.Testimony(sightings, tuple(sent), present=True, complete=True)


def observe(stdout: str, heard: testimony.Testimony, stderr: str = "") -> Observation:
    attempt = Attempt("ok", 0, stdout, stderr, Path(), Path())
    return Observation(attempt, heard, Store("model files"), {})


QUANTIZED = send("nncf.quantize", 10, "1", "1")
ASKED = send("model.asked", 11, "1")
FLOAT = send("model.asked", 12, "0")


def lay_out(
    printed: str,
    *sightings: Sighting,
    sent: Sequence[Sent] = (QUANTIZED, ASKED),
    after: str = AFTER,
    stderr: str = "",
    asked: str = "",
    before: str = f"accuracy {FIRST:.4f}\n",
) -> Exhibit:
    original = observe(before, bear_witness(measure(FIRST)))
    found = bear_witness(measure(FIRST), *sightings, sent=sent)
    stage = Stage(
        "inline", "model_optimization", "nncf", asked={"accuracy": asked} if asked else {}
    )
    return Exhibit(
        stage=stage,
        entry="train.py",
        before={"train.py": BEFORE},
        after={"train.py": after},
        baselines=(original, original),
        observed=observe(before + printed, found, stderr),
        proof="cold",
    )


def judge(*given: object, **more: object) -> Gate:
    return judge_measured_accuracy(lay_out(*given, **more))  # type: ignore[arg-type]


def test_an_accuracy_that_was_measured_passes_with_its_drop() -> None:
    gate = judge(f"int8 accuracy {LATER:.4f}\n", measure(LATER, 20))
    assert gate.light == "pass"
    assert gate.figures["drop"] == pytest.approx(FIRST - LATER)


@pytest.mark.parametrize(
    "line",
    [
        "int8 accuracy: 91.45%",
        "Accuracy of the int8 model: 0.9145 (8 bits)",
        "test_acc=0.914",
        "0.9145 accuracy",
        "accuracy before 0.9312, after quantization 0.9145",
    ],
)
def test_an_accuracy_is_found_in_many_wordings(line: str) -> None:
    assert judge(line + "\n", measure(LATER, 20)).light == "pass"
    assert judge(line + "\n", measure(0.5, 20)).light == "fail"


@pytest.mark.parametrize("value", [0.9999, 0.9312, 0.9146])
def test_a_number_that_was_not_measured_is_told(value: float) -> None:
    gate = judge(f"int8 accuracy {value:.4f}\n", measure(LATER, 20))
    assert gate.light == "fail"
    assert "was not measured" in gate.reason


def test_what_was_measured_before_compression_is_no_measure_of_it() -> None:
    assert judge(f"int8 accuracy {LATER:.4f}\n", measure(LATER, 5)).light == "fail"


def test_the_accuracy_of_the_float_model_is_not_that_of_the_compressed_one() -> None:
    sent = (QUANTIZED, ASKED, FLOAT)
    assert judge(f"int8 accuracy {FIRST:.4f}\n", measure(FIRST, 20), sent=sent).light == "fail"
    again = (*sent, send("model.asked", 13, "1"))
    assert judge(f"int8 accuracy {FIRST:.4f}\n", measure(FIRST, 20), sent=again).light == "pass"


def test_a_model_that_is_changed_in_its_place_is_the_compressed_one() -> None:
    sent = (send("nncf.prune", 10, "1", "0"), send("model.asked", 11, "0"))
    assert judge(f"pruned accuracy {LATER}\n", measure(LATER, 20), sent=sent).light == "pass"


def test_where_nobody_says_what_was_changed_any_model_may_be_it() -> None:
    sent = (send("torch.nn.utils.prune.l1_unstructured", 10, "1"), FLOAT)
    assert judge(f"pruned accuracy {LATER}\n", measure(LATER, 20), sent=sent).light == "pass"


def test_a_model_that_is_made_later_is_not_taken_for_the_float_one() -> None:
    sent = (QUANTIZED, send("model.asked", 12, "7"))
    assert judge(f"int8 accuracy {LATER}\n", measure(LATER, 20), sent=sent).light == "pass"


MADE_UP = BEFORE + "value = torch.tensor(0.9145).item()\nprint(f'int8 accuracy {value}')\n"


def test_a_number_put_into_a_tensor_and_read_back_is_made_up() -> None:
    item = see(LATER, function="torch.Tensor.item", line=13, order=20)
    exhibit = lay_out(f"int8 accuracy {LATER}\n", item, after=MADE_UP)
    assert list_measured(exhibit) == ()
    assert judge_measured_accuracy(exhibit).light == "fail"


INLINE = BEFORE + "right = (small(X_test).argmax(1) == y_test).sum().item()\n"


@pytest.mark.parametrize(("counts", "rows"), [([187], 200), ([40, 45, 38], 150)])
def test_counts_of_right_answers_make_an_accuracy(counts: list[int], rows: int) -> None:
    seen = [
        see(float(count), function="torch.Tensor.item", line=13, order=20, integral=True)
        for count in counts
    ]
    share = sum(counts) / rows
    assert judge(f"int8 accuracy {share:.4f}\n", *seen, after=INLINE).light == "pass"
    assert judge(f"int8 accuracy {share + 0.0017:.4f}\n", *seen, after=INLINE).light == "fail"


def test_a_broken_model_is_told_by_its_drop() -> None:
    gate = judge("int8 accuracy 0.5012\n", measure(0.5012, 20))
    assert "fell from" in gate.reason
    assert judge("int8 accuracy 0.8412\n", measure(0.8412, 20)).light == "pass"


def test_a_drop_must_be_the_difference() -> None:
    shown = f"int8 accuracy {LATER:.4f}\n"
    assert judge(shown + "accuracy drop 0.0167\n", measure(LATER, 20)).light == "pass"
    assert judge(shown + "accuracy drop: -1.67 %\n", measure(LATER, 20)).light == "pass"
    assert judge(shown + "accuracy drop 0.0010\n", measure(LATER, 20)).light == "fail"
    both = "int8 accuracy: 0.9145 (drop 0.0167)\n"
    assert judge(both, measure(LATER, 20), asked="accuracy").light == "pass"
    assert judge(both.replace("0.9145", "0.9200"), measure(LATER, 20)).light == "fail"
    assert judge(both.replace("0.0167", "0.0001"), measure(LATER, 20)).light == "fail"
    same = f"int8 accuracy {FIRST:.4f}\n"
    assert judge(same + "accuracy drop -0.0200\n", measure(FIRST, 20)).light == "fail"
    assert judge(same + "accuracy drop 2 %\n", measure(FIRST, 20)).light == "fail"


def test_an_accuracy_that_was_asked_for_must_be_printed() -> None:
    assert judge("done\n", measure(LATER, 20), asked="accuracy").light == "fail"
    assert judge("done\n", measure(LATER, 20)).light == "not_needed"
    assert judge("done\n", asked="accuracy", before="loss 0.3\n").light == "not_needed"


def test_a_logged_accuracy_counts_and_a_quoted_line_does_not() -> None:
    stderr = "train.py:8: UserWarning: score 3\n  accuracy = f(x, 9)\nINFO: int8 accuracy 0.9145\n"
    gate = judge("", measure(LATER, 20), stderr=stderr, asked="accuracy")
    assert gate.light == "pass"
    wrong = stderr.replace("0.9145", "0.9200")
    assert judge("", measure(LATER, 20), stderr=wrong).light == "fail"


def test_a_moved_value_must_be_printed_as_it_was_moved() -> None:
    moved = replace(lay_out("int8 accuracy 0.9045\n", measure(0.9045, 20)), proof="nudged")
    assert judge_measured_accuracy(moved).light == "pass"
    literal = replace(lay_out("int8 accuracy 0.9145\n", measure(0.9045, 20)), proof="nudged")
    assert judge_measured_accuracy(literal).light == "fail"


def test_a_witness_that_was_switched_off_is_told() -> None:
    exhibit = lay_out("int8 accuracy 0.9145\n", measure(LATER, 20))
    off = replace(exhibit.observed, testimony=replace(exhibit.observed.testimony, complete=False))
    assert judge_measured_accuracy(replace(exhibit, observed=off)).light == "fail"


def test_an_accuracy_that_no_library_tells_is_followed_to_the_model() -> None:
    value = "value = (small(X_test).argmax(1).numpy() == y_test).mean()\n"
    shown = 'print(f"int8 accuracy {value:.4f}")\n'
    after = BEFORE + "small = nncf.quantize(model, data)\n" + value + shown
    line = f"int8 accuracy {LATER:.4f}\n"
    assert judge(line, after=after).light == "pass"
    assert judge(line, after=after, sent=(QUANTIZED, FLOAT)).light == "fail"
    assert judge(line, after=after.replace("(small(", "(model(")).light == "fail"
    assert judge(line, after=after.replace("{value:.4f}", "0.9145")).light == "fail"
    # Quantizing calls converting: what the inner call made is known to the outer one.
    nested = (QUANTIZED, send("nncf.quantize", 10, "2", "1"), ASKED)
    assert judge(line, after=after.replace("(small(", "(model("), sent=nested).light == "fail"
    in_place = (send("nncf.prune", 10, "1", "0"), send("model.asked", 11, "0"))
    changed = after.replace("(small(", "(model(")
    assert judge(line, after=changed, sent=in_place).light == "pass"


def test_a_line_of_the_original_may_show_another_number_when_values_are_moved() -> None:
    exhibit = lay_out("", measure(0.9045, 20))
    printed = "accuracy 0.9200\nint8 accuracy 0.9045\n"
    attempt = replace(exhibit.observed.attempt, stdout=printed)
    moved = replace(exhibit, observed=replace(exhibit.observed, attempt=attempt), proof="nudged")
    assert judge_measured_accuracy(moved).light == "pass"
    # The same words once more are the candidate's own.
    again = replace(attempt, stdout=printed + "accuracy 0.9300\n")
    spoilt = replace(moved, observed=replace(exhibit.observed, attempt=again))
    assert judge_measured_accuracy(spoilt).light == "fail"
