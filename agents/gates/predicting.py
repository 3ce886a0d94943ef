"""Whether a registered version predicts what the witness saw the script's own model predict."""

import ast
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.gates.exhibit import Exhibit
from agents.gates.numbers import is_whole
from agents.gates.program import parse_program
from agents.gates.unlike import find_unlike, is_same
from agents.gates.wording import show_number
from agents.records import Light
from sandbox.oracles.mlflow_question import choose_probes
from sandbox.oracles.store import ModelVersion, Prediction
from sandbox.witness.additions import find_added_calls
from sandbox.witness.testimony import Cell, Probe

_LIBRARIES = ("sklearn.", "xgboost.sklearn.", "lightgbm.sklearn.")
_UNSEEN = ("xgboost.core.", "lightgbm.basic.", "keras.", "catboost.", "statsmodels.")
"""Kinds of models that the witness does not ask."""
_HOLDERS = ("Pipeline", "SearchCV")
"""Ends of names of models that hold another, which may be registered alone or be put in one."""
_KEEPING = frozenset({"state_dict", "save", "deepcopy", "dump", "save_model", "save_pretrained"})


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a version compares with the script's models; no reason where it is one of them."""

    light: Light
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Comparison:
    """One version held against one model object of the script."""

    probe: Probe
    compared: int = 0
    telling: bool = False
    """Something compared could hardly agree by chance."""
    expected: Cell = None
    found: Cell = None
    agrees: bool = True


def compare_version(exhibit: Exhibit, version: ModelVersion) -> Likeness:
    """Compare what a version predicts with what the script's own models did."""
    title = f"Version {version.version} of `{version.name}`"
    own = _list_own(exhibit)
    return _refuse_early(version, title, own) or _compare_own(exhibit, version, title, own)


def _refuse_early(version: ModelVersion, title: str, own: Mapping[int, Probe]) -> Likeness | None:
    """What is plain before anything is compared; None: there is something to compare."""
    if version.loads is None:
        return Likeness("cannot_tell", f"{title} could not be examined: loading it gave no answer.")
    if not version.loads:
        return Likeness("fail", f"{title} cannot be loaded: {version.detail}")
    if not own:
        reason = "The script was not seen to train or ask a model: there is nothing to compare."
        return Likeness("cannot_tell", reason)
    if version.kind.startswith(_UNSEEN):
        reason = f"{title} is a `{_name(version.kind)}`: what these predict is not watched."
        return Likeness("cannot_tell", reason)
    return None


def _compare_own(
    exhibit: Exhibit, version: ModelVersion, title: str, own: Mapping[int, Probe]
) -> Likeness:
    final = own
    if not _chooses_itself(exhibit):
        final = {place: probe for place, probe in own.items() if not probe.trained_after}
    if strange := _find_other_kind(version, final):
        return Likeness("fail", f"{title} is a `{_name(version.kind)}`, {strange}")
    unlike = find_unlike(exhibit, own)
    alike = {place: probe for place, probe in final.items() if probe.object not in unlike}
    comparisons = _compare_all(version, alike)
    if any(one.agrees and one.telling for one in comparisons):
        return Likeness("pass")
    if unlike and any(one.agrees and one.compared for one in _compare_all(version, final)):
        reason = f"{title} does not predict what the original's own model does for the same rows."
        return Likeness("fail", reason)
    if any(one.agrees and one.telling for one in _compare_all(version, own)):
        reason = f"{title} is the script's model before it was trained to its end."
        return Likeness("fail", reason)
    return _explain(version, title, comparisons)


def _explain(version: ModelVersion, title: str, comparisons: Sequence[_Comparison]) -> Likeness:
    if any(one.agrees and one.compared for one in comparisons):
        reason = f"{title} predicts like the script's model, but so would many: its few rows agree."
        return Likeness("cannot_tell", reason)
    if differing := [one for one in comparisons if not one.agrees]:
        return Likeness("fail", f"{title} {_describe(differing)}")
    problem = f"{title} does not predict for the rows that the script's model was given"
    if version.detail:
        return Likeness("fail", f"{problem}: {version.detail}")
    return Likeness("cannot_tell", f"{problem}: it takes other rows.")


def _find_other_kind(version: ModelVersion, own: Mapping[int, Probe]) -> str:
    """What the script's models are where all are of libraries, and none of the version's class."""
    kinds = {probe.model for probe in own.values()}
    if not version.kind or version.kind in kinds:
        return ""
    if not all(
        kind.startswith(_LIBRARIES) and not kind.endswith(_HOLDERS)
        for kind in (version.kind, *kinds)
    ):
        return ""
    names = ", ".join(f"`{_name(kind)}`" for kind in sorted(kinds)[:4])
    return f"where the script trains {names}: it is not the model that the script trained."


def _name(kind: str) -> str:
    return kind.rpartition(".")[2]


def _describe(differing: Sequence[_Comparison]) -> str:
    first = differing[-1]
    kind = _name(first.probe.model)
    return (
        f"predicts {_show(first.found)} where the script's `{kind}` predicts "
        f"{_show(first.expected)}: it is not the model that the script trained."
    )


def _show(value: Cell) -> str:
    return show_number(value) if isinstance(value, float) else str(value)[:60]


def _list_own(exhibit: Exhibit) -> dict[int, Probe]:
    """Probes of models that the original uses, too, by their places among those asked about."""
    added = find_added_calls(exhibit.before, exhibit.after)

    def is_added(file: str, line: int) -> bool:
        return any(call.file == file and call.first <= line <= call.last for call in added)

    own = {
        place: probe
        for place, probe in enumerate(choose_probes(exhibit.observed.testimony))
        if not all(is_added(file, line) for file, line in probe.sites)
    }
    # A model may have been changed between two places by hand: what it said last counts.
    last = {probe.object: probe.sites for probe in own.values() if probe.occasion == "aside"}
    return {
        place: probe
        for place, probe in own.items()
        if probe.occasion != "aside" or probe.sites == last[probe.object]
    }


def _chooses_itself(exhibit: Exhibit) -> bool:
    """The original keeps a state under a condition inside a loop: its best is not its last."""
    for text in exhibit.before.values():
        tree = parse_program(text)
        loops = (
            [node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While)]
            if tree
            else []
        )
        for loop in loops:
            for node in ast.walk(loop):
                if isinstance(node, ast.If) and any(map(_is_keeping, ast.walk(node))):
                    return True
    return False


def _is_keeping(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr=name)) | ast.Call(func=ast.Name(id=name)):
            return name in _KEEPING
    return False


def _compare_all(version: ModelVersion, probes: Mapping[int, Probe]) -> list[_Comparison]:
    answers: dict[int, dict[str, Prediction]] = defaultdict(dict)
    for prediction in version.predictions:
        answers[prediction.probe][prediction.how] = prediction
    groups: dict[tuple[object, ...], dict[int, Probe]] = defaultdict(dict)
    for place, probe in probes.items():
        # A model asked anew when something was saved may have changed since the script asked it.
        moment = -1 - place if probe.occasion == "call" else probe.trained_after
        groups[probe.object, probe.model, probe.occasion, moment, probe.inputs][place] = probe
    found = [_compare_object(version, group, answers) for group in groups.values()]
    # Labels of a few rows agree easily: whatever else is known of the same model must agree, too.
    denied = {
        (one.probe.object, one.probe.model)
        for one in found
        if not one.agrees and one.probe.occasion != "call" and not one.probe.trained_after
    }
    return [
        one for one in found if not one.agrees or (one.probe.object, one.probe.model) not in denied
    ]


def _compare_object(
    version: ModelVersion,
    group: Mapping[int, Probe],
    answers: Mapping[int, Mapping[str, Prediction]],
) -> _Comparison:
    compared = 0
    telling = False
    general = False
    for place, probe in group.items():
        native = answers.get(place, {}).get("native")
        if native is not None:
            result = _compare_values(probe, native)
            if not result.agrees:
                return result
            compared += result.compared
            telling = telling or result.telling or version.kind == probe.model
    first = next(iter(group.values()))
    plain = [answers[place]["pyfunc"] for place in group if "pyfunc" in answers.get(place, {})]
    if plain:
        results = [_compare_values(probe, plain[0]) for probe in group.values()]
        fitting = [result for result in results if result.agrees]
        if not fitting:
            return results[0]
        general = True
        compared += sum(result.compared for result in fitting)
        telling = telling or any(result.telling for result in fitting)
    return _Comparison(first, compared, telling and bool(compared or general))


def _compare_values(probe: Probe, prediction: Prediction) -> _Comparison:
    expected, found = probe.outputs.values, prediction.values
    if len(expected) != len(found):
        return _Comparison(
            probe, 0, False, f"{len(expected)} values", f"{len(found)}", agrees=False
        )
    for mine, theirs in zip(expected, found, strict=True):
        if not is_same(mine, theirs):
            return _Comparison(probe, len(found), False, mine, theirs, agrees=False)
    return _Comparison(probe, len(found), _is_telling(expected))


def _is_telling(values: Sequence[Cell]) -> bool:
    """Measured numbers, not one alone, not labels: another model would show others."""
    numbers = [value for value in values if isinstance(value, float) and math.isfinite(value)]
    return len(set(numbers)) > 1 and not all(map(is_whole, numbers))
