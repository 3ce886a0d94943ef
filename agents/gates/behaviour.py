"""The adapted script still does what the original does: values, output, files, options."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.gates.baselines import (
    ANYWHERE,
    Shown,
    Source,
    Stream,
    compare_baselines,
    group_values,
    pool_values,
    sort_lines,
)
from agents.gates.exhibit import Exhibit, Observation
from agents.gates.families import split_words
from agents.gates.numbers import is_close
from agents.gates.options import read_options
from agents.gates.printed import ABSOLUTE, RELATIVE, Line, mask_output
from agents.gates.products import group_products
from agents.gates.program import count_expression
from agents.gates.switches import list_replaced
from agents.gates.wording import light_gate, show_number
from agents.records import Gate
from sandbox.trial import Attempt

IDENTICAL, WITHIN_TOLERANCE, CHANGED = 0, 1, 2

_TIMES = frozenset({"time", "elapsed", "seconds", "duration", "perf", "start", "took"})


@dataclass(frozen=True, slots=True)
class _Finding:
    """What came of one comparison."""

    problem: str = ""
    compared: int = 0
    left_out: int = 0
    exact: bool = True
    unit: str = "values"


def judge_behaviour(exhibit: Exhibit, *, repeated: bool = False) -> Gate:
    """Light for what the original shows, compared with the adapted script under the same seed.

    `repeated` is for a script that now does several times, with other settings, what it did once:
    then each kind of printed line must still be there, with whatever numbers, and each file with
    whatever content; the values that were measured must be there all the same.
    """
    if exhibit.proof == "nudged":
        return light_gate("behaviour", "not_needed", "Values were moved on purpose.")
    if not exhibit.baselines:
        return light_gate("behaviour", "cannot_tell", "The original was not run.")
    for baseline in exhibit.baselines:
        if baseline.attempt.status != "ok" or baseline.attempt.exit_code != 0:
            reason = "The original itself does not run to its end: there is nothing to compare."
            return light_gate("behaviour", "cannot_tell", reason)
    shown = compare_baselines(exhibit.baselines[0], exhibit.baselines[-1])
    observed = exhibit.observed
    # Contents are compared only where two baselines agree on them.
    known = 1 if repeated else len(exhibit.baselines)
    findings = (
        _compare_values(exhibit, shown, group_values(observed.testimony.sightings)),
        _compare_patterns(shown.lines, observed.attempt)
        if repeated
        else _compare_lines(shown.lines, exhibit.baselines[0], observed),
        _compare_products(_keep_asked(exhibit, shown), group_products(observed.products), known),
        _compare_options(exhibit),
    )
    return _conclude(findings, exhibit)


def _conclude(findings: Sequence[_Finding], exhibit: Exhibit) -> Gate:
    figures: dict[str, float] = {
        "compared": sum(finding.compared for finding in findings),
        "left_out": sum(finding.left_out for finding in findings),
        "outcome": IDENTICAL if all(finding.exact for finding in findings) else WITHIN_TOLERANCE,
    }
    problem = next((finding.problem for finding in findings if finding.problem), "")
    truncated = exhibit.observed.testimony.truncated or exhibit.baselines[0].testimony.truncated
    if problem and truncated and findings[0].problem:
        reason = f"More was computed than is recorded, so that this may be wrong: {problem}"
        return light_gate("behaviour", "cannot_tell", reason, figures)
    if problem:
        return light_gate("behaviour", "fail", problem, figures | {"outcome": CHANGED})
    for finding in findings:
        total = finding.compared + finding.left_out
        if finding.left_out * 2 > total:
            reason = (
                f"{finding.left_out} of {total} {finding.unit} differ between two runs of the "
                "original: it draws random numbers without a seed. Seed it, or pass an option that "
                "does."
            )
            return light_gate("behaviour", "cannot_tell", reason, figures)
    if not figures["compared"]:
        reason = "The original prints nothing, writes nothing and shows no value to compare."
        return light_gate("behaviour", "cannot_tell", reason, figures)
    return light_gate("behaviour", "pass", figures=figures)


def _compare_values(
    exhibit: Exhibit, shown: Shown, found: Mapping[Stream, Sequence[float]]
) -> _Finding:
    compared = left_out = 0
    exact = True
    pooled = pool_values(found)
    for stream, expected in shown.values.items():
        source, process = stream[:2], stream[2]
        if _TIMES & set(split_words(source[1])):
            continue
        stable = [value for value in expected if value is not None]
        compared += len(stable)
        left_out += len(expected) - len(stable)
        everywhere = pooled if process == ANYWHERE else found
        here = everywhere.get(stream, ())
        result = _find_in_order(stable, here)
        if result.missing is not None:
            # A printed expression may have moved into a variable: its values must be somewhere.
            # And which process is started first may be up to chance.
            others = [
                _find_in_order(stable, values)
                for other, values in everywhere.items()
                if other[0] == source[0]
                and (source in shown.expressions or (other[1] == source[1] and process > 0))
            ]
            result = next((other for other in others if other.missing is None), result)
        hoisted = source in shown.expressions and _is_hoisted(exhibit, source)
        if result.missing is not None and hoisted:
            # Where it stands twice and one moved, what is left is a part; the printed lines
            # are compared all the same.
            result = _find_in_order(here, stable)
        if result.missing is not None:
            after = "nothing more" if result.found is None else show_number(result.found)
            where = f" (process {process})" if process > 0 else ""
            problem = (
                f"{source[0]}: value {result.position + 1} of `{source[1]}`{where} was "
                f"{show_number(result.missing)} in the original, found {after}."
            )
            return _Finding(problem, compared, left_out, exact=False)
        exact = exact and result.exact
    return _Finding("", compared, left_out, exact, "measured values")


def _is_hoisted(exhibit: Exhibit, source: Source) -> bool:
    """An expression stands less often in the candidate: a variable took its place."""
    name, text = source
    before, after = exhibit.before.get(name, ""), exhibit.after.get(name, "")
    return count_expression(text, after) < count_expression(text, before)


@dataclass(frozen=True, slots=True)
class _Order:
    """Whether values were found in their order, and the first that was not."""

    missing: float | None = None
    position: int = 0
    found: float | None = None
    exact: bool = True


def _find_in_order(expected: Sequence[float], values: Sequence[float]) -> _Order:
    place = 0
    exact = True
    for position, value in enumerate(expected):
        start = place
        while place < len(values) and not is_close(values[place], value, RELATIVE, ABSOLUTE):
            place += 1
        if place == len(values):
            return _Order(value, position, values[start] if start < len(values) else None, False)
        exact = exact and (values[place] == value or math.isnan(value))
        place += 1
    return _Order(exact=exact)


def _compare_lines(
    lines: Sequence[Line | None], first: Observation, observed: Observation
) -> _Finding:
    kept = _uncut(lines, first.attempt, observed.attempt)
    found = mask_output(observed.attempt)
    if first.testimony.children:
        # Which lines the missing middle held is up to chance, too.
        kept = () if kept is not lines else lines
        found = sort_lines(found)
    telling = [line for line in kept if line is None or line.numbers]
    place = compared = 0
    exact = True
    for line in kept:
        if line is None:
            continue
        start = place
        while place < len(found) and not line.agrees(found[place]):
            place += 1
        if place == len(found):
            after = f"`{found[start].text[:300]}`" if start < len(found) else "no more output"
            problem = (
                f"The printed line `{line.text[:300]}` was expected, found {after}. The script "
                "must print what it printed before."
            )
            return _Finding(problem, compared, exact=False)
        exact = exact and line.numbers == found[place].numbers
        compared += 1
        place += 1
    left_out = sum(line is None for line in kept)
    # Lines without a number say little: they must not outweigh numbers that all differ.
    if telling and left_out * 2 > len(telling):
        compared = len(telling) - left_out
    return _Finding("", compared, left_out, exact, "printed lines with a number")


def _compare_patterns(lines: Sequence[Line | None], observed: Attempt) -> _Finding:
    """Lines by their words alone: the numbers may be those of another model."""
    expected = dict.fromkeys(line.pattern for line in lines if line is not None)
    found = {line.pattern for line in mask_output(observed)}
    for pattern in expected:
        if pattern not in found and not observed.cut:
            problem = (
                f"No printed line is like `{pattern[:300]}` any more. The script must print what "
                "it printed before."
            )
            return _Finding(problem, exact=False)
    return _Finding("", len(expected), 0, False, "printed lines")


def _uncut(
    lines: Sequence[Line | None], first: Attempt, observed: Attempt
) -> Sequence[Line | None]:
    """Leave out the middle where not all output was kept: what is missing there is unknown."""
    if not (first.cut or observed.cut):
        return lines
    share = len(lines) * 2 // 5
    return (*lines[:share], *lines[len(lines) - share :])


def _keep_asked(exhibit: Exhibit, shown: Shown) -> Mapping[str, str | None]:
    """Leave out the files of a default logger that the component's own takes the place of."""
    gone = list_replaced(exhibit.before, exhibit.after)
    return {path: digest for path, digest in shown.products.items() if not path.startswith(gone)}


def _compare_products(
    expected: Mapping[str, str | None], found: Mapping[str, str], baselines: int
) -> _Finding:
    compared = left_out = 0
    for path, digest in sorted(expected.items()):
        if path not in found:
            return _Finding(f"The file {path} is not written any more.", compared)
        # One baseline alone cannot tell which files differ by themselves.
        if digest is None or baselines < 2:
            left_out += digest is None
            compared += digest is not None
            continue
        if found[path] != digest:
            return _Finding(f"The content of the file {path} has changed.", compared)
        compared += 1
    # Files that hold a time or a random name are no sign of a missing seed.
    return _Finding("", compared + left_out, 0, True, "files")


def _compare_options(exhibit: Exhibit) -> _Finding:
    left = {(option.file, name) for option in read_options(exhibit.after) for name in option.names}
    for option in read_options(exhibit.before):
        for name in option.names:
            if (option.file, name) not in left:
                problem = f"The option {name} ({option.file}, line {option.line}) is gone."
                return _Finding(problem)
    return _Finding()
