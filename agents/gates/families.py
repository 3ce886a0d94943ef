"""Names of metrics: which kind of value, of which split, which statistic a name claims."""

import re
from collections.abc import Iterable
from functools import lru_cache

_PHRASES = {
    "accuracy": "accuracy acc balanced_accuracy top1 top_1 top_k_accuracy",
    "f1": "f1 fscore f_score fbeta f_beta",
    "precision": "precision",
    "recall": "recall sensitivity tpr",
    "auc": "auc roc_auc auroc average_precision pr_auc aucpr",
    "logloss": "log_loss logloss mlogloss",
    "mse": "mse mean_squared_error",
    "rmse": "rmse root_mean_squared_error",
    "mae": "mae mean_absolute_error l1_loss",
    "medae": "medae median_absolute_error",
    "mape": "mape mean_absolute_percentage_error",
    "msle": "msle mean_squared_log_error rmsle root_mean_squared_log_error",
    "maxerror": "max_error",
    "r2": "r2 r_squared rsquared",
    "variance": "explained_variance",
    "loss": "loss losses nll cross_entropy crossentropy criterion objective bce",
    "zeroone": "zero_one_loss error_rate binary_error multi_error merror",
    "hinge": "hinge_loss",
    "hamming": "hamming_loss",
    "silhouette": "silhouette",
    "daviesbouldin": "davies_bouldin",
    "calinski": "calinski_harabasz",
    "ari": "ari adjusted_rand",
    "nmi": "nmi normalized_mutual_info",
    "ami": "adjusted_mutual_info",
    "homogeneity": "homogeneity",
    "completeness": "completeness",
    "vmeasure": "v_measure",
    "mcc": "mcc matthews_corrcoef matthews_corr_coef",
    "kappa": "kappa",
    "brier": "brier",
    "jaccard": "jaccard iou",
    "ndcg": "ndcg",
    "inertia": "inertia",
    "perplexity": "perplexity ppl",
    "score": "score scores",
}
_FAMILY_OF = {phrase: family for family, phrases in _PHRASES.items() for phrase in phrases.split()}
_LONGEST_FIRST = re.compile(
    "_(" + "|".join(sorted(_FAMILY_OF, key=lambda phrase: (-len(phrase), phrase))) + ")(?=_)"
)
_ERRORS = {"logloss", "mse", "rmse", "mae", "medae", "mape", "msle", "maxerror"}
_LOSSES = _ERRORS | {"hinge", "zeroone", "hamming", "brier"}
_AGREEING = {
    "loss": _LOSSES,
    "score": set(_PHRASES) - _LOSSES - {"loss", "inertia", "perplexity"},
}
_SPLITS = {
    "train": "train",
    "training": "train",
    "tr": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
    "holdout": "test",
}
_KEPT = 4_096
"""Answers kept: a long history asks about the same few names for each of its points."""
_NO_SPLIT = re.compile(r"cross_val_|cross_validation|train_test_split|std_dev|validation_curve")
_STATISTICS = {"std": "std", "stdev": "std", "mean": "mean", "avg": "mean", "average": "mean"}
_NORMS = {"l1": "mae", "l2": "mse"}
"""What LightGBM calls errors; elsewhere in a name they speak of penalties."""
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TIME = re.compile(
    r"_(runtime|time|elapsed|duration|seconds|secs|took|(it|steps|samples|tokens)?_per_s(ec(ond)?)?)_$"
)
_CLASSIFIER = re.compile(r"(Classifier|LogisticRegression|SVC|NB|Discriminant\w*)(CV)?\.score$")
_REGRESSOR = re.compile(r"(Regressor|Regression|SVR|Ridge|Lasso|ElasticNet)(CV)?\.score$")


@lru_cache(_KEPT)
def split_words(name: str) -> tuple[str, ...]:
    """`valLoss/fold-1` -> val, loss, fold, 1."""
    return tuple(re.findall(r"[a-z0-9]+", _HUMP.sub("_", name).lower()))


@lru_cache(_KEPT)
def name_families(text: str) -> frozenset[str]:
    """Kinds of metric that a key, a label, a function's name or an expression speaks of."""
    words = split_words(text)
    joined = "_" + "_".join(words) + "_"
    found = {_NORMS[word] for word in words[-1:] if word in _NORMS}
    found |= {_FAMILY_OF[phrase] for phrase in _LONGEST_FIRST.findall(joined)}
    if len(found) > 1:
        # In `f1_score` and `log_loss` the general word says nothing of its own.
        found.discard("score")
    if "mse" in found and ("sqrt" in joined or re.search(r"\*\*\s*\(?(0?\.5|1\s*/\s*2)", text)):
        found = found - {"mse"} | {"rmse"}
    return frozenset(found)


@lru_cache(_KEPT)
def function_families(function: str) -> frozenset[str]:
    """Kinds of metric a library function hands back; empty where its arguments decide."""
    last = function.rsplit(".", 1)[-1]
    if last == "score":
        if _CLASSIFIER.search(function) and not function.endswith("LinearRegression.score"):
            return frozenset({"accuracy"})
        return frozenset({"r2"} if _REGRESSOR.search(function) else {"accuracy", "r2"})
    if last in ("best_score_", "cross_val_score", "cross_validate"):
        return frozenset()
    return name_families(last)


def families_agree(claimed: Iterable[str], known: Iterable[str]) -> bool:
    """Whether a name may be given to a value; general words agree with their kinds."""
    right = set(known)
    for word in claimed:
        if word in right or _AGREEING.get(word, set()) & right:
            return True
        if any(word in _AGREEING.get(other, set()) for other in right):
            return True
    return False


@lru_cache(_KEPT)
def name_splits(text: str) -> frozenset[str]:
    """Parts of the data a text speaks of: `train`, `validation`, `test`."""
    joined = _NO_SPLIT.sub("", "_".join(split_words(text)))
    return frozenset(_SPLITS[word] for word in joined.split("_") if word in _SPLITS)


@lru_cache(_KEPT)
def name_statistics(text: str) -> frozenset[str]:
    """Whether a text speaks of a mean or of a standard deviation."""
    words = re.sub(r"mean_(squared|absolute)|average_precision", "", "_".join(split_words(text)))
    return frozenset(_STATISTICS[word] for word in words.split("_") if word in _STATISTICS)


def names_time(name: str) -> bool:
    """Whether a name speaks of how long something took, or of how fast it was."""
    joined = "_" + "_".join(split_words(name)) + "_"
    return _TIME.search(joined) is not None
