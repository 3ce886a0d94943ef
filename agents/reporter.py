"""All of it -> Report: patch, figures, and what a person reads first."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.records import (
    Baseline,
    Candidate,
    Outcome,
    Record,
    Refusal,
    Report,
    Request,
    Sabotage,
    Shrunk,
    Spent,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Patch:
    """A unified diff that `git apply` takes, and its size in lines."""

    text: str
    files: tuple[str, ...]
    added: int
    removed: int


def make_patch(before: Mapping[str, str], after: Mapping[str, str]) -> Patch:
    """Write the difference between two sets of files; line ends stay as they are."""
    hunks: list[str] = []
    names: list[str] = []
    for name in sorted(after):
        old, new = before.get(name, ""), after[name]
        if old == new:
            continue
        names.append(name)
        lines = difflib.unified_diff(
            _split_lines(old),
            _split_lines(new),
            f"a/{name}" if name in before else "/dev/null",
            f"b/{name}",
        )
        for line in lines:
            hunks.append(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n")
    body = [line for line in hunks if not line.startswith(("+++ ", "--- "))]
    return Patch(
        text="".join(hunks),
        files=tuple(names),
        added=sum(line.startswith("+") for line in body),
        removed=sum(line.startswith("-") for line in body),
    )


def make_report(told: Sequence[Record], sources: Mapping[str, str], seconds: float) -> Report:
    """Fold everything that happened in a run into what it ends in."""
    request = next(record for record in told if isinstance(record, Request))
    refusals = [record for record in told if isinstance(record, Refusal)]
    baselines = [record for record in told if isinstance(record, Baseline)]
    candidates = [record for record in told if isinstance(record, Candidate)]
    verdicts = [record for record in told if isinstance(record, Verdict)]
    spent = [record for record in told if isinstance(record, Spent)]
    best = _choose_best(candidates, verdicts)
    passes = sum(item.passed for item in verdicts if best and item.candidate == best.number)
    harmless = [item for item in told if isinstance(item, Sabotage) and not item.stopped_by]
    outcome: Outcome
    if harmless:
        outcome = "not_accepted"
        summary = (
            f"It passes, but so does the same change with {harmless[0].edit}: the gates cannot "
            "tell them apart here, so that passing proves nothing. A person is needed."
        )
    elif best and passes >= request.settings.passes:
        outcome, summary = "accepted", _praise(best, passes)
    elif spent:
        outcome = "budget"
        summary = (
            f"{spent[-1].limit} is spent ({spent[-1].used:g} used) before {request.settings.passes}"
            f" attempts passed. A person is needed, or a larger limit."
        )
    elif baselines and not baselines[-1].sound:
        outcome = "refused" if baselines[-1].already else "not_accepted"
        summary = baselines[-1].reason
    elif not candidates:
        outcome = "refused"
        summary = " ".join(item.reason for refusal in refusals for item in refusal.reasons[:3])
    else:
        outcome = "not_accepted"
        failed = next((item for item in reversed(verdicts) if not item.passed), None)
        reason = failed.reason if failed else "no attempt was judged"
        summary = f"No candidate passed every gate. The last one failed at {reason}"
    shrunk = next((item for item in reversed(told) if isinstance(item, Shrunk)), None)
    if shrunk and (verdicts or outcome == "accepted"):
        summary = f"{summary.rstrip()} {shrunk.words}"
    patch = make_patch(sources, best.files if best else {})
    shown = [item for item in verdicts if best and item.candidate == best.number]
    return Report(
        outcome=outcome,
        summary=summary,
        patch=patch.text,
        candidate=best.number if best else 0,
        files=patch.files,
        added=patch.added,
        removed=patch.removed,
        passes=passes,
        overhead_seconds=round(shown[0].overhead_seconds, 3) if shown else 0.0,
        overhead_point_ms=round(shown[0].overhead_point_ms, 3) if shown else 0.0,
        seconds=round(seconds, 1),
        reductions=shrunk.reductions if shrunk else (),
        store=f"artifacts/{shown[0].number}/work/mlflow.db" if shown and passes else "",
    )


def _split_lines(text: str) -> list[str]:
    """Split at line feeds only: form feeds and lone carriage returns are part of a line."""
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _choose_best(candidates: Sequence[Candidate], verdicts: Sequence[Verdict]) -> Candidate | None:
    """Take the candidate with most passing attempts, then with most green lights."""

    def rank(candidate: Candidate) -> tuple[int, int, int]:
        own = [verdict for verdict in verdicts if verdict.candidate == candidate.number]
        passed = sum(verdict.passed for verdict in own)
        green = max((sum(gate.passed for gate in verdict.gates) for verdict in own), default=0)
        return (passed, green, -candidate.number)

    return max(candidates, key=rank, default=None)


def _praise(best: Candidate, passes: int) -> str:
    return (
        f"Passed: 1 candidate x {passes} attempts, every gate green ({best.coder}, {best.style})."
    )
