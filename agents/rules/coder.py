"""Stage + files -> Candidate or Refusal, without a model. Same input, same bytes."""

from collections.abc import Mapping

import libcst as cst

from agents.records import Candidate, Reason, Refusal, Stage
from agents.rules.emit_mlflow import MlflowEmitter
from agents.rules.finding import Finder
from agents.rules.frame import Frame, choose_frame
from agents.rules.knobs import find_knobs
from agents.rules.names import is_contradictory, name_metrics
from agents.rules.options import Options, find_options, has_options
from agents.rules.pacing import pace, roots_of
from agents.rules.proofreading import keeps_statements
from agents.rules.refusals import find_obstacles, find_tracking
from agents.rules.script import Place, Script
from agents.rules.sites import Metric, MetricSite, Pacing, Unclear
from agents.rules.survey import read_script


class RulesCoder:
    """Adds tracking by rules; refuses where a rule would have to guess."""

    name = "rules"

    def styles(self, stage: Stage) -> tuple[str, ...]:
        """Ways this coder knows for a stage, the most fitting first; empty: none."""
        known = (stage.task, stage.functionality, stage.target) == (
            "inline",
            "experiment_tracking",
            "mlflow",
        )
        return ("explicit",) if known else ()

    def propose(
        self,
        stage: Stage,
        entry: str,
        files: Mapping[str, str],
        style: str,
        *,
        number: int,
        stage_index: int,
    ) -> Candidate | Refusal:
        """The entry script with tracking added, or the reasons not to."""
        if style not in self.styles(stage):
            return _refuse(stage_index, Reason(0, "unknown-stage", "No rule knows this task."))
        text = files[entry]
        mark = "\ufeff" if text.startswith("\ufeff") else ""
        try:
            script = read_script(text.removeprefix(mark))
        except cst.ParserSyntaxError as error:
            reason = Reason(error.raw_line, "syntax", "The file is not valid Python.")
            return _refuse(stage_index, reason)
        tracked = find_tracking(script)
        if tracked:
            reason = Reason(tracked, "already-tracked", "The script logs to MLflow already.")
            return Refusal(stage_index, self.name, (reason,), already=True)
        draft = _draft(script, entry, stage)
        if isinstance(draft, MlflowEmitter):
            after = mark + draft.edits.apply()
            if keeps_statements(text, after):
                return Candidate(
                    number,
                    stage_index,
                    self.name,
                    style,
                    {entry: after},
                    tuple(sorted(draft.actions, key=lambda a: (a.line, a.site, a.action))),
                    tuple(sorted(draft.calls)),
                    draft.withheld,
                )
            draft = (Reason(0, "unsure", "The adapted text did not keep every statement."),)
        return _refuse(stage_index, *draft)


def _draft(script: Script, entry: str, stage: Stage) -> MlflowEmitter | tuple[Reason, ...]:
    """All additions for a script, or the reasons against any."""
    obstacles = find_obstacles(script)
    if obstacles:
        return obstacles
    finder = Finder(script)
    metrics, unclear = choose_metrics(script, finder.find())
    if not metrics:
        return tuple(Reason(u.line, u.rule, u.reason) for u in unclear) or (
            Reason(0, "no-metric", "No value that a metric names is computed or printed here."),
        )
    options = find_options(script)
    emitter = MlflowEmitter(script, entry)
    hidden = options is None and has_options(script)
    if hidden or not _emit(script, finder, emitter, metrics, stage, options):
        reason = "The script has options, but no variable of the run holds all of them."
        return (Reason(0, "hidden-options", reason),)
    return emitter


def _refuse(stage_index: int, *reasons: Reason) -> Refusal:
    return Refusal(stage_index, RulesCoder.name, reasons)


def choose_metrics(
    script: Script, sites: tuple[MetricSite, ...]
) -> tuple[tuple[Metric, ...], tuple[Unclear, ...]]:
    """The sites that can be logged without a guess, each with a key, and those that cannot."""
    clear: list[tuple[MetricSite, Pacing]] = []
    unclear: list[Unclear] = []
    for site in sites:
        if is_contradictory(site):
            unclear.append(
                Unclear(
                    site.line,
                    "contradiction",
                    "The name says another part of the data than the arguments do.",
                )
            )
            continue
        pacing = pace(script, site)
        if isinstance(pacing, Unclear):
            unclear.append(pacing)
        else:
            clear.append((site, pacing))
    return name_metrics(script, clear), tuple(unclear)


def _emit(
    script: Script,
    finder: Finder,
    emitter: MlflowEmitter,
    metrics: tuple[Metric, ...],
    stage: Stage,
    options: Options | None,
) -> bool:
    """Write everything into the emitter's edits; False: the options are out of the run's reach."""
    options_line = 0
    if options is not None and options.place.function is None:
        options_line = script.line_of(options.place.line)
    roots = [root for metric in metrics for root in roots_of(script, metric.site.place)]
    frame = choose_frame(script, roots, options_line)
    start: list[str] = []
    if options is not None:
        at_start = 0 < options_line < frame.first
        if not at_start and not _is_covered(script, frame, options.place):
            return False
        start += emitter.add_options(options, at_start=at_start)
    taken = set(options.dests) if options is not None else set()
    knobs = (
        ()
        if options is not None and not options.dests
        else find_knobs(script, finder.reader, taken)
    )
    early = [k for k in knobs if k.copied or (k.place.function is None and k.line < frame.first)]
    if early:
        start += emitter.add_knobs(early, after=None)
    late = [k for k in knobs if k not in early and _is_covered(script, frame, k.place)]
    for scope in dict.fromkeys(k.place.function for k in late):
        mine = [k for k in late if k.place.function is scope]
        emitter.add_knobs(mine, after=mine[-1].place.line)
    emitter.add_metrics(metrics)
    emitter.add_frame(frame, stage.experiment, start)
    emitter.add_import()
    return True


def _is_covered(script: Script, frame: Frame, place: Place) -> bool:
    """The place is reached only while the run is open: logging would open another one."""
    roots = [script.line_of(root.line) for root in roots_of(script, place)]
    return bool(roots) and all(frame.first <= line <= frame.last for line in roots)
