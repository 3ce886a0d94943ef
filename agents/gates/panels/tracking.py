"""Experiment tracking: one finished run, with all that was asked for, written by its client."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from agents.gates.behaviour import judge_behaviour
from agents.gates.coverage import find_shortfall
from agents.gates.exhibit import Exhibit, Observation
from agents.gates.numbers import is_close
from agents.gates.options import Option, normalise_option, read_aliases, read_options
from agents.gates.panel import Panel
from agents.gates.parameters import find_false_parameter
from agents.gates.program import reachable_files
from agents.gates.ranks import find_process_problem
from agents.gates.store import light_store
from agents.gates.witness import judge_witness
from agents.gates.wording import show_number
from agents.records import Gate, Stage
from sandbox.oracles.store import Point, Store, TrackedRun
from sandbox.witness.testimony import Sent, Testimony

_CLIENTS: Mapping[str, tuple[str, ...]] = {
    "MLflow": ("log_metric", "log_metrics", "log_batch"),
    "W&B": ("wandb_log", "wandb_summary"),
}
"""What people call a client -> the calls by which the witness sees a value reach it."""
TITLES = {"mlflow": "MLflow", "wandb": "W&B"}
"""What people call a component."""


def find_tracking_problem(exhibit: Exhibit) -> str:
    """Why what the candidate's attempt left is not all that was asked for; empty if it is."""
    return (
        find_process_problem(exhibit.observed.store, exhibit.observed.testimony)
        or find_run_problem(exhibit.observed.store)
        or _own_problem(exhibit)
        or find_record_problem(exhibit)
        or find_exposure(exhibit)
        or _option_problem(exhibit)
        or find_false_parameter(exhibit)
        or _coverage_problem(exhibit)
    )


def find_record_problem(exhibit: Exhibit) -> str:
    """Why a history is none, or was not written by the component's own client; empty if not."""
    store = exhibit.observed.store
    title = TITLES.get(exhibit.stage.target, exhibit.stage.target)
    # When nudged, values of one step that agree may be moved apart: the cold attempt was judged.
    history = "" if exhibit.proof == "nudged" else _history_problem(store)
    return history or _client_problem(store, exhibit.observed.testimony, title)


def judge_tracking_store(exhibit: Exhibit) -> Gate:
    """Light for what the candidate's attempt left in the store."""
    store = exhibit.observed.store
    return light_store(store, find_tracking_problem(exhibit), count_store(store))


def judge_bare_tracking(stage: Stage, observation: Observation) -> Gate:
    """The negative control: the same demands on what the original left behind."""
    store = observation.store
    return light_store(store, find_run_problem(store), count_store(store))


def count_store(store: Store) -> dict[str, float]:
    """Figures: runs, metrics, points and parameters."""
    histories = [points for run in store.runs for points in run.metrics.values()]
    return {
        "runs": len(store.runs),
        "metrics": len(histories),
        "points": sum(map(len, histories)),
        "params": sum(len(run.params) for run in store.runs),
    }


def find_run_problem(store: Store) -> str:
    """Why the runs are not one finished run with a metric; empty if they are."""
    if not store.runs:
        return "No run was found in the tracking store: nothing was logged."
    return _nesting_problem(store) or _content_problem(store)


def _own_problem(exhibit: Exhibit) -> str:
    """What the original logs by itself, because the target is installed, is nobody's merit."""
    own = exhibit.baselines[0].store if exhibit.baselines else Store("")
    if find_run_problem(own):
        return ""
    known = {key for run in own.runs for key in (*run.metrics, *run.params)}
    logged = {key for run in exhibit.observed.store.runs for key in (*run.metrics, *run.params)}
    if logged - known:
        return ""
    title = TITLES.get(exhibit.stage.target, exhibit.stage.target)
    return (
        f"All that was logged the original logs by itself wherever {title} is installed: the "
        "change adds no metric and no parameter."
    )


def find_exposure(exhibit: Exhibit) -> str:
    """Which record of a run holds a secret of the command's; empty if none does."""
    for run in exhibit.observed.store.runs:
        for kind, pairs in (("parameter", run.params), ("tag", run.tags)):
            for key, text in pairs.items():
                if any(secret in text for secret in exhibit.secrets):
                    return (
                        f"The {kind} `{key}` holds a secret that the command was given: whoever "
                        "reads the store would read it. Leave it out."
                    )
    return ""


def _nesting_problem(store: Store) -> str:
    known = {run.id for run in store.runs}
    top = [run for run in store.runs if run.parent not in known]
    if len(top) == 1:
        return ""
    what = f"{len(top)} runs were logged" if top else "Every run is nested in another"
    same = " with the same metrics" if _has_twins(top) else ""
    return f"{what}{same}; one run is expected. Others may only be nested in it."


def _content_problem(store: Store) -> str:
    for run in store.runs:
        if run.status != "FINISHED":
            return f"The run `{run.name}` has the status {run.status}, expected FINISHED."
    if not any(run.metrics for run in store.runs):
        return "The run was found, but no metric was logged in it."
    if _has_twins(store.runs):
        return "The same metrics and parameters were logged in two runs. Log each value once."
    return ""


def _has_twins(runs: Sequence[TrackedRun]) -> bool:
    prints = [
        repr((sorted(run.params.items()), sorted(run.metrics.items())))
        for run in runs
        if run.metrics
    ]
    return len(prints) != len(set(prints))


def _history_problem(store: Store) -> str:
    for run in store.runs:
        problems = {key: _points_problem(key, points) for key, points in run.metrics.items()}
        if not any(problems.values()):
            continue
        # Keras's own callback logs each validation a second time, without a step: nothing is
        # hidden where another key has the same history in order.
        values = _list_values(run)
        kept = [values[key] for key, problem in problems.items() if not problem]
        for key, problem in problems.items():
            if problem and not any(_is_same(values[key], other) for other in kept):
                return problem
    return ""


def _list_values(run: TrackedRun) -> Mapping[str, tuple[float, ...]]:
    return {
        key: tuple(point.value for point in sorted(points, key=lambda point: point.order))
        for key, points in run.metrics.items()
    }


def _is_same(first: tuple[float, ...], second: tuple[float, ...]) -> bool:
    return len(first) == len(second) and all(map(is_close, first, second))


def _points_problem(key: str, points: tuple[Point, ...]) -> str:
    written = sorted(points, key=lambda point: point.order)
    at: dict[int, Point] = {}
    last = None
    for point in written:
        if last is not None and point.step < last.step:
            return f"The steps of `{key}` go backwards: {point.step} was logged after {last.step}."
        first = at.setdefault(point.step, point)
        if not is_close(first.value, point.value):
            return (
                f"`{key}` was logged more than once at step {point.step}: first "
                f"{show_number(first.value)}, then {show_number(point.value)}. The later hides the "
                "earlier. Give each value a step of its own."
            )
        last = point
    return ""


def _client_problem(store: Store, testimony: Testimony, title: str) -> str:
    if not testimony.present or testimony.truncated:
        return ""
    sent: dict[tuple[str, int | None], list[Sent]] = defaultdict(list)
    for record in testimony.sent:
        if record.call in _CLIENTS.get(title, ()) and record.value is not None:
            sent[record.key, record.step].append(record)
    for run in store.runs:
        for key, points in run.metrics.items():
            for point in points:
                # A client that counts steps by itself is sent none.
                calls = sent.get((key, point.step), []) + sent.get((key, None), [])
                if not any(_is_from(record, run, point) for record in calls):
                    return (
                        f"`{key}` = {show_number(point.value)} at step {point.step} was written to "
                        f"the store past {title}: no logging call was seen for it."
                    )
    return ""


def _is_from(record: Sent, run: TrackedRun, point: Point) -> bool:
    return (
        record.value is not None
        and record.run in ("", run.id)
        and is_close(record.value, point.value)
    )


def _option_problem(exhibit: Exhibit) -> str:
    reachable = reachable_files(exhibit.before, exhibit.entry)
    files = {file: exhibit.before[file] for file in reachable}
    options, aliases = read_options(files), read_aliases(files)
    logged = {normalise_option(key) for run in exhibit.observed.store.runs for key in run.params}
    missing = [
        option
        for option in options
        if not option.secret and not _names_of(option, aliases) & logged
    ]
    if not missing:
        return ""
    places = [f"{option.title} ({option.file}, line {option.line})" for option in missing]
    return "Options of the script are not among the logged parameters: " + ", ".join(places) + "."


def _names_of(option: Option, aliases: Mapping[str, frozenset[str]]) -> frozenset[str]:
    own = frozenset(map(normalise_option, option.names))
    return own.union(*(aliases.get(name, frozenset()) for name in own))


def _coverage_problem(exhibit: Exhibit) -> str:
    short = find_shortfall(exhibit)
    if short is None:
        return ""
    return (
        f"Logged {short.logged} of {short.seen} values of `{short.name}` ({short.file}, line "
        f"{short.line}) as `{short.key}`. Log it where it is computed, once for each step."
    )


PANEL = Panel(
    store=judge_tracking_store,
    bare=judge_bare_tracking,
    witness=judge_witness,
    behaviour=judge_behaviour,
)
