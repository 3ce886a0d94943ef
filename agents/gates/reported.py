"""What a tuned script prints as its best must be the best of its trials."""

import math
import re
from collections.abc import Iterator, Sequence

from agents.gates.exhibit import Exhibit
from agents.gates.wording import show_number
from sandbox.oracles.store import Study

_BEST = re.compile(r"\b(?:best|optimal|optimum|winner)\b", re.IGNORECASE)
_CALLED_BEST = re.compile(
    r"\b(?:best|optimal)\b[^:=\n]{0,60}?"
    r"(?:value|score|accuracy|acc|loss|error|objective|f1|auc|r2|mse|rmse|mae)\b[^:=\n]{0,20}[:=]"
    r"\s*(?P<number>[-+]?\d+\.(?P<decimals>\d+)(?:[eE][-+]?\d+)?)(?![\w.])",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+\.(\d+)(?:[eE][-+]?\d+)?(?![\w]|\.\d)")
_LEAST_DECIMALS = 3
"""Shorter numbers agree by chance."""


def find_false_best(exhibit: Exhibit, studies: Sequence[Study]) -> str:
    """A line that calls another trial's value the best; empty if there is none.

    Only a line that shows the value of some trial, and of none that is best, is judged: best
    parameters and scores of a final model are other numbers.
    """
    best = [value for study in studies if (value := _best_value(study)) is not None]
    others = [trial.values[0] for study in studies for trial in study.complete if trial.values]
    for line in exhibit.observed.attempt.stdout.splitlines():
        if not _BEST.search(line):
            continue
        shown = list(_read_numbers(line))
        if any(_is_shown(value, shown) for value in best):
            continue
        if best and (invented := _find_invented(line, exhibit, others)):
            return (
                f"The script prints {invented} as its best (`{line.strip()[:120]}`); nothing that "
                f"was measured came to it. The best of the trials is {show_number(best[0])}."
            )
        wrong = [value for value in others if _is_shown(value, shown)]
        if wrong and best:
            return (
                f"The script prints {show_number(wrong[0])} as its best (`{line.strip()[:120]}`); "
                f"the best of the trials is {show_number(best[0])}."
            )
    return ""


def _find_invented(line: str, exhibit: Exhibit, values: Sequence[float]) -> str:
    """What a line calls the best score, where neither a trial nor anything else came to it."""
    found = _CALLED_BEST.search(line)
    if found is None or len(found["decimals"]) < _LEAST_DECIMALS:
        return ""
    shown = [(float(found["number"]), len(found["decimals"]))]
    seen = exhibit.observed.testimony
    measured = (value for sighting in seen.sightings for value in sighting.values)
    known = any(
        _is_shown(form, shown)
        for value in (*values, *measured)
        for form in (value, 100 * value, abs(value) ** 0.5)
        if math.isfinite(value)
    )
    return "" if known or seen.truncated else found["number"]


def _best_value(study: Study) -> float | None:
    values = [trial.values[0] for trial in study.complete if trial.values]
    if not values or len(study.directions) != 1:
        return None
    return max(values) if study.directions[0] == "maximize" else min(values)


def _read_numbers(line: str) -> Iterator[tuple[float, int]]:
    for found in _NUMBER.finditer(line):
        if len(found[1]) >= _LEAST_DECIMALS:
            yield float(found[0]), len(found[1])


def _is_shown(value: float, shown: Sequence[tuple[float, int]]) -> bool:
    if not math.isfinite(value):
        return False
    forms = (value, -value, 1 - value)
    return any(
        abs(form - number) <= 0.51 * 10.0**-digits for number, digits in shown for form in forms
    )
