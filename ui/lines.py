"""One record -> what a terminal says of it."""

from collections.abc import Iterator

from agents.records import (
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
    Stage,
    Verdict,
)

LIGHTS = {"pass": "pass", "fail": "FAIL", "not_needed": "-", "cannot_tell": "cannot tell"}
WIDTH = 14
SHOWN_LINES = 14
"""Of a gate's reason: the end, where a program says what it died of."""


def describe(record: Record) -> Iterator[str]:  # noqa: PLR0912, PLR0915  # one case a kind of record
    """Say one record in plain lines, the first with its heading; Progress says nothing here."""
    match record:
        case Request():
            yield f"{'run':{WIDTH}}{record.run}  {record.entry}: “{record.text}”"
            for thing in record.left_behind[:5]:
                yield _more(f"stays behind: {thing}; --data PATH hands it to the script")
        case Plan():
            for stage in record.stages:
                yield from _describe_stage(stage)
        case Prepared():
            took = "kept from before" if record.cached else f"built in {record.seconds:.0f} s"
            yield _head("environment", f"{_name_packages(record)}; {took}")
            for note in record.notes:
                yield _more(note)
        case Evidence():
            where = f"{record.package} {record.version}  {record.file}:{record.line}"
            yield _head("evidence", f"{record.name}  {where}")
        case Candidate():
            yield _head("candidate", f"{record.number}  {record.coder}, {record.style}")
            for action in record.actions:
                yield _more(f"{action.file}:{action.line}  {action.site}: {action.action}")
            if record.withheld:
                yield _more(f"not logged, looks secret: {', '.join(record.withheld)}")
        case Refusal():
            heading = "already there" if record.already else "refused"
            for reason in record.reasons:
                line = f"line {reason.line}: " if reason.line else ""
                yield _head(heading, f"{line}{reason.reason} [{reason.rule}]")
        case Attempted(candidate=0):
            seed = f"seed {record.seed}"
            yield _head("baseline", f"original, {seed}: {record.status}, {record.seconds:.1f} s")
        case Baseline():
            yield _more(record.reason or "runs, and has nothing of what is asked for yet")
        case Shrunk():
            yield _head("shrunk", record.words)
            for item in record.reductions:
                where = f"{item.file}:{item.line}" if item.file else "the command"
                yield _more(f"{where}  {item.name}: {item.full} -> {item.reduced} ({item.how})")
        case Verdict():
            took = f"{record.seconds:.1f} s"
            heading = f"{record.proof} of candidate {record.candidate}: {record.status}, {took}"
            yield _head(f"attempt {record.number}", heading)
            yield _more("  ".join(f"{gate.name} {LIGHTS[gate.light]}" for gate in record.gates))
            for gate in record.gates:
                yield from _describe_failure(gate)
        case Sabotage():
            stopped = ", ".join(record.stopped_by)
            ended = f"stopped by {stopped}" if stopped else "NOT NOTICED"
            yield _head("sabotage", f"{record.edit}: {ended}")
        case Spent():
            yield _head("budget", f"{record.limit} is spent ({record.used:g})")
        case Report():
            yield _head(record.outcome.replace("_", " "), record.summary)
            if record.passes:
                costs = f"{record.overhead_seconds:.1f} CPU s a run with its import"
                yield _more(f"tracking costs {costs}, {record.overhead_point_ms:.1f} ms a point")
            yield _more(f"{record.seconds:.0f} s in all")
        case Attempted() | Progress():
            return


def _describe_stage(stage: Stage) -> Iterator[str]:
    what = stage.functionality.replace("_", " ")
    target = f"{stage.target} {stage.version}".strip()
    if stage.source:
        yield _head("plan", f"{what}: from {stage.source} to {target}")
    else:
        yield _head("plan", f"{what} with {target}")
    # The plan is told twice: once the environment stands, its version is known.
    for step in stage.steps if not stage.version else ():
        yield _more(step)


def _describe_failure(gate: Gate) -> Iterator[str]:
    if gate.passed:
        return
    first, *rest = gate.reason.splitlines() or [""]
    yield _more(f"{gate.name}: {first}")
    for line in rest[-SHOWN_LINES:]:
        yield _more(f"  {line}")


def _name_packages(record: Prepared) -> str:
    asked = [f"{name} {record.packages[name]}" for name in record.asked if name in record.packages]
    others = len(record.packages) - len(asked)
    return ", ".join(asked) + (f" and {others} more" if others else "")


def _head(heading: str, text: str) -> str:
    return f"{heading:{WIDTH}}{text}"


def _more(text: str) -> str:
    return f"{'':{WIDTH}}{text}"
