"""Model optimization: a saved model whose weights are as few or as narrow as was asked."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from agents.gates.accuracy import judge_measured_accuracy
from agents.gates.behaviour import judge_behaviour
from agents.gates.exhibit import Exhibit, Observation
from agents.gates.panel import Panel
from agents.gates.store import light_store
from agents.gates.wording import light_gate
from agents.records import Gate, Stage
from sandbox.oracles.store import SavedLayer, SavedModel
from sandbox.witness.testimony import Testimony

LEAST_SPARSITY = 0.1
"""Where no sparsity is asked for."""
SLACK = 0.02
"""Rounding by layer, and a layer left alone, cost a little of the sparsity asked for."""
_CALLS = {"nncf": ("nncf",), "torch.ao": ("torch.ao", "torch.nn.utils.prune")}


def find_model_problem(stage: Stage, saved: Sequence[SavedModel]) -> str:
    """Why no saved model is compressed as asked; empty if one is."""
    if not saved:
        return "No model file was saved: what was compressed is lost when the script ends."
    problems = [_judge_model(stage, model) for model in saved]
    return "" if "" in problems else problems[-1]


def _judge_model(stage: Stage, model: SavedModel) -> str:
    if not model.loads:
        return f"{model.path} does not load: {model.detail}"
    if not model.layers:
        return f"{model.path} holds no weights that the model uses when it is asked."
    asked = stage.asked
    pruning = "pruning" in asked or "sparsity" in asked
    quantization = "quantization" in asked or "bits" in asked
    sparse = _sparsity_problem(model, float(asked.get("sparsity", LEAST_SPARSITY)))
    narrow = _quantizer_problem(model, int(asked.get("bits", 8)))
    if pruning and quantization:
        return sparse or narrow
    if pruning:
        return sparse
    return narrow if quantization or sparse else ""


def keep_called(exhibit: Exhibit) -> tuple[SavedModel, ...]:
    """The saved models without layers that take no part: nobody asked for zeros in those.

    Such a layer was never called when the model was asked, or the model that the original saves
    has none of its name although it has most of the others.
    """
    told = exhibit.observed.testimony.sent
    used = {sent.key for sent in told if sent.call == "model.used"}
    idle = {sent.key for sent in told if sent.call == "model.idle"} - used
    first = exhibit.baselines[0].store.saved if exhibit.baselines else ()
    own = {layer.name for model in first for layer in model.layers}
    return tuple(
        replace(model, layers=_keep_own(_leave_out(model.layers, idle, used), own))
        for model in exhibit.observed.store.saved
    )


def _leave_out(
    layers: Sequence[SavedLayer], idle: set[str], used: set[str]
) -> tuple[SavedLayer, ...]:
    return tuple(
        layer for layer in layers if _find_depth(layer.name, idle) <= _find_depth(layer.name, used)
    )


def _find_depth(name: str, modules: set[str]) -> int:
    """How far into a layer's name the innermost of these modules reaches; 0: it is in none.

    A quantized layer may keep its weights in parts of its own: `lstm` holds
    `lstm._all_weight_values.0`, and lies inside `model.lstm`.
    """
    parts = name.split(".")
    return max(
        (
            last
            for first in range(len(parts))
            for last in range(first + 1, len(parts) + 1)
            if ".".join(parts[first:last]) in modules
        ),
        default=0,
    )


def _keep_own(layers: tuple[SavedLayer, ...], own: set[str]) -> tuple[SavedLayer, ...]:
    kept = tuple(layer for layer in layers if _is_among(layer.name, own))
    return kept if kept and 2 * len(kept) >= len(own) else layers


def _is_among(name: str, names: set[str]) -> bool:
    """A model may lie inside another, or inside a checkpoint: `model.fc` is `fc`."""
    parts = name.split(".")
    return any(".".join(parts[start:]) in names for start in range(len(parts)))


def measure_sparsity(layers: Sequence[SavedLayer]) -> float:
    """The share of weights that are zero, from 0 to 1."""
    total = sum(layer.elements for layer in layers)
    return sum(layer.zeros for layer in layers) / total if total else 0.0


def _sparsity_problem(model: SavedModel, asked: float) -> str:
    reached = measure_sparsity(model.layers)
    pruned = [layer for layer in model.layers if layer.zeros > SLACK * layer.elements]
    most = 2 * sum(layer.elements for layer in pruned) >= sum(
        layer.elements for layer in model.layers
    )
    if max(reached, measure_sparsity(pruned) if most else 0.0) >= asked - SLACK:
        return ""
    return f"{model.path}: {reached:.1%} of the weights are zero, asked for was {asked:.1%}."


def _quantizer_problem(model: SavedModel, bits: int) -> str:
    def is_enough(layers: Sequence[SavedLayer]) -> bool:
        return bool(layers) and 2 * sum(layer.bits == bits for layer in layers) >= len(layers)

    # Dynamic quantization knows linear layers only.
    linear = [layer for layer in model.layers if layer.rank == 2]
    if is_enough(model.layers) or is_enough(linear):
        return ""
    found = sum(layer.bits == bits for layer in model.layers)
    hint = " It was prepared, but not converted." if model.prepared else ""
    return (
        f"{model.path}: {found} of {len(model.layers)} layers are quantized to {bits} bits, at "
        f"least half are expected.{hint}"
    )


def judge_compressed_store(exhibit: Exhibit) -> Gate:
    """Light for the model files that the candidate's attempt left."""
    stage, store = exhibit.stage, exhibit.observed.store
    saved = keep_called(exhibit)
    problem = (
        find_model_problem(stage, saved)
        or _call_problem(stage, exhibit.observed.testimony)
        or _other_problem(exhibit)
    )
    strange = [model for model in store.saved if model.unknown]
    if problem and strange:
        reason = f"{strange[0].path} cannot be judged: {strange[0].unknown}."
        return light_gate("store", "cannot_tell", reason)
    best = _find_compressed(stage, saved)
    figures = {
        "files": float(len(store.saved)),
        "bytes": float(best.bytes) if best else 0.0,
        "sparsity": measure_sparsity(best.layers) if best else 0.0,
        "quantized": float(sum(layer.bits > 0 for layer in best.layers)) if best else 0.0,
        "layers": float(len(best.layers)) if best else 0.0,
    }
    return light_store(store, problem, figures)


def judge_bare_models(stage: Stage, observation: Observation) -> Gate:
    """The negative control: the same demands on the original's own model files."""
    return light_store(observation.store, find_model_problem(stage, observation.store.saved))


def _find_compressed(stage: Stage, saved: Sequence[SavedModel]) -> SavedModel | None:
    return next((model for model in saved if not _judge_model(stage, model)), None)


def _call_problem(stage: Stage, testimony: Testimony) -> str:
    known = _CALLS.get(stage.target, (stage.target,))
    if any(sent.call.startswith(f"{name}.") for sent in testimony.sent for name in known):
        return ""
    return f"{stage.target} was never called to compress a model: it was asked for."


def _other_problem(exhibit: Exhibit) -> str:
    """The compressed weights must resemble those that the original trained and saved."""
    compressed = _find_compressed(exhibit.stage, keep_called(exhibit))
    first = exhibit.baselines[0].store.saved if exhibit.baselines else ()
    if compressed is None or not first:
        return ""
    known: dict[str, list[SavedLayer]] = {}
    for model in first:
        for layer in model.layers:
            known.setdefault(layer.name, []).append(layer)
    likeness = [
        max(_compare_samples(layer.samples, other.samples) for other in known[layer.name])
        for layer in compressed.layers
        if layer.samples and layer.name in known
    ]
    if likeness and max(likeness) < LEAST_LIKENESS:
        return f"{compressed.path} holds other weights than the model that the original trains."
    return ""


LEAST_LIKENESS = 0.3
"""Cosine of two layers' weights: of independent ones it is near 0, after fine-tuning near 1."""


def _compare_samples(mine: Sequence[float], theirs: Sequence[float]) -> float:
    if len(mine) != len(theirs):
        return 1.0
    size = math.hypot(*mine) * math.hypot(*theirs)
    return sum(a * b for a, b in zip(mine, theirs, strict=True)) / size if size else 1.0


def judge_compressed_behaviour(exhibit: Exhibit) -> Gate:
    """Light for what the original shows; the file that is now compressed may differ."""
    kept = {model.path for model in keep_called(exhibit) if not _judge_model(exhibit.stage, model)}

    def leave_out(observation: Observation) -> Observation:
        return replace(observation, products=_without(observation.products, kept))

    return judge_behaviour(replace(exhibit, baselines=tuple(map(leave_out, exhibit.baselines))))


def _without(products: Mapping[str, str], paths: set[str]) -> Mapping[str, str]:
    return {path: digest for path, digest in products.items() if path not in paths}


PANEL = Panel(
    store=judge_compressed_store,
    bare=judge_bare_models,
    witness=judge_measured_accuracy,
    behaviour=judge_compressed_behaviour,
)
