"""What scikit-learn hands back: metrics, scores, validation curves and searches."""

from types import FunctionType

_METRICS = (
    "sklearn.metrics._classification",
    "sklearn.metrics._regression",
    "sklearn.metrics._ranking",
    "sklearn.metrics.cluster._supervised",
    "sklearn.metrics.cluster._unsupervised",
)
_VALIDATION = "sklearn.model_selection._validation"
_SEARCH = "sklearn.model_selection._search"
_SCORER = "sklearn.metrics._scorer"
_VALIDATIONS = ("cross_val_score", "cross_validate", "permutation_test_score")
_CURVES = {
    "learning_curve": (None, "train_scores", "test_scores"),
    "validation_curve": ("train_scores", "test_scores"),
}
_PARTS = {"precision_recall_fscore_support": ("precision", "recall", "fscore", None)}


def scikit_arrivals(calls):
    """Actions on the modules that define them, before any other module takes a reference.

    So that a wrapped function is the only one there is: identity and pickling by name hold.
    """

    def wrap_metrics(module):
        for name, thing in list(vars(module).items()):
            own = isinstance(thing, FunctionType) and thing.__module__ == module.__name__
            if own and not name.startswith("_"):
                public = "sklearn.metrics." + name
                setattr(module, name, calls.wrap(thing, public, report_parts(_PARTS.get(name))))

    def wrap_validation(module):
        for name in _VALIDATIONS + tuple(_CURVES):
            original = getattr(module, name, None)
            if isinstance(original, FunctionType):
                public = "sklearn.model_selection." + name
                wrapped = calls.wrap(original, public, report_parts(_CURVES.get(name)))
                setattr(module, name, wrapped)

    def wrap_scorer(module):
        for kind in list(vars(module).values()):
            call = vars(kind).get("__call__") if _is_defined_in(module, kind) else None
            if call is not None and kind.__name__ != "_MultimetricScorer":
                kind.__call__ = calls.wrap(call, name_scorer)

    def wrap_search(module):
        search = module.BaseSearchCV
        search.fit = calls.wrap_after(vars(search)["fit"], report_search)

    def wrap_scores(module):
        for kind in list(vars(module).values()):
            if _is_defined_in(module, kind):
                score = vars(kind).get("score")
                if isinstance(score, FunctionType):
                    kind.score = calls.wrap(score, name_score)
                elif isinstance(getattr(score, "fn", None), FunctionType):
                    # `available_if`: a descriptor around the function
                    score.fn = calls.wrap(score.fn, name_score)

    def report_parts(labels):
        if labels is None:
            return None

        def report(value, name, place):
            if not isinstance(value, tuple):
                return value
            parts = list(value)
            for number, label in enumerate(labels):
                if label is not None and parts[number] is not None:
                    parts[number] = calls.report(parts[number], name, place, label)
            return tuple(parts)

        return report

    def report_search(search, place):
        name = _public_name(type(search))
        best = getattr(search, "best_score_", None)
        if best is not None:
            search.best_score_ = calls.report(best, name + ".best_score_", place, "best_score")
        results = getattr(search, "cv_results_", None) or {}
        for key, column in list(results.items()):
            if key.startswith(("mean_test_", "mean_train_", "std_test_", "std_train_")):
                results[key] = calls.report(column, name + ".cv_results_", place, key)

    actions = dict.fromkeys(_METRICS, wrap_metrics)
    actions[_VALIDATION] = wrap_validation
    actions[_SEARCH] = wrap_search
    actions[_SCORER] = wrap_scorer
    actions["sklearn."] = wrap_scores
    return actions


def name_score(own, *_):
    """`sklearn.linear_model.LogisticRegression.score`."""
    return _public_name(type(own)) + ".score"


def name_scorer(own, *_):
    """The metric behind a scorer, or the scorer's own name."""
    function = getattr(own, "_score_func", None)
    name = getattr(function, "__name__", None)
    return "sklearn.metrics." + name if name else _public_name(type(own))


def _is_defined_in(module, thing):
    return isinstance(thing, type) and thing.__module__ == module.__name__


def _public_name(kind):
    parts = kind.__module__.split(".")
    public = []
    for part in parts:
        if part.startswith("_") and part != "__main__":
            break
        public.append(part)
    return ".".join((*public, kind.__name__))
