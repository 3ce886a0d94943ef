"""Writes MLflow experiment tracking into a script: run, parameters, metrics."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import libcst as cst
from libcst.metadata import CodePosition

from agents.records import Action
from agents.rules.edits import Edits
from agents.rules.frame import Frame, import_line
from agents.rules.knobs import Knob
from agents.rules.names import fresh_name, is_tensor
from agents.rules.options import Options
from agents.rules.script import Loop, Script
from agents.rules.sites import Metric, Thread

_WIDTH = 88


@dataclass(slots=True, eq=False)
class MlflowEmitter:
    """Collects the additions for one script."""

    script: Script
    entry: str
    module: str = "mlflow"
    """The name mlflow is known by in the script."""
    actions: list[Action] = field(default_factory=list)
    calls: set[str] = field(default_factory=set)
    withheld: tuple[str, ...] = ()
    taken: set[str] = field(default_factory=set)
    edits: Edits = field(init=False)
    unit: str = field(init=False)
    counters: dict[object, str] = field(default_factory=dict)
    threaded: set[object] = field(default_factory=set)

    def __post_init__(self) -> None:
        code = self.script.lines
        newline = "\r\n" if code and code[0].endswith("\r\n") else "\n"
        self.edits = Edits("".join(code), newline)
        self.unit = self.script.module.default_indent
        self.taken = set(self.script.words) | {"mlflow"}

    def _call(self, name: str, arguments: str) -> str:
        self.calls.add(f"mlflow.{name}")
        return f"{self.module}.{name}({arguments})"

    def _note(self, line: int, site: str, found: str, action: str) -> None:
        found = " ".join(found.split())
        self.actions.append(Action(self.entry, line, site, found[:120], action))

    def add_import(self) -> None:
        """`import mlflow` after the leading block of imports."""
        last = import_line(self.script)
        if last:
            self.edits.put_after(last, ["import mlflow"])
        else:
            first = self.script.line_of(self.script.module.body[0])
            self.edits.before.setdefault(first, [])[:0] = ["import mlflow"]
        self._note(last, "import", "", "adds `import mlflow`")

    def add_frame(self, frame: Frame, experiment: str, start: Sequence[str]) -> None:
        """Begin and end the run; `start` are lines that follow its beginning."""
        stem = json.dumps(PurePosixPath(self.entry).stem, ensure_ascii=False)
        begin = self._call("start_run", f"run_name={stem}")
        title = json.dumps(experiment, ensure_ascii=False)
        named = [self._call("set_experiment", title)] if experiment else []
        if frame.wrapped:
            header = self.edits.newline.join(
                [*(frame.indent + line for line in named), f"{frame.indent}with {begin}:"]
            )
            self.edits.wrap(frame.first, frame.last, header, self.unit)
            self.edits.before.setdefault(frame.first, [])[:0] = [frame.indent + s for s in start]
        else:
            lines = [*named, begin, *start]
            self.edits.before.setdefault(frame.first, [])[:0] = [frame.indent + s for s in lines]
            if not re.match(r"\s*(sys\.exit|exit|quit|raise)\b", self.script.lines[frame.last - 1]):
                end = frame.indent + self._call("end_run", "")
                self.edits.put_after(frame.last, [end])
        action = "wraps these lines in a run" if frame.wrapped else "starts a run here"
        self._note(frame.first, "run", "", action)

    def params_of(self, options: Options) -> list[str]:
        """Lines that log a namespace of options."""
        if options.secret and options.dests:
            kept = [d for d in options.dests if d not in options.secret]
            return self.params_from([(d, f"{options.name}.{d}") for d in kept])
        arguments = f"vars({options.name})"
        if options.secret:
            name, value = fresh_name("name", self.taken), fresh_name("value", self.taken)
            listed = "(" + "".join(f'"{s}", ' for s in options.secret).rstrip(" ") + ")"
            pairs = f"{name}: {value} for {name}, {value} in {arguments}.items()"
            arguments = f"{{{pairs} if {name} not in {listed}}}"
        return [self._call("log_params", arguments)]

    def params_from(self, pairs: Sequence[tuple[str, str]]) -> list[str]:
        """Lines that log named values."""
        entries = [f'"{key}": {value}' for key, value in pairs]
        line = self._call("log_params", "{" + ", ".join(entries) + "}")
        if len(line) <= _WIDTH:
            return [line]
        unit = self.unit
        return [
            f"{self.module}.log_params(",
            f"{unit}{{",
            *(f"{unit}{unit}{entry}," for entry in entries),
            f"{unit}}}",
            ")",
        ]

    def add_options(self, options: Options, *, at_start: bool) -> list[str]:
        """Log options; hands back the lines where the run's start is the place for them."""
        line = self.script.line_of(options.place.line)
        self._note(line, "parameters", self.script.text(options.place.line), "logs the options")
        self.withheld = options.secret
        lines = self.params_of(options)
        if at_start:
            return lines
        self._after(options.place.line, lines)
        return []

    def add_knobs(self, knobs: Sequence[Knob], *, after: cst.CSTNode | None) -> list[str]:
        """Log constants after a statement, or hand the lines back."""
        for knob in knobs:
            self._note(knob.line, "parameters", knob.value, f"logs it as `{knob.key}`")
        lines = self.params_from([(k.key, k.value) for k in knobs])
        if after is None:
            return lines
        self._after(after, lines)
        return []

    def _add_best_params(self, metric: Metric, prefix: str) -> None:
        name = metric.site.value.removesuffix(".best_score_")
        key, value = fresh_name("name", self.taken), fresh_name("value", self.taken)
        keys = f'f"{prefix}{{{key}}}": {value} for {key}, {value} in {name}.best_params_.items()'
        self._after(metric.site.place.line, [self._call("log_params", f"{{{keys}}}")])
        self._note(
            metric.site.line, "parameters", f"{name}.best_params_", "logs the best parameters"
        )

    def _after(self, node: cst.CSTNode, lines: Sequence[str]) -> None:
        span = self.script.spans[node]
        indent = self.script.indent_of(span.start.line)
        self.edits.put_after(span.end.line, [indent + line for line in lines])

    def add_metrics(self, metrics: Sequence[Metric]) -> None:
        """Log every value where it becomes known; loops without a number get a counter."""
        last = {self._counter_of(m): m for m in metrics if m.pacing.counted is not None}
        searches = [m for m in metrics if m.site.sink == "search"]
        for metric in metrics:
            bump = last.get(self._counter_of(metric)) is metric
            self._add_metric(metric, bump=bump)
            pacing = metric.pacing
            if metric in searches and not (pacing.step or pacing.prefix or pacing.counted):
                subject = metric.key.partition("best_cv_")[0]
                self._add_best_params(metric, f"{subject}best_")

    def _counter_of(self, metric: Metric) -> object:
        """Sites of one block in one loop share a counter."""
        return (metric.pacing.counted, metric.site.place.branches)

    def _add_metric(self, metric: Metric, *, bump: bool) -> None:
        site, pacing = metric.site, metric.pacing
        value = site.value
        span = self.script.spans[site.place.line]
        indent = self.script.indent_of(span.start.line)
        before: list[str] = []
        after = site.after
        if not value and isinstance(self.script.parents.get(site.node), cst.Expr):
            # A call whose value nobody took: the line itself takes it.
            value, after = fresh_name(metric.key, self.taken), True
            self.edits.insert(self.script.spans[site.node].start, f"{value} = ")
        elif not value:
            value = fresh_name(metric.key, self.taken)
            before.append(f"{value} = {self._text_of(site.node)}")
            self.edits.replace(self.script.spans[site.node], value)
        elif is_tensor(self.script, site):
            value = f"float({value})"
        step = pacing.step
        if pacing.counted is not None:
            step = self._counter(pacing.counted, self._counter_of(metric))
        key = f'"{metric.key}"' if not pacing.prefix else f'f"{{{pacing.prefix}}}_{metric.key}"'
        line = self._call("log_metric", f"{key}, {value}" + (f", step={step}" if step else ""))
        lines = [*before, line, *([f"{step} += 1"] if bump else [])]
        lines = [indent + text for text in lines]
        if after:
            self.edits.put_after(span.end.line, lines)
        else:
            self.edits.put_before(span.start.line, lines)
        if pacing.thread is not None:
            self._thread(pacing.thread)
        kind = "loss" if "loss" in metric.key else "metric"
        self._note(
            site.line,
            kind,
            self.script.text(site.node),
            f"logs `{metric.key}`" + (f" with step {step}" if step else ""),
        )

    def _text_of(self, node: cst.BaseExpression) -> str:
        """The expression as a line of its own: brackets where it runs over several lines."""
        text = self.script.verbatim(node)
        closed = isinstance(node, cst.Call) and "\n" not in self.script.text(node.func)
        return f"({text})" if "\n" in text and not closed else text

    def _counter(self, loop: Loop, group: object) -> str:
        if group not in self.counters:
            name = fresh_name("step", self.taken)
            self.counters[group] = name
            line = self.script.line_of(loop)
            self.edits.put_before(line, [f"{self.script.indent_of(line)}{name} = 0"])
        return self.counters[group]

    def _thread(self, thread: Thread) -> None:
        if thread.function in self.threaded:
            return
        self.threaded.add(thread.function)
        params = thread.function.node.params
        given = [*params.posonly_params, *params.params]
        default = "=0" if given and given[-1].default is not None else ""
        if given:
            self.edits.insert(self.script.spans[given[-1]].end, f", {thread.name}{default}")
        else:
            at = self.script.spans[thread.function.node.name].end
            self.edits.insert(CodePosition(at.line, at.column + 1), thread.name)
        call = thread.call.call
        word = f"{thread.name}={thread.index}"
        if call.args:
            self.edits.insert(self.script.spans[call.args[-1].value].end, f", {word}")
        else:
            end = self.script.spans[call].end
            self.edits.insert(CodePosition(end.line, end.column - 1), word)
        line = self.script.line_of(thread.function.node)
        self._note(
            line, "loss", f"def {thread.function.name}", f"is told `{thread.index}` as the step"
        )
