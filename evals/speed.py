"""`make bench`: what it costs to watch a run, and to judge a million points."""

import asyncio
import resource
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from statistics import median
from time import process_time

from agents.gates.exhibit import Exhibit, Observation
from agents.gates.judgement import judge
from agents.records import Stage
from evals.stack import FULL_STACK, build_environment, cache_folder
from sandbox.environment import Environment
from sandbox.oracles.mlflow import MlflowOracle
from sandbox.oracles.store import Store
from sandbox.runner import Runner
from sandbox.runners.choice import choose_runner
from sandbox.trial import Attempt, Limits, Trial
from sandbox.witness.expressions import instrument
from sandbox.witness.setup import child_folder, witness_variables
from sandbox.witness.testimony import Sighting, Testimony

SCRIPTS = Path(__file__).parent / "timed"
PAIRS = 5
KEYS = 10
STEPS = 100_000
LIMITS = Limits(seconds=300.0, memory_mib=12_288)

# What a user would call who wants to see every value that was logged.
_CLIENT = """\
import sys
import mlflow
client = mlflow.MlflowClient(tracking_uri="sqlite:///" + sys.argv[1])
run = client.search_runs(["0"])[0]
print(sum(len(client.get_metric_history(run.info.run_id, key)) for key in run.data.metrics))
"""


async def time_witness(environment: Environment, runner: Runner) -> tuple[str, ...]:
    """CPU seconds of each script, watched and not, in turns; their output must be the same."""
    rows = []
    for script in sorted(SCRIPTS.glob("*.py")):
        plain, watched = [], []
        for _ in range(PAIRS):
            first = await _run(environment, runner, script, watch=False)
            second = await _run(environment, runner, script, watch=True)
            if first.stdout != second.stdout:
                raise SystemExit(f"{script.name} prints something else when it is watched.")
            plain.append(first.cpu_seconds)
            watched.append(second.cpu_seconds)
        ratios = [after / before for before, after in zip(plain, watched, strict=True)]
        rows.append(
            f"| {script.stem} | {median(plain):.1f} | {median(watched):.1f} | "
            f"{median(ratios):.3f} | {min(ratios):.3f} to {max(ratios):.3f} |"
        )
    return tuple(rows)


async def _run(environment: Environment, runner: Runner, script: Path, *, watch: bool) -> Attempt:
    with tempfile.TemporaryDirectory(prefix="mlgraft-bench-") as scratch:
        folder = Path(scratch) / "work"
        folder.mkdir()
        text = script.read_text(encoding="utf-8")
        files = instrument({script.name: text}, {script.name: text}) if watch else {}
        (folder / script.name).write_text(files.get(script.name, text), encoding="utf-8")
        attempt = await runner.run(
            Trial(
                command=("python", script.name),
                folder=folder,
                python=environment.python,
                readable=environment.site_packages,
                variables=witness_variables(seed=0) if watch else {},
                import_path=(child_folder(),) if watch else (),
                testimony=Path(scratch) / "testimony.jsonl" if watch else None,
                trusted=True,
                limits=LIMITS,
            )
        )
    if attempt.status != "ok":
        raise SystemExit(f"{script.name} does not run: {attempt.status} {attempt.stderr[-500:]}")
    return attempt


async def time_points(environment: Environment, runner: Runner) -> tuple[str, ...]:
    """CPU seconds to read and to judge a store of a million points; and MLflow's own client."""
    oracle = MlflowOracle()
    with tempfile.TemporaryDirectory(prefix="mlgraft-bench-") as scratch:
        work = Path(scratch) / "work"
        work.mkdir()
        await _ask(environment, runner, oracle.template_script(), "template.db", work)
        oracle.plant(work / "template.db", work, str(work))
        _fill(work / "mlflow.db")
        client = await _ask(environment, runner, _CLIENT, "mlflow.db", work)
        if client.stdout.strip() != str(KEYS * STEPS):
            raise SystemExit(f"MLflow's client sees {client.stdout.strip()!r} points.")
        begin = process_time()
        store = oracle.read(work, Testimony(), "")
        read = process_time() - begin
    exhibit = _exhibit(Observation(_finish(), _hear(2), store, {}))
    begin = process_time()
    gates = judge(exhibit)
    judged = process_time() - begin
    if not all(gate.passed for gate in gates):
        raise SystemExit(f"The honest run is refused: {[one for one in gates if not one.passed]}")
    return (
        f"| MLflow's client reads all histories | {client.cpu_seconds:.1f} | 1.00 |",
        f"| the oracle reads the store | {read:.1f} | {read / client.cpu_seconds:.2f} |",
        f"| the gates judge the run | {judged:.1f} | {judged / client.cpu_seconds:.2f} |",
    )


async def _ask(
    environment: Environment, runner: Runner, script: str, name: str, work: Path
) -> Attempt:
    inside = runner.work_folder(work)
    attempt = await runner.run(
        Trial(
            command=("python", "-c", script, f"{inside}/{name}"),
            folder=work,
            python=environment.python,
            readable=environment.site_packages,
            trusted=True,
            limits=LIMITS,
        )
    )
    if attempt.status != "ok":
        raise SystemExit(f"MLflow does not run: {attempt.stderr[-500:]}")
    return attempt


def _value(key: int, step: int) -> float:
    """A loss that falls and trembles; no two keys share a value."""
    return key + 1 / (1 + step * 0.01) + (step * 7_919 % 10_007) * 1e-5


def _fill(database: Path) -> None:
    rows = (
        (f"loss_{key}", _value(key, step), 1_700_000_000_000 + step, "r1", step, 0)
        for step in range(STEPS)
        for key in range(KEYS)
    )
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "INSERT INTO runs (run_uuid, name, status, start_time, end_time, lifecycle_stage, "
            "artifact_uri, experiment_id) VALUES ('r1', 'train', 'FINISHED', 1, 2, 'active', "
            "'mlruns/0/r1/artifacts', 0)"
        )
        columns = "(key, value, timestamp, run_uuid, step, is_nan)"
        connection.executemany(f"INSERT INTO metrics {columns} VALUES (?, ?, ?, ?, ?, ?)", rows)  # noqa: S608
        connection.execute(
            "INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid) "
            "SELECT key, value, timestamp, MAX(step), is_nan, run_uuid FROM metrics GROUP BY key"
        )


def _finish() -> Attempt:
    return Attempt("ok", 0, "done\n", "", Path("work"))


def _hear(added: int) -> Testimony:
    """What the witness saw: each value once, where the script reads it."""
    seen = (
        Sighting(
            order=step * KEYS + key,
            source="library",
            function="torch.Tensor.item",
            label=f"loss_{key}",
            file="train.py",
            line=4 + key + added,
            values=(_value(key, step),),
        )
        for step in range(STEPS)
        for key in range(KEYS)
    )
    return Testimony(tuple(seen), present=True, complete=True)


def _exhibit(observed: Observation) -> Exhibit:
    head = "import torch\nmodel = torch.nn.Linear(4, 2)\n"
    loop = f"for step in range({STEPS}):\n" + "".join(
        f"    loss_{key} = measure(model, {key}).item()\n" for key in range(KEYS)
    )
    logged = "".join(
        f'    mlflow.log_metric("loss_{key}", loss_{key}, step=step)\n' for key in range(KEYS)
    )
    start, end = 'mlflow.start_run(run_name="train")\n', "mlflow.end_run()\n"
    baseline = Observation(_finish(), _hear(0), Store(schema=""), {})
    return Exhibit(
        stage=Stage(task="inline", functionality="experiment_tracking", target="mlflow"),
        entry="train.py",
        before={"train.py": f'{head}{loop}print("done")\n'},
        after={"train.py": f'import mlflow\n{head}{start}{loop}{logged}{end}print("done")\n'},
        baselines=(baseline, baseline),
        observed=observed,
        proof="cold",
    )


async def measure() -> None:
    """Print both tables as Markdown."""
    environment = await build_environment(FULL_STACK, cache_folder())
    runner = choose_runner("auto", trusted=True).runner
    _show("script", "plain, CPU s", "watched, CPU s", "ratio", f"of {PAIRS} pairs")
    for row in await time_witness(environment, runner):
        print(row, flush=True)  # noqa: T201
    _show(f"{KEYS * STEPS:,} points", "CPU s", "ratio")
    for row in await time_points(environment, runner):
        print(row)  # noqa: T201
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nPeak memory of judging: {peak:,.0f} MiB.")  # noqa: T201


def _show(*heads: str) -> None:
    print(f"\n| {' | '.join(heads)} |\n{'|---' * len(heads)}|", flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(measure())
