"""Model registration: a version of the script's own model, made by a finished run of it."""

from collections.abc import Sequence

from agents.gates.behaviour import judge_behaviour
from agents.gates.coverage import key_histories
from agents.gates.exhibit import Exhibit, Observation
from agents.gates.panel import Panel
from agents.gates.predicting import compare_version
from agents.gates.store import light_store
from agents.gates.witness import find_testimony_problem, judge_witness
from agents.gates.wording import light_gate
from agents.records import Gate, Stage
from sandbox.oracles.store import ModelVersion, Store, TrackedRun


def judge_registration_store(exhibit: Exhibit) -> Gate:
    """Light for the versions in the registry: whose they are, and what they predict."""
    store = exhibit.observed.store
    problem = find_version_problem(exhibit.stage, store)
    if problem or store.unreadable:
        return light_store(store, problem, count_versions(store))
    likenesses = [
        compare_version(exhibit, version) for version in choose_versions(exhibit.stage, store)
    ]
    for light in ("fail", "cannot_tell"):
        for likeness in likenesses:
            if likeness.light == light:
                return light_gate("store", light, likeness.reason, count_versions(store))
    return light_store(store, "", count_versions(store))


def judge_bare_registration(stage: Stage, observation: Observation) -> Gate:
    """The negative control: the original has nothing in the registry."""
    store = observation.store
    return light_store(store, find_version_problem(stage, store), count_versions(store))


def judge_registration_witness(exhibit: Exhibit) -> Gate:
    """Light for the metrics beside the model, where there are any: none were asked for."""
    if key_histories(exhibit.observed.store):
        return judge_witness(exhibit)
    if problem := find_testimony_problem(exhibit.observed.testimony):
        return light_gate("witness", "fail", problem)
    return light_gate("witness", "not_needed", "No metric was logged, and none was asked for.")


def count_versions(store: Store) -> dict[str, float]:
    """Figures: runs and registered versions."""
    return {"runs": len(store.runs), "versions": len(store.registered)}


def find_version_problem(stage: Stage, store: Store) -> str:
    """Why the registry does not hold what was asked for; empty if it does."""
    if not store.registered:
        return "No model version was found in the registry: nothing was registered."
    name, alias = stage.asked.get("model", ""), stage.asked.get("alias", "")
    versions = choose_versions(stage, store)
    if not versions:
        known = ", ".join(sorted({f"`{one.name}`" for one in store.registered})[:5])
        if name and name not in {one.name for one in store.registered}:
            return f"No model is registered as `{name}`; found {known}."
        return f"No version has the alias `{alias}`."
    runs = {run.id: run for run in store.runs}
    problems = (_origin_problem(version, runs.get(version.run)) for version in versions)
    return next((problem for problem in problems if problem), "")


def _origin_problem(version: ModelVersion, run: TrackedRun | None) -> str:
    title = f"Version {version.version} of `{version.name}`"
    if run is None:
        return f"{title} was made by no run of this script: register what a run logged."
    if run.status != "FINISHED":
        return f"{title} was made by a run with the status {run.status}, expected FINISHED."
    if version.status not in ("READY", ""):
        return f"{title} has the status {version.status}, expected READY."
    return ""


def choose_versions(stage: Stage, store: Store) -> tuple[ModelVersion, ...]:
    """The versions that a person would take: with the alias that was asked for, or the newest."""
    name, alias = stage.asked.get("model", ""), stage.asked.get("alias", "")
    named = [one for one in store.registered if not name or one.name == name]
    if alias:
        return tuple(one for one in named if alias in one.aliases)
    return tuple(_newest(named, model) for model in sorted({one.name for one in named}))


def _newest(versions: Sequence[ModelVersion], name: str) -> ModelVersion:
    own = [one for one in versions if one.name == name]
    return max(own, key=lambda one: int(one.version) if one.version.isdecimal() else -1)


PANEL = Panel(
    store=judge_registration_store,
    bare=judge_bare_registration,
    witness=judge_registration_witness,
    behaviour=judge_behaviour,
)
