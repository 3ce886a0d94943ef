"""A registered version must be the script's own model, made by a finished run."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.gates.panels.registration import PANEL
from agents.records import Gate, Stage
from sandbox.oracles.store import ModelVersion, Prediction, Store
from sandbox.witness.testimony import Probe, Rows
from tests.agents.gates.exhibits import ENTRY, digits, keep, track

OUT = (0.1, 0.9, 0.4, 0.6)
INPUTS = Rows("array", ("float64",), (2, 1), (), (1.0, 2.0))
OUTPUTS = Rows("array", ("float64",), (2, 2), (), OUT)
PROBE = Probe(0, 0, "m.M", "save", "predict_proba", 0, ((ENTRY, 1),), INPUTS, OUTPUTS)
ANSWER = Prediction(0, "native", (2, 2), OUT)
VERSION = ModelVersion("wine", "1", "r1", loads=True, kind="m.M", predictions=(ANSWER,))
STAGE = Stage("inline", "model_registration", "mlflow")


def light(
    *versions: ModelVersion, stage: Stage = STAGE, probe: Probe = PROBE, store: Store | None = None
) -> str:
    exhibit = digits()
    store = replace(store or keep(track()), registered=versions)
    testimony = replace(exhibit.observed.testimony, probes=(probe,))
    observed = replace(exhibit.observed, store=store, testimony=testimony)
    return PANEL.store(replace(exhibit, stage=stage, observed=observed)).light


def test_the_scripts_own_model_passes() -> None:
    assert light(VERSION) == "pass"


@pytest.mark.parametrize(
    "version",
    [
        replace(VERSION, run=""),
        replace(VERSION, run="r9"),
        replace(VERSION, status="FAILED_REGISTRATION"),
        replace(VERSION, loads=False, detail="gone"),
        replace(VERSION, predictions=(replace(ANSWER, values=(0.5, 0.5, 0.5, 0.5)),)),
        replace(VERSION, predictions=(), detail="NotFittedError: not fitted"),
    ],
)
def test_what_is_not_the_scripts_model_fails(version: ModelVersion) -> None:
    assert light(version) == "fail"


def test_the_name_and_the_alias_asked_for_count() -> None:
    asked = replace(STAGE, asked={"model": "wine", "alias": "champion"})
    assert light(VERSION, stage=asked) == "fail"
    assert light(replace(VERSION, aliases=("champion",)), stage=asked) == "pass"
    assert light(replace(VERSION, name="vine", aliases=("champion",)), stage=asked) == "fail"


def test_a_model_saved_before_its_training_ended_fails() -> None:
    assert light(VERSION, probe=replace(PROBE, trained_after=3)) == "fail"


HEART = replace(PROBE, order=1, occasion="aside", sites=((ENTRY, 1),))
CALL = replace(PROBE, occasion="call", outputs=replace(OUTPUTS, values=(0.2, 0.8, 0.3, 0.7)))
RIGHT = replace(ANSWER, values=CALL.outputs.values)


def judge(*probes: Probe, version: ModelVersion, original: tuple[Probe, ...] | None = None) -> Gate:
    exhibit = digits()
    testimony = replace(exhibit.observed.testimony, probes=probes)
    store = replace(keep(track()), registered=(version,))
    observed = replace(exhibit.observed, store=store, testimony=testimony)
    known = probes if original is None else original
    baselines = tuple(
        replace(one, testimony=replace(one.testimony, probes=known)) for one in exhibit.baselines
    )
    exhibit = replace(exhibit, stage=STAGE, observed=observed, baselines=baselines)
    return PANEL.store(exhibit)


def test_what_a_model_that_is_gone_said_by_the_way_must_agree_too() -> None:
    heart = replace(VERSION, predictions=(RIGHT, replace(RIGHT, probe=1)))
    assert judge(CALL, HEART, version=heart).light == "fail"
    mine = replace(VERSION, predictions=(RIGHT, replace(ANSWER, probe=1)))
    assert judge(CALL, HEART, version=mine).light == "pass"


def test_a_model_changed_by_hand_between_two_places_counts_as_it_was_last() -> None:
    changed = replace(HEART, sites=((ENTRY, 1),), outputs=replace(OUTPUTS, values=(9.0,) * 4))
    last = replace(HEART, order=2, sites=((ENTRY, 2),))
    answers = tuple(replace(ANSWER, probe=place) for place in range(2))
    assert judge(changed, last, version=replace(VERSION, predictions=answers)).light == "pass"
    assert judge(last, changed, version=replace(VERSION, predictions=answers)).light == "fail"


def test_a_model_of_another_library_class_fails_whatever_it_predicts() -> None:
    probe = replace(CALL, model="sklearn.tree._classes.DecisionTreeRegressor")
    version = replace(VERSION, kind="sklearn.neighbors._regression.KNN", predictions=(RIGHT,))
    gate = judge(probe, version=version)
    assert gate.light == "fail"
    assert "is a `KNN`, where the script trains `DecisionTreeRegressor`" in gate.reason
    held = replace(probe, model="sklearn.model_selection._search.GridSearchCV")
    assert judge(held, version=version).light == "pass"
    assert judge(replace(probe, model="__main__.Tree"), version=version).light == "pass"


def test_a_kind_that_nobody_watches_cannot_be_told() -> None:
    version = replace(VERSION, kind="xgboost.core.Booster")
    assert judge(PROBE, version=version).light == "cannot_tell"


def test_a_model_that_the_original_denies_fails() -> None:
    version = replace(VERSION, predictions=(RIGHT,))
    other = replace(CALL, outputs=replace(OUTPUTS, values=(0.5,) * 4))
    gate = judge(CALL, version=version, original=(other,))
    assert gate.light == "fail"
    assert "what the original's own model does" in gate.reason
    assert judge(CALL, version=version, original=(other, CALL)).light == "pass"
    assert judge(CALL, version=version, original=(replace(other, trained_after=1),)).light == "pass"
    asked = replace(other, inputs=replace(INPUTS, values=(1.0, 3.0)))
    assert judge(CALL, version=version, original=(asked,)).light == "pass"


def test_without_an_answer_or_a_probe_nothing_can_be_told() -> None:
    assert light(replace(VERSION, loads=None)) == "cannot_tell"
    assert light(VERSION, probe=replace(PROBE, sites=())) == "cannot_tell"


def test_an_original_without_a_version_fails_the_control() -> None:
    assert PANEL.bare(STAGE, digits().observed).light == "fail"


@settings(deadline=None)
@given(st.integers(0, 3), st.floats(0.001, 10))
def test_any_other_prediction_flips_the_verdict(place: int, offset: float) -> None:
    values = tuple(value + offset * (number == place) for number, value in enumerate(OUT))
    assert light(replace(VERSION, predictions=(replace(ANSWER, values=values),))) == "fail"


@settings(deadline=None)
@given(st.text(max_size=20), st.text(max_size=20), st.dictionaries(st.text(), st.text()))
def test_names_tags_and_places_do_not_matter(name: str, source: str, tags: dict[str, str]) -> None:
    store = keep(track(None, None, name=name, tags=tags))
    assert light(replace(VERSION, source=source), store=store) == "pass"
