"""A registered version held against the script's own models: every verdict word for word."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from agents.gates.exhibit import Exhibit
from agents.gates.predicting import Likeness, compare_version
from sandbox.oracles.store import ModelVersion, Prediction
from sandbox.witness.testimony import Cell, Probe, Rows
from tests.agents.gates.exhibits import AFTER, BEFORE, ENTRY, digits

OUT = (0.1, 0.9, 0.4, 0.6)
INPUTS = Rows("array", ("float64",), (2, 1), (), (1.0, 2.0))
OUTPUTS = Rows("array", ("float64",), (2, 2), (), OUT)
PROBE = Probe(0, 0, "m.M", "save", "predict_proba", 0, ((ENTRY, 14),), INPUTS, OUTPUTS)
ANSWER = Prediction(0, "native", (2, 2), OUT)
VERSION = ModelVersion("wine", "1", "r1", loads=True, kind="x.Other", predictions=(ANSWER,))
TITLE = "Version 1 of `wine`"
PASS = Likeness("pass")


def lay(*probes: Probe, before: str = BEFORE, after: str = AFTER) -> Exhibit:
    exhibit = digits()
    testimony = replace(exhibit.observed.testimony, probes=probes)
    observed = replace(exhibit.observed, testimony=testimony)
    return replace(exhibit, observed=observed, before={ENTRY: before}, after={ENTRY: after})


def compare(*probes: Probe, **more: object) -> Likeness:
    version = replace(VERSION, **more)  # type: ignore[arg-type]
    return compare_version(lay(*probes), version)


def told(values: Sequence[Cell], probe: int = 0, how: str = "native") -> Prediction:
    return Prediction(probe, how, (len(values),), tuple(values))  # type: ignore[arg-type]


def made(*values: Cell, **more: object) -> Probe:
    probe = replace(PROBE, outputs=replace(OUTPUTS, values=values))
    return replace(probe, **more)  # type: ignore[arg-type]


def test_a_version_that_was_not_loaded_is_no_model() -> None:
    reason = f"{TITLE} could not be examined: loading it gave no answer."
    assert compare(PROBE, loads=None) == Likeness("cannot_tell", reason)
    reason = f"{TITLE} cannot be loaded: gone."
    assert compare(PROBE, loads=False, detail="gone.") == Likeness("fail", reason)


def test_without_a_model_of_the_script_s_own_nothing_can_be_told() -> None:
    reason = "The script was not seen to train or ask a model: there is nothing to compare."
    nothing = Likeness("cannot_tell", reason)
    assert compare() == nothing
    assert compare(replace(PROBE, sites=())) == nothing
    added = AFTER.replace("mlflow.end_run()", "print(made.predict(X_test))")
    line = added.splitlines().index("print(made.predict(X_test))") + 1
    for sites, own in (
        (((ENTRY, line),), False),
        (((ENTRY, line), (ENTRY, 14)), True),
        (((ENTRY, line - 1),), True),
        (((ENTRY, line + 1),), True),
        ((("b.py", line),), True),
    ):
        found = compare_version(lay(replace(PROBE, sites=sites), after=added), VERSION)
        assert found == (PASS if own else nothing)


@pytest.mark.parametrize("how", ["native", "pyfunc"])
def test_the_same_predictions_make_the_same_model(how: str) -> None:
    assert compare(PROBE, predictions=(told(OUT, how=how),)) == PASS
    near = [value + 0.000009 for value in OUT]
    assert compare(PROBE, predictions=(told(near, how=how),)) == PASS
    large = [value * 12345.678 for value in OUT]
    near = [value * (1 + 0.9e-4) for value in large]
    assert compare(made(*large), predictions=(told(near, how=how),)) == PASS


OTHER = (
    f"{TITLE} predicts {{}} where the script's `M` predicts {{}}: it is not the model that the "
    "script trained."
)


@pytest.mark.parametrize(
    ("expected", "found", "shown"),
    [
        (OUT, (0.1, 0.9, 0.4, 0.7), ("0.7", "0.6")),
        (OUT, (0.1, 0.90002 + 0.0001, 0.4, 0.6), ("0.90012", "0.9")),
        (OUT, OUT[:3], ("3", "4 values")),
        (("a", "b"), ("a", "c"), ("c", "b")),
        ((1, 2), (1, 3), ("3", "2")),
        (("a" * 80, "b"), ("c" * 80, "b"), ("c" * 60, "a" * 60)),
        ((None, 0.5), (0.5, 0.5), ("0.5", "None")),
    ],
)
@pytest.mark.parametrize("how", ["native", "pyfunc"])
def test_another_prediction_makes_another_model(
    expected: Sequence[Cell], found: Sequence[Cell], shown: tuple[str, str], how: str
) -> None:
    gate = compare(made(*expected), predictions=(told(found, how=how),))
    assert gate == Likeness("fail", OTHER.format(*shown))


CHANCE = Likeness(
    "cannot_tell",
    f"{TITLE} predicts like the script's model, but so would many: its few rows agree.",
)


@pytest.mark.parametrize(
    ("values", "telling"),
    [
        ((0.1, 0.9), True),
        ((0.5, 0.5), False),
        ((0.5,), False),
        ((1.0, 2.0), False),
        ((1, 0), False),
        (("a", "b"), False),
        ((0.5, float("inf")), False),
        ((0.5, 1.0), True),
    ],
)
def test_labels_and_single_numbers_agree_by_chance(values: Sequence[Cell], telling: bool) -> None:
    probe = made(*values)
    assert compare(probe, predictions=(told(values),)) == (PASS if telling else CHANCE)
    assert compare(probe, predictions=(told(values, how="pyfunc"),)) == (
        PASS if telling else CHANCE
    )
    # A model of the very class is one that would hardly agree by chance.
    assert compare(probe, predictions=(told(values),), kind="m.M") == PASS


def test_a_model_that_trained_on_is_not_the_one_that_was_kept() -> None:
    early = replace(PROBE, trained_after=3)
    reason = f"{TITLE} is the script's model before it was trained to its end."
    assert compare(early) == Likeness("fail", reason)
    late = made(0.3, 0.7, 0.2, 0.8, occasion="call")
    both = compare(early, late, predictions=(told(OUT), told(OUT, probe=1)))
    assert both == Likeness("fail", reason)


@pytest.mark.parametrize(
    ("text", "keeps"),
    [
        ("for e in x:\n    if a:\n        best = m.state_dict()\n", True),
        ("while x:\n    if a:\n        best = deepcopy(m)\n", True),
        ("for e in x:\n    best = m.state_dict()\n", False),
        ("if a:\n    best = m.state_dict()\n", False),
        ("for e in x:\n    if a:\n        best = m.other()\n", False),
    ],
)
def test_a_script_that_keeps_its_best_may_register_it(text: str, keeps: bool) -> None:
    early = replace(PROBE, trained_after=3)
    found = compare_version(lay(early, before=BEFORE + text), VERSION)
    assert (found == PASS) is keeps


def test_a_version_that_predicts_nothing_is_told() -> None:
    problem = f"{TITLE} does not predict for the rows that the script's model was given"
    found = compare(PROBE, predictions=(), detail="It is not fitted.")
    assert found == Likeness("fail", f"{problem}: It is not fitted.")
    assert compare(PROBE, predictions=()) == Likeness(
        "cannot_tell", f"{problem}: it takes other rows."
    )
    elsewhere = compare(PROBE, predictions=(told(OUT, probe=7),))
    assert elsewhere == Likeness("cannot_tell", f"{problem}: it takes other rows.")


def test_any_of_the_script_s_models_may_be_the_version() -> None:
    first = made(0.2, 0.8, object=1, model="m.First")
    answers = (told(OUT, probe=1), told(OUT, probe=0))
    assert compare(first, PROBE, predictions=answers) == PASS
    last = made(0.3, 0.7, 0.5, 0.5, object=2, model="m.Last")
    gate = compare(first, last, predictions=answers)
    assert gate == Likeness("fail", OTHER.format("0.1", "0.3").replace("`M`", "`Last`"))


def test_whatever_else_is_known_of_a_model_must_agree_too() -> None:
    labels = made("a", "b", occasion="call", function="predict")
    saved = made(0.3, 0.7, 0.5, 0.5)
    answers = (told(("a", "b"), probe=0), told(OUT, probe=1))
    reason = OTHER.format("0.1", "0.3")
    assert compare(labels, saved, kind="m.M", predictions=answers) == Likeness("fail", reason)
    # Of another object, or before more training, it says nothing of this one.
    for other in ({"object": 5}, {"model": "m.N"}, {"occasion": "call"}):
        beside = replace(saved, **other)
        assert compare(labels, beside, kind="m.M", predictions=answers) == PASS


def test_a_way_that_predicts_plainly_is_any_of_the_model_s_functions() -> None:
    labels = made("a", "b", function="predict")
    answers = (told(("a", "b"), probe=0, how="pyfunc"), told(("a", "b"), probe=1, how="pyfunc"))
    assert compare(labels, PROBE, predictions=answers) == CHANCE
    shares = (told(OUT, probe=0, how="pyfunc"), told(OUT, probe=1, how="pyfunc"))
    assert compare(labels, PROBE, predictions=shares) == PASS
    neither = (told((0.3, 0.7), probe=0, how="pyfunc"),)
    assert compare(labels, PROBE, predictions=neither).light == "fail"


def test_a_native_way_that_differs_is_not_made_up_for_by_the_plain_one() -> None:
    answers: Mapping[str, Sequence[Cell]] = {"native": (0.3, 0.7, 0.5, 0.5), "pyfunc": OUT}
    both = tuple(told(values, how=how) for how, values in answers.items())
    assert compare(PROBE, predictions=both) == Likeness("fail", OTHER.format("0.3", "0.1"))
