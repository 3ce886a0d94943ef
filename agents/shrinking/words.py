"""Which names stand for how long a program works: epochs, trials, steps, folds, samples."""

import re

from agents.verdict import Kind

ORDER: tuple[Kind, ...] = ("epochs", "trials", "steps", "folds", "samples")
"""In which order a program is made shorter: what changes its results least comes first."""

LEAST = {"epochs": 3, "trials": 6, "steps": 3, "folds": 2, "samples": 400}
"""The shortest that still tells the last epoch from each of them, and a search from a few tries."""

NOTABLE = {"epochs": 3, "trials": 6, "steps": 40, "folds": 2, "samples": 400}
"""A number up to this is left alone: a `steps` of 20 is as likely the length of a sequence."""

_QUANTITY = frozenset(
    (
        *("n", "num", "nb", "no", "number", "of", "max", "total", "train", "training", "outer"),
        *("maximum", "default", "k", "full", "pretrain", "pretraining", "finetune", "boost"),
    )
)
_SOMETHING_ELSE = frozenset(
    (
        *("warmup", "warm", "start", "save", "saving", "log", "logging", "eval", "every", "per"),
        *("patience", "decay", "step", "initial", "freeze", "unfreeze", "last", "best", "early"),
        *("stopping", "interval", "freq", "gradient", "accumulation", "accum", "accumulate"),
        *("inference", "diffusion", "time", "lookback", "sequence", "seq", "window", "horizon"),
        *("min", "display", "print", "checkpoint", "validation", "val", "prediction", "burnin"),
        *("class", "classes", "feature", "features", "hidden", "dim", "layers", "vocab", "batch"),
        *("cluster", "clusters", "current", "resume", "tolerance", "stop", "size", "mc"),
    )
)
_LAST: dict[str, Kind] = {
    **dict.fromkeys(("epochs", "nepochs", "epoch", "numepochs", "maxepochs"), "epochs"),
    **dict.fromkeys(("trials", "restarts", "evals"), "trials"),
    **dict.fromkeys(
        (
            *("steps", "iterations", "iters", "iter", "rounds", "round", "nrounds", "estimators"),
            *("episodes", "episode", "generations", "updates", "iteration", "timesteps"),
        ),
        "steps",
    ),
    **dict.fromkeys(("splits", "folds", "kfolds", "repeats", "nfold", "fold", "cv"), "folds"),
    **dict.fromkeys(("samples", "examples", "rows", "points", "instances"), "samples"),
}
_WHOLE: dict[str, Kind] = {
    "n_iter": "trials",
    "n_init": "trials",
    "n_train": "samples",
    "num_train": "samples",
    "n_data": "samples",
    "n_obs": "samples",
    "train_size": "samples",
    "data_size": "samples",
    "dataset_size": "samples",
    "subset_size": "samples",
    "sample_size": "samples",
    "train_subset": "samples",
}
_COUNTED: dict[str, Kind] = {
    **dict.fromkeys(("epoch", "ep", "epochs"), "epochs"),
    **dict.fromkeys(
        (
            *("step", "it", "iter", "iteration", "itr", "t", "round", "rnd", "episode"),
            *("global_step", "generation", "gen", "update", "steps", "iterations"),
        ),
        "steps",
    ),
    **dict.fromkeys(("trial", "run"), "trials"),
    **dict.fromkeys(("fold",), "folds"),
}


def normalise(name: str) -> str:
    """`--num-epochs`, `trainer.numEpochs` and NUM_EPOCHS -> num_epochs."""
    last = re.split(r"[./]", name)[-1].lstrip("-+").replace("-", "_")
    if not last.isupper():
        last = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", last)
    return last.strip("_").lower()


def name_kind(name: str) -> Kind | None:
    """What a name counts, or None where it is no name for the length of the work."""
    plain = normalise(name)
    if plain in _WHOLE:
        return _WHOLE[plain]
    words = plain.split("_")
    kind = _LAST.get(words[-1])
    if kind is None or _SOMETHING_ELSE.intersection(words[:-1]):
        return None
    others = [word for word in words[:-1] if word not in _QUANTITY]
    bare = len(words) == 1
    needs_quantity = words[-1] in ("evals", "iter", "round", "timesteps", "repeats", "fold")
    if needs_quantity and (bare or len(others) == len(words) - 1):
        return None
    if words[-1] in ("epoch", "episode", "iteration", "trial") and (bare or others):
        return None
    return kind


def counter_kind(name: str) -> Kind | None:
    """What the variable of a loop counts, or None where its name does not say."""
    return _COUNTED.get(normalise(name))


def is_something_else(name: str) -> bool:
    """Whether a name speaks of a shape, a pause or a threshold, whatever loop it bounds."""
    return bool(_SOMETHING_ELSE.intersection(normalise(name).split("_")))
