"""Reasons not to touch a script."""

import re

import libcst as cst

from agents.records import Reason
from agents.rules.script import Script

_DOORS = {
    "pytorch_lightning": "Lightning",
    "lightning": "Lightning",
    "keras": "Keras",
    "tensorflow": "TensorFlow",
    "accelerate": "Accelerate",
    "hydra": "Hydra",
    "ray": "Ray",
    "fastai": "fastai",
    "ignite": "Ignite",
    "horovod": "Horovod",
    "deepspeed": "DeepSpeed",
}
_TRACKERS = {
    "wandb": "W&B",
    "comet_ml": "Comet",
    "neptune": "Neptune",
    "clearml": "ClearML",
    "aim": "Aim",
}
_PATTERNS = (
    (
        re.compile(
            r"torch\.distributed|DistributedDataParallel|\binit_process_group\b"
            r"|torch\.multiprocessing|\bmp\.spawn\b|xla_multiprocessing"
        ),
        "distributed",
        "Distributed training needs exactly one run, on the first process. "
        "The rules do not know which one that is.",
    ),
    (
        re.compile(r"\bos\._exit\("),
        "hard-exit",
        "`os._exit` ends the script before a run can be closed.",
    ),
    (
        re.compile(r"^\s*async\s+def\s", re.MULTILINE),
        "async",
        "The script is asynchronous. The rules cannot tell in which order its values come.",
    ),
    (
        re.compile(r"\b(xgb|lgb|xgboost|lightgbm)\.(train|cv)\("),
        "own-door",
        "Native booster training logs through callbacks. The rules do not know them yet.",
    ),
    (
        re.compile(r"^\s*from\s+transformers[\s\S]*\bTrainer\(", re.MULTILINE),
        "own-door",
        "The Hugging Face Trainer logs through its own callbacks. The rules do not know them yet.",
    ),
)


def imported(script: Script) -> dict[str, int]:
    """Top-level names of all imported modules, with the line of the import."""
    found: dict[str, int] = {}
    for place in script.places:
        line = script.line_of(place.line)
        for small in place.line.body:
            if isinstance(small, cst.Import):
                for alias in small.names:
                    found.setdefault(alias.evaluated_name, line)
            elif (
                isinstance(small, cst.ImportFrom)
                and small.module is not None
                and not small.relative
            ):
                found.setdefault(script.text(small.module), line)
    return found


def find_tracking(script: Script) -> int:
    """Line of a call that tracks with MLflow already; 0: none."""
    lines = [
        script.line_of(node)
        for node, names in script.qualified.items()
        if any(re.match(r"mlflow\.(.*\.)?(start_run|log_\w+|autolog)$", n) for n in names)
    ]
    return min(lines, default=0)


def find_obstacles(script: Script) -> tuple[Reason, ...]:
    """What makes the whole script unfit for these rules."""
    reasons: list[Reason] = []
    for module, line in imported(script).items():
        top = module.split(".")[0]
        if top in _DOORS:
            reason = (
                f"{_DOORS[top]} logs through its own callbacks. The rules do not know them yet."
            )
            reasons.append(Reason(line, "own-door", reason))
        elif top in _TRACKERS:
            reason = (
                f"The script tracks with {_TRACKERS[top]}. Moving it to MLflow is a translation."
            )
            reasons.append(Reason(line, "other-tracker", reason))
    code = script.module.code
    for pattern, rule, reason in _PATTERNS:
        match = pattern.search(code)
        if match:
            line = code.count("\n", 0, match.start()) + 1
            reasons.append(Reason(line, rule, reason))
    if "mlflow" in script.words:
        reason = "The script has the name `mlflow` already, but logs nothing with it."
        reasons.append(Reason(0, "taken-name", reason))
    return tuple(reasons)
