"""The negative control: the original must run, and must not have what is asked for yet."""

from collections.abc import Mapping

from agents.gates.exhibit import Observation
from agents.gates.judgement import judge_original
from agents.gates.program import find_imports, parse_program
from agents.records import Baseline, Stage
from knowledge.components import ComponentError, read_component

MOST_NAMED = 5


def judge_baseline(stage: Stage, first: Observation) -> Baseline:
    """Tell whether the original can be a baseline: it runs, and the store gate fails on it."""
    attempt = first.attempt
    if attempt.status != "ok" or attempt.exit_code != 0:
        last = next((line for line in reversed(attempt.stderr.splitlines()) if line.strip()), "")
        ended = f"exit code {attempt.exit_code}" if attempt.exit_code else attempt.status
        reason = attempt.detail or last or "it said nothing"
        return Baseline(False, f"The original does not run here ({ended}): {reason[:600]}")
    control = judge_original(stage, first)
    if control.passed:
        return Baseline(False, f"The code already has what was asked for: {control.reason}", True)
    if control.light == "cannot_tell":
        return Baseline(False, f"What the original leaves cannot be judged: {control.reason}")
    return Baseline(True)


def names_component(target: str) -> tuple[str, ...]:
    """The packages that a component is imported as; its own name where it is not known."""
    try:
        return read_component(target).import_names
    except ComponentError:
        return (target,)


def needs_control(stage: Stage, sources: Mapping[str, str], first: Observation) -> bool:
    """Whether the original logs although no line of it names the target.

    Some frameworks log to whatever tracker they find installed.
    """
    if stage.functionality != "experiment_tracking" or stage.task != "inline":
        return False
    if first.attempt.status != "ok" or not any(run.metrics for run in first.store.runs):
        return False
    names = set(names_component(stage.target))
    trees = filter(None, map(parse_program, sources.values()))
    return not any(
        dotted.split(".", 1)[0] in names for tree in trees for dotted in find_imports(tree).values()
    )


def judge_without(
    stage: Stage, baseline: Baseline, first: Observation, control: Observation
) -> Baseline:
    """Judge anew what the original has, by what it does where the target is not installed."""
    attempt = control.attempt
    if attempt.status != "ok" or attempt.exit_code != 0 or control.store.runs:
        return baseline
    keys = dict.fromkeys(key for run in first.store.runs for key in run.metrics)
    shown = ", ".join(f"`{key}`" for key in list(keys)[:MOST_NAMED])
    more = f" and {len(keys) - MOST_NAMED} more" if len(keys) > MOST_NAMED else ""
    return Baseline(
        True,
        f"It logs to {stage.target} merely because that is installed ({shown}{more}); without it "
        "nothing is logged. Only what a change adds to that counts.",
    )
