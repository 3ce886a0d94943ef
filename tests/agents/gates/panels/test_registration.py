"""What must lie in a registry, and whose it must be, sentence by sentence."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from agents.gates.exhibit import Exhibit
from agents.gates.panels.registration import (
    choose_versions,
    find_version_problem,
    judge_bare_registration,
    judge_registration_store,
    judge_registration_witness,
)
from agents.records import Gate, Light, Stage
from sandbox.oracles.store import ModelVersion, Prediction, Store
from sandbox.witness.testimony import Probe, Rows
from tests.agents.gates.exhibits import ENTRY, digits, keep, restore, track

OUT = (0.1, 0.9, 0.4, 0.6)
INPUTS = Rows("array", ("float64",), (2, 1), (), (1.0, 2.0))
OUTPUTS = Rows("array", ("float64",), (2, 2), (), OUT)
PROBE = Probe(0, 0, "m.M", "save", "predict_proba", 0, ((ENTRY, 14),), INPUTS, OUTPUTS)
ANSWER = Prediction(0, "native", (2, 2), OUT)
VERSION = ModelVersion("wine", "1", "r1", loads=True, kind="m.M", predictions=(ANSWER,))
STAGE = Stage("inline", "model_registration", "mlflow")


def registry(*versions: ModelVersion, status: str = "FINISHED") -> Store:
    return replace(keep(track(None, status=status)), registered=versions)


def asked(**more: str) -> Stage:
    return replace(STAGE, asked=more)


TITLE = "Version 1 of `wine`"


@pytest.mark.parametrize(
    ("stage", "store", "problem"),
    [
        (STAGE, registry(VERSION), ""),
        (STAGE, registry(replace(VERSION, status="")), ""),
        (
            STAGE,
            registry(),
            "No model version was found in the registry: nothing was registered.",
        ),
        (asked(model="wine"), registry(VERSION), ""),
        (
            asked(model="beer"),
            registry(VERSION, replace(VERSION, name="ale")),
            "No model is registered as `beer`; found `ale`, `wine`.",
        ),
        (
            asked(model="beer"),
            registry(*(replace(VERSION, name=name) for name in "gfedcba")),
            "No model is registered as `beer`; found `a`, `b`, `c`, `d`, `e`.",
        ),
        (asked(alias="best"), registry(VERSION), "No version has the alias `best`."),
        (
            asked(model="wine", alias="best"),
            registry(VERSION, replace(VERSION, name="beer", aliases=("best",))),
            "No version has the alias `best`.",
        ),
        (asked(alias="best"), registry(replace(VERSION, aliases=("a", "best"))), ""),
        (
            STAGE,
            registry(replace(VERSION, run="r9")),
            f"{TITLE} was made by no run of this script: register what a run logged.",
        ),
        (
            STAGE,
            registry(VERSION, status="FAILED"),
            f"{TITLE} was made by a run with the status FAILED, expected FINISHED.",
        ),
        (
            STAGE,
            registry(replace(VERSION, status="PENDING")),
            f"{TITLE} has the status PENDING, expected READY.",
        ),
        (
            STAGE,
            registry(replace(VERSION, name="ale"), replace(VERSION, run="")),
            f"{TITLE} was made by no run of this script: register what a run logged.",
        ),
    ],
)
def test_what_is_registered_must_be_what_was_asked_for(
    stage: Stage, store: Store, problem: str
) -> None:
    assert find_version_problem(stage, store) == problem
    light: Light = "fail" if problem else "pass"
    figures = {"runs": 1, "versions": len(store.registered)}
    bare = judge_bare_registration(stage, replace(digits().observed, store=store))
    assert bare == Gate("store", light, problem, figures)


@pytest.mark.parametrize(
    ("stage", "versions", "chosen"),
    [
        (STAGE, ("wine 2", "wine 10", "wine 9"), ["wine 10"]),
        (STAGE, ("wine x", "wine 0"), ["wine 0"]),
        (STAGE, ("wine 1", "beer 3", "beer 2"), ["beer 3", "wine 1"]),
        (asked(model="wine"), ("wine 1", "beer 3"), ["wine 1"]),
        (asked(alias="a"), ("wine 1 a", "wine 2", "beer 1 a"), ["wine 1", "beer 1"]),
        (asked(alias="a", model="wine"), ("wine 1 a", "beer 1 a"), ["wine 1"]),
        (asked(model="gin"), ("wine 1",), []),
    ],
)
def test_the_newest_is_taken_or_the_one_with_the_alias(
    stage: Stage, versions: tuple[str, ...], chosen: list[str]
) -> None:
    made = []
    for text in versions:
        name, number, *aliases = text.split()
        made.append(replace(VERSION, name=name, version=number, aliases=tuple(aliases)))
    found = choose_versions(stage, registry(*made))
    assert [f"{one.name} {one.version}" for one in found] == chosen


def lay(*versions: ModelVersion, metrics: Mapping[str, list[float]] | None = None) -> Exhibit:
    store = replace(keep(track(metrics)), registered=versions)
    exhibit = restore(replace(digits(), stage=STAGE), store)
    testimony = replace(exhibit.observed.testimony, probes=(PROBE,))
    return replace(exhibit, observed=replace(exhibit.observed, testimony=testimony))


def lit(light: Light, reason: str = "", versions: int = 1) -> Gate:
    return Gate("store", light, reason, {"runs": 1, "versions": versions})


def test_every_version_that_is_taken_must_be_the_script_s_model() -> None:
    assert judge_registration_store(lay(VERSION)) == lit("pass")
    unknown = replace(VERSION, name="ale", loads=None)
    reason = "Version 1 of `ale` could not be examined: loading it gave no answer."
    assert judge_registration_store(lay(VERSION, unknown)) == lit("cannot_tell", reason, 2)
    broken = replace(VERSION, loads=False, detail="gone.")
    reason = f"{TITLE} cannot be loaded: gone."
    assert judge_registration_store(lay(unknown, broken)) == lit("fail", reason, 2)
    older = replace(broken, version="0")
    assert judge_registration_store(lay(VERSION, older)) == lit("pass", "", 2)
    reason = "No model version was found in the registry: nothing was registered."
    assert judge_registration_store(lay()) == lit("fail", reason, 0)


def test_a_registry_that_cannot_be_read_is_said() -> None:
    exhibit = lay(VERSION)
    lost = replace(exhibit.observed.store, unreadable="Broken.", unknown=True)
    gate = judge_registration_store(
        replace(exhibit, observed=replace(exhibit.observed, store=lost))
    )
    assert gate == lit("cannot_tell", "The store cannot be read: Broken.")


def test_metrics_beside_a_model_are_judged_and_none_are_asked_for() -> None:
    reason = "No metric was logged, and none was asked for."
    assert judge_registration_witness(lay(VERSION)) == Gate("witness", "not_needed", reason)
    assert judge_registration_witness(lay(VERSION, metrics={"a": [0.123]})).light == "fail"
    exhibit = lay(VERSION)
    forged = replace(exhibit.observed.testimony, forged=1)
    gate = judge_registration_witness(
        replace(exhibit, observed=replace(exhibit.observed, testimony=forged))
    )
    assert (gate.name, gate.light) == ("witness", "fail")
    assert gate.reason.startswith("1 records were not written by the witness.")
