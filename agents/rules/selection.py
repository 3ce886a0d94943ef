"""Sites of model selection: folds of a cross-validation, the best of a search."""

from dataclasses import replace

import libcst as cst

from agents.rules.meaning import Meaning
from agents.rules.script import Place, Script
from agents.rules.sites import MetricSite


def fold_sites(
    script: Script, place: Place, holder: cst.Name, meaning: Meaning
) -> tuple[MetricSite, ...]:
    """The mean and the spread of the folds a name holds."""
    line = script.line_of(place.line)
    return tuple(
        MetricSite(
            place,
            line,
            holder,
            f"{holder.value}.{statistic}()",
            True,
            "folds",
            replace(meaning, kind="number", key=f"cv_{meaning.key}_{statistic}"),
            "",
            "",
        )
        for statistic in ("mean", "std")
    )


def search_site(
    script: Script, place: Place, holder: cst.BaseExpression, meaning: Meaning
) -> MetricSite | None:
    """The best score of a fitted search; None where it keeps none or several."""
    line = script.line_of(place.line)
    if not isinstance(holder, cst.Name):
        return None
    made = script.latest(holder.value, place.function, line)
    maker = made.value if made is not None else None
    if isinstance(maker, cst.Call) and isinstance(maker.func, cst.Attribute):
        # `search = GridSearchCV(...).fit(X, y)`
        inner = maker.func.value
        maker = inner if isinstance(inner, cst.Call) else maker
    if not isinstance(maker, cst.Call):
        return None
    given = {a.keyword.value: script.text(a.value) for a in maker.args if a.keyword is not None}
    scoring = given.get("scoring", "'score'")
    if given.get("refit", "True") != "True" or scoring[:1] not in ("'", '"'):
        return None
    key = f"best_cv_{scoring.strip(scoring[0])}"
    found = replace(meaning, kind="number", key=key, subject=holder.value)
    value = f"{holder.value}.best_score_"
    return MetricSite(place, line, holder, value, True, "search", found, "", "")
