"""What calls of known libraries hand back."""

from collections.abc import Callable, Mapping

import libcst as cst

from agents.rules.meaning import (
    NUMBER,
    UNKNOWN,
    Meaning,
    agreeing_split,
    keyword_of,
    literal_of,
)
from agents.rules.metrics import FUNCTIONS, scoring_family
from agents.rules.script import Script

_PLAIN = ("", "mean", "sum")


def read_library(script: Script, call: cst.Call, name: str) -> Meaning | None:
    """The meaning of a call by its dotted name; None: not known by the name alone."""
    last = name.rsplit(".", 1)[-1]
    if name.startswith("sklearn.metrics") and last in FUNCTIONS:
        return _read_metric(script, call, last)
    if name.startswith("sklearn.") and last in _SELECTION:
        return _SELECTION[last](script, call)
    if name.startswith("sklearn.model_selection.") and last.endswith("SearchCV"):
        return Meaning("search", key="score")
    if name.startswith(("sklearn.", "xgboost.", "lightgbm.", "catboost.")):
        made = last[:1].isupper() or last in ("make_pipeline", "make_union")
        return Meaning("estimator", _scoring(script, call, last), "", last) if made else UNKNOWN
    if name.startswith("torch.nn."):
        return _read_loss(call, name, last)
    return Meaning("frame") if name.startswith("pandas.") else None


def _read_metric(script: Script, call: cst.Call, last: str) -> Meaning:
    average = keyword_of(call, "average")
    whole = average is None or bool(literal_of(average))
    if not whole or literal_of(keyword_of(call, "multioutput")) == "raw_values":
        return Meaning("array")
    normalize = keyword_of(call, "normalize")
    if last != "log_loss" and normalize is not None and _word(normalize) != "True":
        return UNKNOWN
    squared = keyword_of(call, "squared")
    if squared is not None and _word(squared) not in ("True", "False"):
        return UNKNOWN
    key = FUNCTIONS[last]
    if squared is not None and _word(squared) == "False":
        key = "rmse" if key == "mse" else "rmsle"
    given = [a.value for a in call.args[:2] if a.keyword is None or a.keyword.value[:2] == "y_"]
    subject = _word(given[1]) if len(given) > 1 else ""
    return Meaning("number", key, agreeing_split(map(script.text, given)), subject)


def _word(node: cst.BaseExpression) -> str:
    return node.value if isinstance(node, cst.Name) else ""


def _read_folds(script: Script, call: cst.Call) -> Meaning:
    scoring = keyword_of(call, "scoring")
    key = literal_of(scoring) or "score"
    return Meaning("folds", key, "", _subject(script, call))


def _read_validation(script: Script, call: cst.Call) -> Meaning:
    return Meaning("validation", "", "", _subject(script, call))


_SELECTION: Mapping[str, Callable[[Script, cst.Call], Meaning]] = {
    "cross_val_score": _read_folds,
    "cross_validate": _read_validation,
}


def _subject(script: Script, call: cst.Call) -> str:
    first = keyword_of(call, "estimator", 0)
    if isinstance(first, cst.Call):
        return script.name_of(first.func).rsplit(".", 1)[-1]
    return first.value if isinstance(first, cst.Name) else ""


def _scoring(script: Script, call: cst.Call, last: str) -> str:
    """What the estimator's `score` is; a pipeline's is that of its last step."""
    if last not in ("make_pipeline", "Pipeline"):
        return scoring_family(last)
    steps: cst.BaseExpression | None = call.args[-1].value if call.args else None
    if last == "Pipeline":
        steps = keyword_of(call, "steps", 0)
        pairs = steps.elements if isinstance(steps, cst.List | cst.Tuple) else ()
        pair = pairs[-1].value if pairs else None
        steps = pair.elements[-1].value if isinstance(pair, cst.Tuple) else None
    if isinstance(steps, cst.Call):
        return scoring_family(script.name_of(steps.func).rsplit(".", 1)[-1])
    return "score"


def _read_loss(call: cst.Call, name: str, last: str) -> Meaning:
    whole = literal_of(keyword_of(call, "reduction")) in _PLAIN
    if name.startswith("torch.nn.functional."):
        is_loss = last.endswith(("loss", "cross_entropy", "cross_entropy_with_logits"))
        return NUMBER if is_loss and whole else UNKNOWN
    return Meaning("criterion") if last.endswith("Loss") and whole else UNKNOWN
