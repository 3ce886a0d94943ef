"""Metric families: which words and which library functions speak of which quantity."""

import re

FAMILIES = {
    "accuracy": "accuracy",
    "accuracies": "accuracy",
    "acc": "accuracy",
    "acc1": "accuracy",
    "top1": "accuracy",
    "top5": "accuracy",
    "f1": "f1",
    "fscore": "f1",
    "precision": "precision",
    "recall": "recall",
    "sensitivity": "recall",
    "auc": "auc",
    "auroc": "auc",
    "rocauc": "auc",
    "logloss": "log_loss",
    "mse": "mse",
    "rmse": "rmse",
    "rmsle": "rmsle",
    "mae": "mae",
    "mape": "mape",
    "r2": "r2",
    "loss": "loss",
    "losses": "loss",
    "nll": "loss",
    "bce": "loss",
    "elbo": "loss",
    "cost": "loss",
    "perplexity": "perplexity",
    "ppl": "perplexity",
    "score": "score",
    "scores": "score",
    "error": "error",
    "err": "error",
    "iou": "iou",
    "miou": "iou",
    "dice": "dice",
    "psnr": "psnr",
    "ssim": "ssim",
    "bleu": "bleu",
    "mcc": "mcc",
    "kappa": "kappa",
    "silhouette": "silhouette",
    "ari": "ari",
    "nmi": "nmi",
    "inertia": "inertia",
    "reward": "reward",
    "homogeneity": "homogeneity",
    "completeness": "completeness",
    "likelihood": "log_likelihood",
}
"""Word of a name or a label -> family."""

PHRASES = (
    (r"\bmean[\s_]+squared[\s_]+log", "msle"),
    (r"\broot[\s_]+mean[\s_]+squared?\b", "rmse"),
    (r"\bmean[\s_]+squared?[\s_]+err", "mse"),
    (r"\bmean[\s_]+absolute[\s_]+percentage", "mape"),
    (r"\b(mean|median)[\s_]+absolute[\s_]+err", "mae"),
    (r"\br[\s_]?(\^|\*\*)?[\s_]?2\b|\br[\s_]squared\b|\brsquared\b|\bdetermination\b|r²", "r2"),
    (r"\bf[\s_-]?1\b|\bf[\s_-]score\b|\bf[\s_-]measure\b", "f1"),
    (r"\blog[\s_-]?loss\b", "log_loss"),
    (r"\baverage[\s_]+precision\b", "average_precision"),
    (r"\bcross[\s_-]?entropy\b", "loss"),
    (r"\badjusted[\s_]+rand\b", "ari"),
)
"""Several words that together name a family; looked for before single words."""

COUNTS = frozenset(
    """
    time times seconds sec secs duration elapsed lr rate count counts size total num number n
    epoch epochs step steps iter iters iteration batch batches len length samples params
    parameters memory threshold alpha fn func function weight weights history list curve curves
    matrix report meter metric metrics scorer criterion dict df scheduler names
    """.split()  # noqa: SIM905 -- a list takes one line a word
)
"""Words of a name that make it something other than a measured value."""

FUNCTIONS = {
    "accuracy_score": "accuracy",
    "balanced_accuracy_score": "balanced_accuracy",
    "top_k_accuracy_score": "top_k_accuracy",
    "f1_score": "f1",
    "fbeta_score": "fbeta",
    "precision_score": "precision",
    "recall_score": "recall",
    "jaccard_score": "jaccard",
    "roc_auc_score": "roc_auc",
    "average_precision_score": "average_precision",
    "auc": "auc",
    "log_loss": "log_loss",
    "brier_score_loss": "brier_score_loss",
    "hinge_loss": "hinge_loss",
    "zero_one_loss": "zero_one_loss",
    "hamming_loss": "hamming_loss",
    "matthews_corrcoef": "mcc",
    "cohen_kappa_score": "kappa",
    "mean_squared_error": "mse",
    "root_mean_squared_error": "rmse",
    "mean_absolute_error": "mae",
    "median_absolute_error": "median_absolute_error",
    "mean_squared_log_error": "msle",
    "root_mean_squared_log_error": "rmsle",
    "mean_absolute_percentage_error": "mape",
    "mean_pinball_loss": "mean_pinball_loss",
    "mean_poisson_deviance": "mean_poisson_deviance",
    "mean_gamma_deviance": "mean_gamma_deviance",
    "mean_tweedie_deviance": "mean_tweedie_deviance",
    "d2_absolute_error_score": "d2_absolute_error_score",
    "max_error": "max_error",
    "explained_variance_score": "explained_variance",
    "r2_score": "r2",
    "silhouette_score": "silhouette",
    "adjusted_rand_score": "adjusted_rand_score",
    "rand_score": "rand_score",
    "adjusted_mutual_info_score": "adjusted_mutual_info",
    "normalized_mutual_info_score": "normalized_mutual_info",
    "mutual_info_score": "mutual_info",
    "homogeneity_score": "homogeneity",
    "completeness_score": "completeness",
    "v_measure_score": "v_measure",
    "fowlkes_mallows_score": "fowlkes_mallows",
    "calinski_harabasz_score": "calinski_harabasz",
    "davies_bouldin_score": "davies_bouldin",
    "ndcg_score": "ndcg",
    "dcg_score": "dcg",
    "label_ranking_loss": "label_ranking_loss",
    "label_ranking_average_precision_score": "label_ranking_average_precision",
    "coverage_error": "coverage_error",
    "consensus_score": "consensus_score",
}
"""Functions of sklearn.metrics that hand back one number -> key."""

KIN = {
    "balanced_accuracy": "accuracy",
    "top_k_accuracy": "accuracy",
    "roc_auc": "auc",
    "average_precision": "precision",
    "adjusted_rand_score": "ari",
    "normalized_mutual_info": "nmi",
    "fbeta": "f1",
}
"""Key of a function -> the family its plain name belongs to."""

REGRESSORS = frozenset(
    """
    LinearRegression Ridge RidgeCV Lasso LassoCV ElasticNet ElasticNetCV SVR LinearSVR NuSVR
    Lars BayesianRidge ARDRegression LassoLars LassoLarsCV LassoLarsIC KernelRidge
    OrthogonalMatchingPursuit PLSRegression TheilSenRegressor IsotonicRegression
    TransformedTargetRegressor
    """.split()  # noqa: SIM905 -- a list takes one line a word
)
CLASSIFIERS = frozenset(
    """
    LogisticRegression LogisticRegressionCV SVC LinearSVC NuSVC GaussianNB MultinomialNB
    BernoulliNB ComplementNB CategoricalNB Perceptron LinearDiscriminantAnalysis NearestCentroid
    QuadraticDiscriminantAnalysis LabelPropagation LabelSpreading RidgeClassifierCV
    """.split()  # noqa: SIM905 -- a list takes one line a word
)


# `after training` speaks of a moment, not of a part of the data.
_MOMENT = re.compile(
    r"\b(before|after|during|end of|start of)\s+(\w+\s+)?(training|testing|validation)\b"
    r"|\b(training|testing)\s+(is\s+)?(finished|completed?|done|ended|over)\b",
    re.IGNORECASE,
)


def words_of(text: str) -> tuple[str, ...]:
    """Lower-case words of a name or a label: `testAcc_1` -> test, acc, 1."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return tuple(re.findall(r"[a-z]+\d*|\d+", parted.lower()))


def parted_words(name: str) -> tuple[str, ...]:
    """Words of a class or a variable, the kind of estimator left out: KNeighborsClassifier."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    words = words_of(parted.removeprefix("self."))
    return tuple(w for w in words if w not in ("classifier", "regressor")) or words


def family_of(text: str) -> str:
    """The family a name or a label speaks of, or an empty string."""
    words = words_of(text)
    lowered = " ".join(words) if words else ""
    for pattern, family in PHRASES:
        if re.search(pattern, lowered) or re.search(pattern, text.lower()):
            return family
    for word in reversed(words):
        if word in FAMILIES:
            return FAMILIES[word]
    return ""


def strip_phrases(text: str) -> str:
    """A label without the words that together name its family."""
    for pattern, _ in PHRASES:
        text = re.sub(pattern, " ", text.lower())
    return text


def is_metric_name(name: str) -> bool:
    """A variable's name that carries a family and nothing that makes it a count or a setting."""
    words = set(words_of(name))
    if not family_of(name) or words & {"losses", "scores", "accuracies"}:
        return False
    fine = {"total", "batch", "epoch"} | ({"rate"} if words & {"error", "err"} else set())
    return not COUNTS & (words - fine)


def split_of(text: str) -> str:
    """`train`, `val` or `test` where the words of a name or a label say so, else empty."""
    found = set()
    for word in words_of(_MOMENT.sub(" ", text)):
        if word in ("train", "training", "tr", "trn"):
            found.add("train")
        elif word in ("val", "valid", "validation", "vali", "dev", "eval"):
            found.add("val")
        elif word in ("test", "testing", "holdout", "heldout", "tst"):
            found.add("test")
        elif part := re.fullmatch(r"(train|val|valid|test)(loader|set|data|dl|iter)", word):
            found.add(part.group(1)[:3] if part.group(1).startswith("v") else part.group(1))
        elif re.fullmatch(r"[xy](train|test|val|valid)", word):
            found.add("val" if word[1] == "v" else word[1:])
    return found.pop() if len(found) == 1 else ""


def scoring_family(estimator: str) -> str:
    """What the `score` of an estimator class is: accuracy, r2, or only a score."""
    if estimator.endswith("Classifier") or estimator in CLASSIFIERS:
        return "accuracy"
    if estimator.endswith("Regressor") or estimator in REGRESSORS:
        return "r2"
    return "score"
