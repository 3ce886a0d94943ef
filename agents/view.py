"""Records -> what every face shows; pure, so that the faces never disagree."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from agents.records import (
    GATES,
    Attempted,
    Baseline,
    Candidate,
    Evidence,
    Gate,
    Plan,
    Prepared,
    Progress,
    Record,
    Refusal,
    Report,
    Request,
    Sabotage,
    Shrunk,
    Spent,
    Verdict,
)

SCHEMA = 1
SEVERITY = ("not_needed", "pass", "cannot_tell", "fail")
BEHAVIOURS = {0.0: "identical", 1.0: "within_tolerance", 2.0: "changed"}


@dataclass(frozen=True, slots=True)
class View:
    """A run as it stands."""

    request: Request | None = None
    progress: Progress | None = None
    """What is being worked on; None once the run has ended."""
    plan: Plan | None = None
    prepared: Prepared | None = None
    evidence: tuple[Evidence, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    originals: tuple[Attempted, ...] = ()
    baseline: Baseline | None = None
    shrunk: Shrunk | None = None
    verdicts: tuple[Verdict, ...] = ()
    sabotages: tuple[Sabotage, ...] = ()
    spent: Spent | None = None
    report: Report | None = None

    @property
    def state(self) -> Literal["working", "ended"]:
        """Whether the last record of the run is there."""
        return "ended" if self.report else "working"


def fold(view: View, record: Record) -> View:  # noqa: PLR0911, PLR0912  # one case a kind of record
    """Take one record more into the view."""
    match record:
        case Request():
            return replace(view, request=record)
        case Progress():
            return replace(view, progress=record)
        case Plan():
            return replace(view, plan=record)
        case Prepared():
            return replace(view, prepared=record)
        case Evidence():
            return replace(view, evidence=(*view.evidence, record))
        case Candidate():
            return replace(view, candidates=(*view.candidates, record))
        case Refusal():
            return replace(view, refusals=(*view.refusals, record))
        case Attempted(candidate=0):
            return replace(view, originals=(*view.originals, record))
        case Attempted():
            return view
        case Baseline():
            return replace(view, baseline=record)
        case Shrunk():
            return replace(view, shrunk=record)
        case Verdict():
            return replace(view, verdicts=(*view.verdicts, record))
        case Sabotage():
            return replace(view, sabotages=(*view.sabotages, record))
        case Spent():
            return replace(view, spent=record)
        case Report():
            return replace(view, report=record, progress=None)


def fold_all(records: Iterable[Record]) -> View:
    """Fold a whole journal."""
    view = View()
    for record in records:
        view = fold(view, record)
    return view


def to_answer(view: View, *, outcome: str = "") -> Mapping[str, Any]:
    """Make the one object that `adapt --json` prints; `outcome` stands in for a missing report."""
    report = view.report or Report(outcome="stopped", summary="")
    stages = view.plan.stages if isinstance(view.plan, Plan) else ()
    return {
        "schema": SCHEMA,
        "run": view.request.run if view.request else "",
        "outcome": outcome or report.outcome,
        "summary": report.summary,
        "plan": {"stages": [_stage(asdict(stage)) for stage in stages]},
        "patch": report.patch,
        "files": list(report.files),
        "lines": {"added": report.added, "removed": report.removed},
        "attempts": [_attempt(verdict) for verdict in view.verdicts],
        "passes": report.passes,
        "evidence": [
            {
                "name": item.name,
                "package": item.package,
                "version": item.version,
                "file": item.file,
                "line": item.line,
            }
            for item in dict.fromkeys(view.evidence)
        ],
        "refusals": [
            {"line": reason.line, "rule": reason.rule, "reason": reason.reason}
            for refusal in view.refusals
            for reason in refusal.reasons
        ],
        "overhead": {"seconds": report.overhead_seconds, "per_point_ms": report.overhead_point_ms},
        "sabotage": _sabotages(view),
        "reduction": _reductions(view),
        "checked": view.shrunk.words if view.shrunk else None,
        "cost": {"usd": 0.0, "prompt_tokens": 0, "completion_tokens": 0, "estimated": False},
        "seconds": report.seconds,
    }


def to_judgement(view: View, *, outcome: str = "", reason: str = "") -> Mapping[str, Any]:
    """Make the one object that `verify --json` prints: the worst light of each gate."""
    report = view.report or Report(outcome="stopped", summary=reason)
    accepted = (outcome or report.outcome) == "accepted"
    gates: dict[str, str] = dict.fromkeys(GATES, "cannot_tell")
    shown = [gate for verdict in view.verdicts for gate in verdict.gates]
    # Later gates in this order hide the better lights of the same gate.
    gates |= {gate.name: gate.light for gate in sorted(shown, key=_severity)}
    for item in view.sabotages:
        if not item.stopped_by:
            gates[item.meant] = "cannot_tell"
    failed = next((item.reason for item in view.verdicts if not item.passed), None)
    return {
        "schema": SCHEMA,
        "run": view.request.run if view.request else "",
        "outcome": outcome or report.outcome,
        "accepted": accepted,
        "gates": gates,
        "reason": None if accepted else failed or report.summary,
        "figures": _figures(view, report),
        "sabotage": _sabotages(view),
        "reduction": _reductions(view),
        "checked": view.shrunk.words if view.shrunk else None,
        "seconds": report.seconds,
    }


def _severity(gate: Gate) -> int:
    return SEVERITY.index(gate.light)


def _sabotages(view: View) -> list[Mapping[str, Any]]:
    return [
        {"edit": item.edit, "stopped_by": item.stopped_by[0] if item.stopped_by else None}
        for item in view.sabotages
    ]


def _reductions(view: View) -> list[Mapping[str, Any]]:
    return [
        {
            "name": item.name,
            "kind": item.kind,
            "file": item.file,
            "line": item.line,
            "from": item.full,
            "to": item.reduced,
        }
        for item in (view.shrunk.reductions if view.shrunk else ())
    ]


def _figures(view: View, report: Report) -> Mapping[str, Any]:
    """Figures of the first attempt by gate, and what tracking costs."""
    gates = view.verdicts[0].gates if view.verdicts else ()
    figures: dict[str, Any] = {gate.name: dict(gate.figures) for gate in gates if gate.figures}
    if "behaviour" in figures:
        outcome = figures["behaviour"].pop("outcome", None)
        figures["behaviour"]["outcome"] = BEHAVIOURS.get(outcome)
    figures["store_layout"] = view.verdicts[0].layout if view.verdicts else ""
    figures["overhead"] = {
        "seconds": report.overhead_seconds,
        "per_point_ms": report.overhead_point_ms,
    }
    return figures


def _stage(stage: Mapping[str, Any]) -> Mapping[str, Any]:
    names = ("task", "functionality", "source", "target", "version")
    return {**{name: stage[name] for name in names}, "steps": list(stage["steps"])}


def _attempt(verdict: Verdict) -> Mapping[str, Any]:
    return {
        "number": verdict.number,
        "stage": verdict.stage,
        "coder": verdict.coder,
        "candidate": verdict.candidate,
        "proof": verdict.proof,
        "status": verdict.status,
        "seconds": round(verdict.seconds, 2),
        "gates": {gate.name: gate.light for gate in verdict.gates},
        "reason": verdict.reason,
    }
