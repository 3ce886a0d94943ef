"""Accepted change -> the same change spoilt, each time in a way that a gate has to notice."""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from agents.gates.families import families_agree, name_families
from agents.gates.licence import choose_licence
from agents.records import Stage
from agents.spoiling import Call, Edit, apply_edits, find_calls

CONSTANT = "0.4375"
"""A number that no honest run comes to, and that no library hands back by itself."""

OTHER_KINDS = ("accuracy", "mse", "r2")
FEW_STEPS = 4
"""Where fewer steps were logged, dropping every other one says little."""

_PAIRS = ("log_metric",)
_TABLES = ("log_metrics", "log")
_COUNTERS = frozenset({"epoch", "step", "iteration", "global_step", "batch", "fold"})
_REGISTERING = ("register_model", "create_model_version", "link_artifact", "log_artifact")
_COMPRESSING = frozenset(
    {"quantize", "quantize_with_accuracy_control", "compress_weights", "prune", "quantize_"}
    | {"quantize_dynamic", "convert", "create_compressed_model", "convert_fx", "convert_pt2e"}
)
_MASKING = frozenset({"l1_unstructured", "global_unstructured", "random_unstructured"})
_VERSIONING = ("add", "run", "check_call", "check_output")


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A change with one thing in it spoilt."""

    edit: str
    """In one phrase, with file and line."""
    meant: str
    """The gate that has to stop it."""
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """What the honest attempt showed: what can be asked of the gates at all."""

    kinds: Mapping[str, frozenset[str]]
    """Logged key -> kinds of metric that its values are known to be."""
    lengths: Mapping[str, int]
    """Logged key -> how many values it has."""
    paces: Mapping[str, int] = field(default_factory=dict)
    """Logged key -> how far its steps lie apart; 1 where it is not there."""


def spoil(
    stage: Stage, before: Mapping[str, str], after: Mapping[str, str], known: Known
) -> tuple[Spoilt, ...]:
    """Every way in which this change can be spoilt; none twice."""
    # Other scripts may lie beside: only what was changed can be spoilt.
    changed = {name: text for name, text in after.items() if text != before.get(name)}
    calls = find_calls(changed, choose_licence(stage).modules)
    found: dict[str, Spoilt] = {}
    for what, meant, edits in _SABOTEURS.get(stage.functionality, _spoil_nothing)(
        stage, calls, known
    ):
        first = edits[0]
        edit = f"{what} ({first.file}, line {first.node.lineno})"
        files = apply_edits(after, edits)
        if _compiles(files, first.file) and files != after:
            found.setdefault(repr(sorted(files.items())), Spoilt(edit, meant, files))
    return tuple(found.values())


Plot = tuple[str, str, tuple[Edit, ...]]
"""What is spoilt, the gate meant to stop it, and how."""


def _spoil_nothing(stage: Stage, calls: tuple[Call, ...], known: Known) -> Iterator[Plot]:
    yield from ()


def _spoil_tracking(stage: Stage, calls: tuple[Call, ...], known: Known) -> Iterator[Plot]:
    logged = [entry for call in calls for entry in _entries(call)]
    for call, key, value in logged:
        if not isinstance(value, ast.Constant):
            yield f"`{key}` logged as a constant", "witness", (Edit(call.file, value, CONSTANT),)
            break
    for call, key, _ in logged:
        kinds = known.kinds.get(key, frozenset())
        names = [kind for kind in OTHER_KINDS if not families_agree(name_families(kind), kinds)]
        literal = _key_node(call, key)
        if kinds and names and literal is not None:
            what = f"`{key}` renamed to `{names[0]}`"
            yield what, "witness", (Edit(call.file, literal, f'"{names[0]}"'),)
            break
    for call, key, _ in logged:
        step = _keyword(call.node, "step")
        if call.alone and _is_plain(step) and known.lengths.get(key, 0) >= FEW_STEPS:
            assert step is not None  # noqa: S101  # _is_plain says so
            # Steps that lie 50 apart are all even: leaving out the odd ones would leave out none.
            pace = known.paces.get(key, 1)
            place = f"({ast.unparse(step)})" + (f" // {pace}" if pace > 1 else "")
            half = f"None if {place} % 2 else {ast.unparse(call.node)}"
            yield (
                f"`{key}` logged at every other step",
                "store",
                (Edit(call.file, call.node, half),),
            )
            break
    yield from _remove_all("logging", calls, (*_PAIRS, *_TABLES, "log_batch"), "store")


def _spoil_registration(stage: Stage, calls: tuple[Call, ...], known: Known) -> Iterator[Plot]:
    named = [
        Edit(call.file, value, "None")
        for call in calls
        if (value := _keyword(call.node, "registered_model_name")) is not None
    ]
    if named:
        yield "the model logged, but not registered", "store", tuple(named)
    removed = [call for call in calls if call.name in _REGISTERING]
    if removed:
        edits = tuple(Edit(call.file, call.node, "None") for call in removed)
        yield "registration removed", "store", edits
    for call in calls:
        if call.name == "log_model" and (model := _model_argument(call.node)) is not None:
            fresh = f"type({ast.unparse(model)})()"
            yield "an untrained model registered", "store", (Edit(call.file, model, fresh),)
            break
    for call in calls:
        if call.name.startswith("set_registered_model_alias") and stage.asked.get("alias"):
            yield "the alias not set", "store", (Edit(call.file, call.node, "None"),)
            break


def _spoil_tuning(stage: Stage, calls: tuple[Call, ...], known: Known) -> Iterator[Plot]:
    for call in calls:
        if call.name == "optimize" and call.alone:
            trials = _keyword(call.node, "n_trials") or next(iter(call.node.args[1:2]), None)
            if trials is not None:
                yield "one trial instead of all", "store", (Edit(call.file, trials, "1"),)
            if call.node.args:
                constant = f"lambda trial: {CONSTANT}"
                objective = Edit(call.file, call.node.args[0], constant)
                yield "an objective that is a constant", "store", (objective,)
            break
    for call in calls:
        direction = _keyword(call.node, "direction")
        if call.name == "create_study" and isinstance(direction, ast.Constant):
            other = "minimize" if direction.value == "maximize" else "maximize"
            yield "the other direction", "store", (Edit(call.file, direction, f'"{other}"'),)
            break


def _spoil_compression(stage: Stage, calls: tuple[Call, ...], known: Known) -> Iterator[Plot]:
    for call in calls:
        if call.name in _COMPRESSING and call.node.args:
            model = f"({ast.unparse(call.node.args[0])})"
            if call.alone:
                model = "None"
            what = f"`{call.name}` left out"
            yield what, "store", (Edit(call.file, call.node, model),)
    masked = [call for call in calls if call.name in _MASKING]
    if masked:
        edits = tuple(Edit(call.file, call.node, "None") for call in masked)
        yield "pruning left out", "store", edits


def _spoil_versioning(stage: Stage, calls: tuple[Call, ...], known: Known) -> Iterator[Plot]:
    names = list(_VERSIONING)
    # Whether metafiles are committed is up to people, where nobody asks for it.
    if stage.target == "gitpython" or stage.task == "translate":
        names.append("commit")
    if stage.asked.keys() & {"tag", "tagged"} or stage.task == "translate":
        names += ("create_tag", "tag")
    for name in names:
        removed = [call for call in calls if call.name == name and call.alone]
        if removed:
            edits = tuple(Edit(call.file, call.node, "None") for call in removed)
            yield f"every `{name}` left out", "store", edits


_SABOTEURS: Mapping[str, Callable[[Stage, tuple[Call, ...], Known], Iterator[Plot]]] = {
    "experiment_tracking": _spoil_tracking,
    "model_registration": _spoil_registration,
    "hyperparameter_optimization": _spoil_tuning,
    "model_optimization": _spoil_compression,
    "version_control": _spoil_versioning,
}


def _entries(call: Call) -> Iterator[tuple[Call, str, ast.expr]]:
    """Key and value of everything a call logs, where the text says them."""
    arguments = call.node.args
    if call.name in _PAIRS:
        key = arguments[0] if arguments else _keyword(call.node, "key")
        value = arguments[1] if len(arguments) > 1 else _keyword(call.node, "value")
        if value is not None and isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield call, key.value, value
    elif call.name in _TABLES:
        table = arguments[0] if arguments else None
        table = table or _keyword(call.node, "metrics") or _keyword(call.node, "data")
        if isinstance(table, ast.Dict):
            for name, held in zip(table.keys, table.values, strict=True):
                if (
                    isinstance(name, ast.Constant)
                    and isinstance(name.value, str)
                    and name.value.lower() not in _COUNTERS
                ):
                    yield call, name.value, held


def _key_node(call: Call, key: str) -> ast.expr | None:
    for node in ast.walk(call.node):
        if isinstance(node, ast.Constant) and node.value == key:
            return node
    return None


def _remove_all(
    what: str, calls: tuple[Call, ...], names: tuple[str, ...], meant: str
) -> Iterator[Plot]:
    """Leave out these calls; where there are none, whatever else hands the values over."""
    removed = [call for call in calls if call.name in names]
    if not removed:
        removed = [call for call in calls if call.alone and call.name.endswith("autolog")]
    if not removed:
        removed = [call for call in calls if call.name.endswith(("Logger", "Callback"))]
    if removed:
        edits = tuple(Edit(call.file, call.node, "None") for call in removed)
        yield f"all {what} removed", meant, edits


def _model_argument(call: ast.Call) -> ast.expr | None:
    for name in ("sk_model", "model", "xgb_model", "lgb_model"):
        if (value := _keyword(call, name)) is not None:
            return value if isinstance(value, ast.Name | ast.Attribute) else None
    first = call.args[0] if call.args else None
    return first if isinstance(first, ast.Name | ast.Attribute) else None


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((item.value for item in call.keywords if item.arg == name), None)


def _is_plain(node: ast.expr | None) -> bool:
    """Evaluating it twice does nothing."""
    return node is not None and not any(
        isinstance(part, ast.Call | ast.NamedExpr | ast.Await) for part in ast.walk(node)
    )


def _compiles(files: Mapping[str, str], file: str) -> bool:
    try:
        compile(files[file].removeprefix("\ufeff"), file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True
