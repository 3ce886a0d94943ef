"""Builds exhibits as real runs leave them, so that a test says only what is different."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from agents.gates.exhibit import Exhibit, Observation
from agents.gates.judgement import judge
from agents.records import Gate, Proof, Stage
from sandbox.oracles.store import Point, Store, TrackedRun
from sandbox.trial import Attempt
from sandbox.witness.testimony import Sent, Sighting, Testimony

STAGE = Stage(task="inline", functionality="experiment_tracking", target="mlflow")
ENTRY = "train.py"

BEFORE = """\
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

# Small enough for a coffee break.
X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
model = LogisticRegression(max_iter=500)
model.fit(X_train, y_train)
accuracy = accuracy_score(y_test, model.predict(X_test))
print(f"Test accuracy: {accuracy:.4f}")
"""
AFTER = """\
import mlflow
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

# Small enough for a coffee break.
X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
mlflow.start_run(run_name="train")
mlflow.log_params({"max_iter": 500})
model = LogisticRegression(max_iter=500)
model.fit(X_train, y_train)
accuracy = accuracy_score(y_test, model.predict(X_test))
mlflow.log_metric("test_accuracy", accuracy)
print(f"Test accuracy: {accuracy:.4f}")
mlflow.end_run()
"""
ACCURACY = 0.9533333333333334
STDOUT = "Test accuracy: 0.9533\n"

LOOP_BEFORE = """\
import torch

EPOCHS = 5

model = torch.nn.Linear(4, 2)
for epoch in range(EPOCHS):
    for batch in range(3):
        loss = step(model, batch)
        train_loss = loss.item()
    test_acc = evaluate(model)
    print(f"epoch {epoch} loss {train_loss:.4f} acc {test_acc:.4f}")
"""
LOOP_AFTER = """\
import mlflow
import torch

EPOCHS = 5

model = torch.nn.Linear(4, 2)
mlflow.start_run(run_name="train")
for epoch in range(EPOCHS):
    for batch in range(3):
        loss = step(model, batch)
        train_loss = loss.item()
    test_acc = evaluate(model)
    mlflow.log_metric("test_acc", test_acc, step=epoch)
    print(f"epoch {epoch} loss {train_loss:.4f} acc {test_acc:.4f}")
mlflow.end_run()
"""
LOOP_ACC = (0.51234, 0.62345, 0.73456, 0.84567, 0.85678)
LOOP_LOSS = (2.1, 1.9, 1.8, 1.7, 1.6, 1.5, 1.4, 1.3, 1.2, 1.1, 1.05, 0.95, 0.9, 0.85, 0.8)


def nudge_value(value: float) -> float:
    """What the witness hands back in a nudged attempt."""
    return value * (1 + 2**-7) + 2**-14


def see(
    *values: float, function: str = "sklearn.metrics.accuracy_score", line: int = 11, **more: object
) -> Sighting:
    """One value handed back by a library."""
    plain = Sighting(
        order=0, source="library", function=function, label="", file=ENTRY, line=line, values=values
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def see_expression(
    *values: float, text: str, label: str = "", line: int = 11, **more: object
) -> Sighting:
    """One expression of the script itself."""
    return see(*values, function=text, label=label, line=line, source="expression", **more)


def hear(*sightings: Sighting, sent: Sequence[Sent] = (), **more: object) -> Testimony:
    """A complete testimony of these sightings."""
    numbered = tuple(replace(seen, order=order) for order, seen in enumerate(sightings))
    plain = Testimony(numbered, tuple(sent), present=True, complete=True)
    return replace(plain, **more)  # type: ignore[arg-type]


def track(
    metrics: Mapping[str, Sequence[float]] | None = None,
    params: Mapping[str, str] | None = None,
    **more: object,
) -> TrackedRun:
    """One finished run; values are logged at steps 0, 1, 2."""
    histories = {
        key: tuple(Point(value, step, step) for step, value in enumerate(values))
        for key, values in (metrics or {}).items()
    }
    plain = TrackedRun(
        id="r1",
        name="train",
        experiment="Default",
        status="FINISHED",
        parent="",
        params=params or {},
        metrics=histories,
        tags={},
        artifacts=(),
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def chart(histories: Mapping[str, tuple[Point, ...]]) -> TrackedRun:
    """One finished run with exactly these points."""
    return replace(track(), metrics=histories)


def keep(*runs: TrackedRun) -> Store:
    """A store that holds these runs."""
    return Store(schema="mlflow sqlite abc", runs=runs)


def send(store: Store) -> tuple[Sent, ...]:
    """The client calls that make up a store."""
    return tuple(
        Sent(0, "log_metric", run.id, key, point.value, point.step, 0.001)
        for run in store.runs
        for key, points in run.metrics.items()
        for point in points
    )


def finish(stdout: str = STDOUT, **more: object) -> Attempt:
    """An attempt that ended well."""
    return replace(Attempt("ok", 0, stdout, "", Path("work")), **more)  # type: ignore[arg-type]


def observe(
    testimony: Testimony,
    store: Store | None = None,
    stdout: str = STDOUT,
    products: Mapping[str, str] | None = None,
    **more: object,
) -> Observation:
    """An attempt with what it left; client calls are made up to fit the store."""
    store = store or Store(schema="")
    if store.runs and not testimony.sent:
        testimony = replace(testimony, sent=send(store))
    return Observation(finish(stdout, **more), testimony, store, products or {})


def digits(
    metrics: Mapping[str, Sequence[float]] | None = None,
    *,
    after: str = AFTER,
    seen: Sequence[Sighting] | None = None,
    proof: Proof = "cold",
) -> Exhibit:
    """A script with one accuracy, and an adaptation that logs it; what is given differs."""
    original = (see(ACCURACY), see_expression(ACCURACY, text="accuracy", label="accuracy", line=12))
    baseline = observe(hear(*original))
    metrics = {"test_accuracy": [ACCURACY]} if metrics is None else metrics
    store = keep(track(metrics, {"max_iter": "500"}))
    mine = (
        see(ACCURACY, line=14),
        see_expression(ACCURACY, text="accuracy", label="accuracy", line=16),
    )
    observed = observe(hear(*(mine if seen is None else seen)), store)
    return Exhibit(
        stage=STAGE,
        entry=ENTRY,
        before={ENTRY: BEFORE},
        after={ENTRY: after},
        baselines=(baseline, baseline),
        observed=observed,
        proof=proof,
    )


def nudged(logged: Mapping[str, Sequence[float]], cold: Exhibit | None = None) -> Exhibit:
    """The nudged attempt of the digits script, in which `logged` was found in the store."""
    cold = cold or digits({key: [ACCURACY] for key in logged})
    moved = nudge_value(ACCURACY)
    testimony = hear(
        see(moved, line=14, nudged=True),
        see_expression(moved, text="accuracy", label="accuracy", line=16),
    )
    observed = observe(testimony, keep(track(logged, {"max_iter": "500"})), "Test accuracy: 0.96\n")
    return replace(cold, observed=observed, cold=cold.observed, proof="nudged")


def loop(
    metrics: Mapping[str, Sequence[float]] | None = None, *, after: str = LOOP_AFTER
) -> Exhibit:
    """Five epochs of three batches each, with the accuracy printed for every epoch."""

    def testimony(offset: int) -> Testimony:
        seen = []
        for epoch, accuracy in enumerate(LOOP_ACC):
            for value in LOOP_LOSS[3 * epoch : 3 * epoch + 3]:
                seen.append(see(value, function="torch.Tensor.item", line=9 + offset))
            seen.append(
                see_expression(accuracy, text="evaluate(model)", label="test_acc", line=10 + offset)
            )
            line = 14 if offset else 11
            seen.append(see_expression(accuracy, text="test_acc", label="test_acc", line=line))
            seen.append(
                see_expression(epoch, text="epoch", label="epoch", line=line, integral=True)
            )
        return hear(*seen)

    stdout = "".join(
        f"epoch {epoch} loss {LOOP_LOSS[3 * epoch + 2]:.4f} acc {accuracy:.4f}\n"
        for epoch, accuracy in enumerate(LOOP_ACC)
    )
    baseline = observe(testimony(0), stdout=stdout)
    metrics = {"test_acc": LOOP_ACC} if metrics is None else metrics
    return Exhibit(
        stage=STAGE,
        entry=ENTRY,
        before={ENTRY: LOOP_BEFORE},
        after={ENTRY: after},
        baselines=(baseline, baseline),
        observed=observe(testimony(2), keep(track(metrics)), stdout),
        proof="cold",
    )


def restore(exhibit: Exhibit, store: Store) -> Exhibit:
    """The same exhibit with another store, sent as it is stored."""
    seen = replace(exhibit.observed.testimony, sent=send(store))
    return replace(exhibit, observed=replace(exhibit.observed, store=store, testimony=seen))


def rewrite(exhibit: Exhibit, after: str) -> Exhibit:
    """The same exhibit with another adapted text."""
    return replace(exhibit, after={**exhibit.after, ENTRY: after})


def light(gates: Sequence[Gate], name: str) -> Gate:
    """One gate by its name."""
    return next(gate for gate in gates if gate.name == name)


def failing(gates: Sequence[Gate]) -> tuple[str, ...]:
    """Names of the gates that are not green."""
    return tuple(gate.name for gate in gates if not gate.passed)


def stopped_by(exhibit: Exhibit, name: str) -> str:
    """The reason of a gate that must be red."""
    gate = light(judge(exhibit), name)
    assert gate.light == "fail", (gate, failing(judge(exhibit)))
    assert 0 < len(gate.reason) <= 2000
    return gate.reason
