"""The accuracy of a compressed model: measured on that model, and how far it fell."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from agents.gates.exhibit import Exhibit, Observation
from agents.gates.numbers import is_close
from agents.gates.printed import Line, find_numbers, mask_line, mask_output
from agents.gates.provenance import list_made_up
from agents.gates.showings import list_showings
from agents.gates.witness import find_testimony_problem
from agents.gates.wording import light_gate, show_number
from agents.records import Gate
from sandbox.witness.additions import AddedCall, find_added_calls
from sandbox.witness.testimony import Sent, Sighting, Testimony

MOST_DROP = 0.1
MOST_LOST = 0.25
"""More points and a larger share of the accuracy than this together are a broken model."""
MOST_BATCHES = 400
_ACCURACY = re.compile(r"(?<![a-z])(?:\w*_)?acc(?:uracy)?(?:_\w+)?(?![a-z])|\bf1\b|score", re.I)
_BEFORE = re.compile(r"before|original|baseline|float|fp32|dense|\bfull\b", re.I)
_AFTER = re.compile(r"after|prun|spars|quant|int\d|compress|8.?bit", re.I)
_DROP = re.compile(r"drop|delta|diff|\bloss of\b|chang|degrad", re.I)


@dataclass(frozen=True, slots=True)
class _Claim:
    """One accuracy that was printed."""

    line: str
    value: float
    places: int


def judge_measured_accuracy(exhibit: Exhibit) -> Gate:
    """Light for the accuracy that is printed of the compressed model, and how far it fell."""
    if problem := find_testimony_problem(exhibit.observed.testimony):
        return light_gate("witness", "fail", problem)
    claims, drops = _list_claims(exhibit)
    if problem := _claim_problem(exhibit, claims):
        return light_gate("witness", "fail", problem)
    before = _find_before(exhibit)
    if not claims:
        missing = "No accuracy of the compressed model is printed"
        if "accuracy" in exhibit.stage.asked and before is not None:
            return light_gate("witness", "fail", f"{missing}: it was asked for.")
        return light_gate("witness", "not_needed", f"{missing} that could be compared.")
    figures = {"after": _share(claims[-1].value)}
    if before is None or exhibit.proof == "nudged":
        return light_gate("witness", "pass", figures=figures)
    figures |= {"before": before, "drop": before - figures["after"]}
    problem = _drop_problem(before, figures["after"], drops)
    return light_gate("witness", "fail" if problem else "pass", problem, figures)


def _claim_problem(exhibit: Exhibit, claims: Sequence[_Claim]) -> str:
    fresh = _list_fresh(exhibit)
    for claim in claims:
        seen = any(_is_shown(value, claim) for one in fresh for value in one.values)
        if not (seen or _is_counted(fresh, claim) or _is_answered(exhibit, claim)):
            return (
                f"`{claim.line[:200]}`: {show_number(claim.value)} was not measured on the "
                "compressed model. Evaluate that model as the script evaluates its own, and print "
                "what comes of it."
            )
    return ""


def _drop_problem(before: float, after: float, drops: Sequence[_Claim]) -> str:
    drop = before - after
    if drop > MOST_DROP and drop > MOST_LOST * before:
        return f"The accuracy fell from {before:.4f} to {after:.4f}."
    for claim in drops:
        percent = "%" in claim.line or abs(claim.value) > 1
        scale = 100 if percent else 1
        # Both accuracies are known as they were printed only.
        margin = 1.01 * 10.0**-claim.places / scale + 1e-4
        told = abs(claim.value) / scale
        if abs(told - abs(drop)) > margin:
            return f"`{claim.line[:200]}`: the accuracy fell by {drop:.4f}."
    return ""


def list_measured(exhibit: Exhibit) -> tuple[float, ...]:
    """Values that were measured on a compressed model, and not made up by the candidate."""
    return tuple(value for seen in _list_fresh(exhibit) for value in seen.values)


def _list_fresh(exhibit: Exhibit) -> tuple[Sighting, ...]:
    testimony = exhibit.observed.testimony
    added = find_added_calls(exhibit.before, exhibit.after)
    made_up = list_made_up(exhibit.before, exhibit.after, added)
    spans = _read_spans(testimony)
    known: dict[tuple[str, str], list[float]] = defaultdict(list)
    for seen in exhibit.baselines[0].testimony.sightings if exhibit.baselines else ():
        known[seen.file, seen.function].extend(seen.values)
    fresh = []
    for seen in testimony.sightings:
        left = known[seen.file, seen.function]
        twins = [_take(left, value) for value in seen.values]
        calls = {call for call in added if _answers(call, seen)}
        if all(twins) or (calls and calls <= made_up) or not spans.covers(seen):
            continue
        fresh.append(seen)
    return tuple(fresh)


def _take(left: list[float], value: float) -> bool:
    twin = next((other for other in left if is_close(other, value)), None)
    if twin is not None:
        left.remove(twin)
    return twin is not None


def _answers(call: AddedCall, seen: Sighting) -> bool:
    # `float(x)` is answered by `torch.Tensor.__float__`.
    name = seen.function.rpartition(".")[2].strip("_")
    library = seen.source == "library"
    return (
        library
        and call.file == seen.file
        and call.name == name
        and call.first <= seen.line <= call.last
    )


@dataclass(frozen=True, slots=True)
class _Spans:
    """When a compressed model was asked last, by order in the run's first process."""

    began: int
    """The first compression; -1: none was seen."""
    asked: tuple[tuple[int, bool], ...]
    """From this order on, a model was asked that was not compressed (True), or another."""
    in_place: bool
    """The model that was compressed may be the very object that was there before."""

    def covers(self, seen: Sighting) -> bool:
        """Tell whether something was seen after compression, of a model that was compressed."""
        if seen.process or seen.order < self.began:
            return False
        wide = [plain for order, plain in self.asked if order < seen.order]
        return not (wide and wide[-1])


def _read_spans(testimony: Testimony) -> _Spans:
    calls = [sent for sent in testimony.sent if not sent.process and sent.call != "model.asked"]
    done = [sent for sent in calls if _is_compression(sent)]
    made = {sent.key for sent in done}
    first = min((int(sent.run) for sent in done), default=0)
    # Where one changed a model in its place, and did not say which, nothing is known.
    told = bool(done) and "" not in made
    asked = tuple(
        (sent.order, told and sent.run not in made and int(sent.run) < first)
        for sent in testimony.sent
        if sent.call == "model.asked" and not sent.process and sent.run.isdigit()
    )
    in_place = any(not sent.key or int(sent.key) < first for sent in done)
    return _Spans(min((sent.order for sent in done), default=-1), asked, in_place)


def _is_compression(sent: Sent) -> bool:
    return sent.run.isdigit() and sent.call.startswith(("nncf.", "torch."))


def _list_claims(exhibit: Exhibit) -> tuple[list[_Claim], list[_Claim]]:
    claims: list[_Claim] = []
    drops: list[_Claim] = []
    for line in _list_added_lines(exhibit):
        if not (found := _ACCURACY.search(line.text)) or not line.numbers:
            continue
        if fell := _DROP.search(line.text):
            numbers = find_numbers(line.text)
            drops.append(_claim(line, *_choose_number(line.text, fell.end())))
            # `int8 accuracy 0.91 (drop 0.02)` says both.
            own = [one for one in numbers if found.end() <= one[0] < fell.start()]
            claims.extend(_claim(line, *one) for one in own[:1] if not _BEFORE.search(line.text))
        elif not _BEFORE.search(line.text):
            claims.append(_claim(line, *_choose_number(line.text, found.end())))
        elif _AFTER.search(line.text):
            claims.append(_claim(line, *find_numbers(line.text)[-1]))
    return claims, drops


def _claim(line: Line, place: int, text: str) -> _Claim:
    return _Claim(line.text, float(text), len(text.partition(".")[2].split("e")[0]))


def _choose_number(text: str, end: int) -> tuple[int, str]:
    """The first number after the word, or the last before it."""
    numbers = find_numbers(text)
    return next((number for number in numbers if number[0] >= end), numbers[-1])


def _list_added_lines(exhibit: Exhibit) -> Iterator[Line]:
    """What the original does not print; a line of its own may show another number when nudged."""
    known = list(_read_lines(exhibit.baselines[0])) if exhibit.baselines else []
    texts = Counter(line.text for line in known)
    lines = []
    for line in _read_lines(exhibit.observed):
        if texts[line.text] > 0:
            texts[line.text] -= 1
        else:
            lines.append(line)
    left = Counter(mask_line(text).pattern for text in texts.elements())
    for line in lines:
        if left[line.pattern] > 0:
            left[line.pattern] -= 1
        else:
            yield line


def _read_lines(observed: Observation) -> Sequence[Line]:
    """What was printed and what was logged; a warning quotes lines of the program."""
    attempt = observed.attempt
    logged = "\n".join(
        line
        for line in attempt.stderr.splitlines()
        if "Warning" not in line and not line.startswith("  ")
    )
    return (*mask_output(attempt), *mask_output(replace(attempt, stdout=logged)))


def _find_before(exhibit: Exhibit) -> float | None:
    """The accuracy that the original prints last, as a share."""
    before = None
    for line in _read_lines(exhibit.baselines[0]) if exhibit.baselines else ():
        found = _ACCURACY.search(line.text)
        if found and line.numbers and find_numbers(line.text):
            value = _share(float(_choose_number(line.text, found.end())[1]))
            before = value if 0 < value <= 1 else before
    return before


def _share(value: float) -> float:
    return value / 100 if value > 1 else value


def _is_shown(value: float, claim: _Claim) -> bool:
    margin: float = 0.51 * 10.0**-claim.places
    return abs(value - claim.value) <= margin or abs(100 * value - claim.value) <= margin


def _is_answered(exhibit: Exhibit, claim: _Claim) -> bool:
    """Where no library tells the number: the line shows what the compressed model answered.

    `(small(X).argmax(1).numpy() == y).mean()` is reckoned where no witness looks.
    """
    spans = _read_spans(exhibit.observed.testimony)
    if not any(not plain and order >= spans.began for order, plain in spans.asked):
        return False
    added = find_added_calls(exhibit.before, exhibit.after)
    showings = [
        showing
        for showing in list_showings(exhibit.before, exhibit.after, added, _ACCURACY)
        if showing.prints(claim.line)
    ]
    return bool(showings) and all(
        showing.measured and (showing.new or spans.in_place) for showing in showings
    )


def _is_counted(fresh: Sequence[Sighting], claim: _Claim) -> bool:
    """A share of right answers, of which only the counts were read: 187 of 200, batch by batch."""
    share = _share(claim.value)
    if not 0 < share <= 1 or claim.places + 2 * (claim.value > 1) < 3:
        return False
    sites: Mapping[tuple[str, int, str], list[float]] = defaultdict(list)
    for seen in fresh:
        if seen.integral and len(seen.values) == 1:
            sites[seen.site].append(seen.values[0])
    margin = 0.51 * 10.0**-claim.places / (100 if claim.value > 1 else 1)
    for counts in sites.values():
        recent = counts[-MOST_BATCHES:]
        for start in range(len(recent)):
            right = sum(recent[start:])
            rows = round(right / share)
            if right > 0 and rows and abs(right / rows - share) <= margin:
                return True
    return False
