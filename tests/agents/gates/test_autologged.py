"""What autologging measures by itself is no invention; what only looks like it is one."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from agents.gates.autologged import list_training_places
from agents.gates.judgement import judge
from agents.records import Gate
from sandbox.witness.testimony import Sighting
from tests.agents.gates.exhibits import (
    ACCURACY,
    BEFORE,
    ENTRY,
    STAGE,
    digits,
    see,
    see_expression,
)

AFTER = BEFORE.replace("\nX, y =", "\nmlflow.autolog()\nX, y =", 1)
AFTER = "import mlflow\n" + AFTER
FIT = AFTER.splitlines().index("model.fit(X_train, y_train)") + 1
TRAINED = 0.9871
OWN = (
    see(ACCURACY, line=FIT + 1),
    see_expression(ACCURACY, text="accuracy", label="accuracy", line=FIT + 2),
)
PRECISION = "sklearn.metrics.precision_score"


def judge_witness(
    metrics: Mapping[str, float], *seen: Sighting, after: str = AFTER, before: str = BEFORE
) -> Gate:
    logged = {"accuracy_score_X_test": [ACCURACY]}
    logged |= {key: [value] for key, value in metrics.items()}
    exhibit = digits(logged, after=after, seen=(*OWN, *seen))
    exhibit = replace(exhibit, stage=STAGE, before={ENTRY: before})
    return next(gate for gate in judge(exhibit) if gate.name == "witness")


def test_a_score_of_the_training_rows_that_the_component_took_passes() -> None:
    seen = see(TRAINED, function=PRECISION, line=FIT)
    assert judge_witness({"training_precision_score": TRAINED}, seen).light == "pass"
    own = see(TRAINED, function="sklearn.linear_model.LogisticRegression.score", line=FIT)
    assert judge_witness({"training_score": TRAINED}, own).light == "pass"


def test_the_root_of_a_square_that_the_component_took_passes() -> None:
    square = see(0.25, function="sklearn.metrics.mean_squared_error", line=FIT)
    assert judge_witness({"training_root_mean_squared_error": 0.5}, square).light == "pass"
    assert judge_witness({"training_root_mean_squared_error": 0.6}, square).light == "fail"
    elsewhere = replace(square, line=FIT + 1)
    assert judge_witness({"training_root_mean_squared_error": 0.5}, elsewhere).light == "fail"


@pytest.mark.parametrize(
    ("key", "function", "line"),
    [
        ("training_recall_score", PRECISION, FIT),
        ("test_precision_score", PRECISION, FIT),
        ("precision_score", PRECISION, FIT),
        ("training_", PRECISION, FIT),
        ("training_precision_score", PRECISION, FIT + 1),
        ("training_precision_score", "torch.Tensor.precision_score", FIT),
    ],
)
def test_what_was_measured_elsewhere_or_as_something_else_fails(
    key: str, function: str, line: int
) -> None:
    assert judge_witness({key: TRAINED}, see(TRAINED, function=function, line=line)).light == "fail"


def test_a_score_that_nobody_took_fails() -> None:
    assert judge_witness({"training_precision_score": TRAINED}).light == "fail"


def test_nothing_but_scores_of_the_training_rows_is_too_little() -> None:
    seen = see(TRAINED, function=PRECISION, line=FIT)
    exhibit = digits({"training_precision_score": [TRAINED]}, after=AFTER, seen=(*OWN, seen))
    gate = next(gate for gate in judge(exhibit) if gate.name == "witness")
    assert gate.light == "fail"
    assert "none of the values that the original shows" in gate.reason


def test_a_program_that_lies_beside_and_is_never_run_says_nothing() -> None:
    exhibit = digits(after=AFTER)
    beside = {**exhibit.before, "after.py": AFTER}
    assert list_training_places(replace(exhibit, before=beside)) == {(ENTRY, FIT)}


def test_a_training_call_that_was_added_vouches_for_nothing() -> None:
    line = "model.fit(X_train, y_train)\n"
    added = AFTER.replace(line, line + "model.fit(X_test, y_test)\n")
    seen = see(TRAINED, function=PRECISION, line=FIT + 1)
    gate = judge_witness({"training_precision_score": TRAINED}, seen, after=added)
    assert gate.light == "fail"


def test_without_autologging_that_was_added_no_line_counts() -> None:
    assert list_training_places(digits()) == frozenset()
    assert list_training_places(replace(digits(after=AFTER))) == {(ENTRY, FIT)}
    assert list_training_places(replace(digits(after=AFTER), before={ENTRY: AFTER})) == frozenset()
