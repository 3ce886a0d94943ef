"""Who made a value: from predictions to the estimator's variable, and to its class."""

import re
from dataclasses import dataclass, replace

import libcst as cst

from agents.rules.expressions import calls_in
from agents.rules.meaning import literal_of
from agents.rules.script import Script
from agents.rules.sites import MetricSite

_PREDICTING = frozenset({"predict", "predict_proba", "decision_function", "fit_predict"})
_LIBRARIES = ("sklearn.", "xgboost.", "lightgbm.", "catboost.")
_COMPOSED = frozenset({"make_pipeline", "Pipeline"})


@dataclass(frozen=True, slots=True)
class Maker:
    """An estimator; empty where the text does not say."""

    variable: str = ""
    kind: str = ""
    """Its class; of a pipeline, the class of the last step."""
    title: str = ""
    """What the script calls it in words: `evaluate(model, "Random Forest")`."""


def find_maker(script: Script, site: MetricSite) -> Maker:
    """The estimator whose predictions a site measures."""
    name = site.meaning.subject
    if site.meaning.origin is not None and isinstance(site.node, cst.Call):
        texts = [literal_of(arg.value) for arg in site.node.args]
        title = next((text for text in texts if re.fullmatch(r"[\w\-. ]+", text)), "")
        return replace(_read_maker(script, site, name), title=title)
    asked = [n for n in (_asked(call) for call in calls_in(site.node)) if n]
    if asked:
        return _read_maker(script, site, asked[0])
    maker = _read_maker(script, site, name)
    if maker.kind:
        return maker
    for _ in range(3):
        made = _made(script, site, name)
        asked = [n for n in (_asked(call) for call in calls_in(made)) if n] if made else []
        if asked:
            return _read_maker(script, site, asked[0])
        held = [call.args[0].value for call in calls_in(made) if call.args] if made else []
        inner = next((node.value for node in held if isinstance(node, cst.Name)), "")
        if not inner or inner == name:
            break
        name = inner
    return Maker()


def _made(script: Script, site: MetricSite, name: str) -> cst.BaseExpression | None:
    bound = script.latest(name, site.place.function, site.line)
    return bound.value if bound is not None and bound.how == "assign" else None


def _asked(call: cst.Call) -> str:
    """The variable whose method predicts, or an empty string."""
    if not isinstance(call.func, cst.Attribute) or call.func.attr.value not in _PREDICTING:
        return ""
    return call.func.value.value if isinstance(call.func.value, cst.Name) else ""


def _read_maker(script: Script, site: MetricSite, variable: str) -> Maker:
    made = _made(script, site, variable)
    while isinstance(made, cst.Call) and isinstance(made.func, cst.Attribute):
        # `LogisticRegression().fit(X, y)`
        if not isinstance(made.func.value, cst.Call):
            break
        made = made.func.value
    if not isinstance(made, cst.Call):
        return Maker(variable)
    known = script.name_of(made.func).startswith(_LIBRARIES)
    kinds = [script.text(call.func).rsplit(".", 1)[-1] for call in calls_in(made)]
    classes = [kind for kind in kinds if kind[:1].isupper()]
    if not classes or not known:
        return Maker(variable)
    return Maker(variable, classes[-1] if kinds[0] in _COMPOSED else classes[0])
