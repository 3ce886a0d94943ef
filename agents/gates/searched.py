"""Behaviour where a search moved: what came before it is the same, what it came to is of a kind.

Another sampler finds another best, so that numbers which derive from the search may differ. Lines
that show them must be there all the same.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from agents.gates.behaviour import judge_behaviour
from agents.gates.exhibit import Exhibit, Observation
from agents.gates.moving import names_source
from agents.gates.printed import mask_line
from agents.gates.trials import choose_studies
from agents.gates.wording import light_gate, show_number
from agents.records import Gate, Stage
from sandbox.oracles.store import Store, Study
from sandbox.witness.testimony import Sighting

_BAR = re.compile(r"^\s*\d+%\|")
"""Hyperopt draws its progress on the standard output."""
_WRAPPED = re.compile(r"\b(?:np|numpy)\.\w+\(([^()]*)\)")
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.(\d+))?(?:[eE][-+]?\d+)?(?![\w]|\.\d)")
_MAPPING = re.compile(r"[{\[].*[}\]]")


@dataclass(frozen=True, slots=True)
class _Output:
    """What one run printed: lines that no search has touched, and those that one may have."""

    fixed: tuple[str, ...]
    free: tuple[str, ...]


def judge_searched_behaviour(exhibit: Exhibit) -> Gate:
    """Light for what the original shows, the numbers that its search came to left open."""
    if exhibit.proof == "nudged" or not exhibit.baselines:
        return judge_behaviour(exhibit)
    outputs = _split_outputs(exhibit.baselines, exhibit.stage)
    baselines = tuple(
        _keep_fixed(one, output) for one, output in zip(exhibit.baselines, outputs, strict=True)
    )
    observed = _open_products(exhibit.observed)
    gate = judge_behaviour(replace(exhibit, baselines=baselines, observed=observed))
    free = tuple(dict.fromkeys(outputs[0].free))
    figures = {**gate.figures, "searched": len(free)}
    nothing = gate.light == "cannot_tell" and not gate.figures.get("compared", 1.0)
    if not gate.passed and not (nothing and not gate.figures.get("left_out") and free):
        return replace(gate, figures=figures)
    problem = _line_problem(exhibit, free) or _source_problem(exhibit)
    return light_gate("behaviour", "fail" if problem else "pass", problem, figures)


def _split_outputs(baselines: Sequence[Observation], stage: Stage) -> tuple[_Output, ...]:
    """A kind of line that a search touches in one run of the original is open in all of them."""
    split = [_split_output(one, stage) for one in baselines]
    opened = {mask_line(text).pattern for output in split for text in output.free}
    return tuple(
        _Output(
            fixed=tuple(text for text in one.fixed if mask_line(text).pattern not in opened),
            free=(*one.free, *(text for text in one.fixed if mask_line(text).pattern in opened)),
        )
        for one in split
    )


def _split_output(observation: Observation, stage: Stage) -> _Output:
    # A line that names the component moved away from speaks of the other one afterwards.
    pieces = [
        piece
        for piece in observation.attempt.stdout.splitlines()
        if piece.strip() and not names_source(stage, piece)
    ]
    bars = [place for place, piece in enumerate(pieces) if _BAR.match(piece)]
    lines = [(place, piece) for place, piece in enumerate(pieces) if not _BAR.match(piece)]
    repeated = Counter(mask_line(piece).pattern for _, piece in lines)
    source = observation.source
    studies = choose_studies(source) if source else ()
    known = _Known(observation.testimony.sightings, studies)
    fixed: list[str] = []
    free: list[str] = []
    for place, piece in lines:
        during = bool(bars) and bars[0] < place < bars[-1]
        # What is printed in each trial may depend on what the trial was given.
        each = repeated[mask_line(piece).pattern] > 1
        (free if during or each or known.touches(piece) else fixed).append(piece)
    return _Output(tuple(fixed), tuple(free))


class _Known:
    """Every number and word that the searches of one run came to."""

    def __init__(self, sightings: Sequence[Sighting], studies: Sequence[Study]) -> None:
        first = _find_begin(studies)
        numbers = {value for seen in sightings if seen.order >= first >= 0 for value in seen.values}
        words: set[str] = set()
        for study in studies:
            for trial in study.trials:
                numbers.update(trial.values)
                numbers.update(one for one in trial.params.values() if isinstance(one, float))
            for space in study.ranges.values():
                words.update(space.choices)
                # A choice is drawn by its place in the list.
                numbers.update(map(float, range(len(space.choices) + space.nested)))
        self._names = {name for study in studies for name in study.ranges}
        numbers.update(float(word) for word in words if _NUMBER.fullmatch(word))
        self._numbers = sorted(numbers)
        self._words = {word for word in words if word.isidentifier() and len(word) > 1}

    def touches(self, line: str) -> bool:
        """The line shows something that a search came to."""
        display = _MAPPING.search(line)
        if display and any(repr(name) in display[0] for name in self._names):
            return True
        if self._words & set(re.findall(r"\w+", line)):
            return True
        return any(self._shows(float(one[0]), len(one[1] or "")) for one in _NUMBER.finditer(line))

    def _shows(self, number: float, decimals: int) -> bool:
        margin = 0.51 * 10.0**-decimals if decimals else 1e-9
        return any(
            abs(form - number) <= margin
            for value in self._numbers
            for form in (value, -value, 1 - value, 100 * value, 100 - 100 * value)
        )


def _find_begin(studies: Iterable[Study]) -> int:
    """Order at which the first trial began; -1 where none was seen."""
    return min(
        (one.began for study in studies for one in study.trials if one.began >= 0), default=-1
    )


def _keep_fixed(observation: Observation, output: _Output) -> Observation:
    """Only what happened before the first search, and the lines that none has touched."""
    source = observation.source
    first = _find_begin(choose_studies(source)) if source else -1
    sightings = tuple(seen for seen in observation.testimony.sightings if seen.order < first)
    return replace(
        _open_products(observation),
        testimony=replace(observation.testimony, sightings=sightings),
        attempt=replace(observation.attempt, stdout="\n".join(output.fixed)),
    )


def _open_products(observation: Observation) -> Observation:
    """The same files, whatever is in them: a search may have come to it."""
    return replace(observation, products=dict.fromkeys(observation.products, ""))


def _line_problem(exhibit: Exhibit, free: Sequence[str]) -> str:
    """Every kind of line that the original prints of its search must be printed."""
    if exhibit.observed.attempt.cut:
        return ""
    first = exhibit.baselines[0].source
    words = _list_words(first) | _list_words(exhibit.observed.store)
    found = [_open_line(text, words) for text in exhibit.observed.attempt.stdout.splitlines()]
    for text in free:
        wanted = _open_line(text, words)
        if not any(wanted in line for line in found):
            return (
                f"No printed line is like `{text.strip()[:300]}` any more, whatever its numbers. "
                "The script must print what it printed before."
            )
    return ""


def _list_words(store: Store | None) -> frozenset[str]:
    """Choices that are words: which one is printed is up to the search."""
    return frozenset(
        word
        for study in (store.studies if store else ())
        for space in study.ranges.values()
        for word in space.choices
        if word.isidentifier() and len(word) > 1
    )


def _open_line(text: str, words: frozenset[str]) -> str:
    """A line with everything open that a search may have come to.

    Where a collection is shown, only what stands before it counts: the libraries lay out their
    findings differently.
    """
    plain = _WRAPPED.sub(r"\1", text)
    pattern = mask_line(plain).pattern
    if shown := re.search(r"[{\[]|FrozenTrial\(", pattern):
        pattern = pattern[: shown.start()]
    opened = re.sub(
        r"\w+", lambda word: "<number>" if word[0] in words else word[0], _bare(pattern)
    )
    return " ".join(opened.split())


def _bare(pattern: str) -> str:
    # A choice is shown with quotes or without.
    return pattern.replace("'", "").replace('"', "").strip()


def _source_problem(exhibit: Exhibit) -> str:
    """What the original measures in its trials and after them is measured there again."""
    source = exhibit.baselines[0].source
    olds = choose_studies(source) if source else ()
    news = choose_studies(exhibit.observed.store)
    if exhibit.baselines[0].testimony.truncated or exhibit.observed.testimony.truncated:
        return ""
    expected = exhibit.baselines[0].testimony.sightings
    found = exhibit.observed.testimony.sightings
    for where, (mine, theirs) in {
        "in its trials": (_during(expected, olds), _during(found, news)),
        "after its search": (_after(expected, olds), _after(found, news)),
    }.items():
        # Which model won is up to the search: its class says nothing.
        missing = {_call(one): one for one in mine if _is_everywhere(one)}
        for seen in theirs:
            missing.pop(_call(seen), None)
        if missing:
            name, seen = next(iter(missing.items()))
            value = show_number(seen.values[0]) if seen.values else "nothing"
            return (
                f"{seen.file}, line {seen.line}: the original measures `{name}` {where} (it came "
                f"to {value}), the adapted script does not."
            )
    return ""


def _is_everywhere(seen: Sighting) -> bool:
    """Seen wherever it is called; NumPy and fitted attributes only where the original's text is."""
    by_text = seen.function.startswith("numpy.") or seen.function.endswith("_")
    return seen.source == "library" and not by_text


def _call(seen: Sighting) -> str:
    return seen.function.rpartition(".")[2]


def _during(sightings: Sequence[Sighting], studies: Sequence[Study]) -> Iterator[Sighting]:
    spans = [(trial.began, trial.ended) for study in studies for trial in study.trials]
    for seen in sightings:
        if any(begin <= seen.order < end for begin, end in spans):
            yield seen


def _after(sightings: Sequence[Sighting], studies: Sequence[Study]) -> Iterator[Sighting]:
    last = max((trial.ended for study in studies for trial in study.trials), default=0)
    return (seen for seen in sightings if seen.order >= last)
