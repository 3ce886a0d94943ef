"""A search of Hyperopt's and the study that took its place, as two runs leave them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from agents.gates.exhibit import Exhibit, Observation
from agents.records import Stage
from sandbox.oracles.store import Range, Store, Study, StudyTrial
from sandbox.trial import Attempt
from sandbox.witness import testimony as testified
from tests.agents.gates.exhibits import ENTRY, hear, see

STAGE = Stage(
    task="translate",
    functionality="hyperparameter_optimization",
    source="hyperopt",
    target="optuna",
)
BEFORE = """\
from hyperopt import fmin, hp, tpe
from sklearn.metrics import accuracy_score
space = {"C": hp.uniform("C", 0.1, 10.0), "kernel": hp.choice("kernel", ["rbf", "poly"])}
def objective(params):
    accuracy = accuracy_score(y, fit(params).predict(X))
    print(f"accuracy {accuracy:.4f}")
    return -accuracy
best = fmin(objective, space, algo=tpe.suggest, max_evals=4)
print("best:", best)
"""
AFTER = """\
import optuna
from sklearn.metrics import accuracy_score
def objective(trial):
    params = {"C": trial.suggest_float("C", 0.1, 10.0)}
    params["kernel"] = trial.suggest_categorical("kernel", ["rbf", "poly"])
    accuracy = accuracy_score(y, fit(params).predict(X))
    print(f"accuracy {accuracy:.4f}")
    return accuracy
study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=4)
best = study.best_params
print("best:", best)
"""
SPACES = {"C": Range("float", 0.1, 10.0), "kernel": Range("choice", choices=("rbf", "poly"))}
OLD = (0.8123, 0.8311, 0.7922, 0.9017)
NEW = (0.7711, 0.8643, 0.9291, 0.8119)
OLD_PRINTED = """\
120 rows
accuracy 0.8123
accuracy 0.8311
accuracy 0.7922
accuracy 0.9017
best: {'C': np.float64(4.75), 'kernel': np.int64(1)}
"""
NEW_PRINTED = """\
120 rows
accuracy 0.7711
accuracy 0.8643
accuracy 0.9291
accuracy 0.8119
best: {'C': 3.25, 'kernel': 'rbf'}
"""


def study(values: Sequence[float], direction: str = "minimize", origin: float = 1.75) -> Study:
    """One trial for each value; trial `n` has what was seen at the orders `n + 1`."""
    trials = tuple(
        StudyTrial(
            number=number,
            state="COMPLETE",
            params={"C": origin + number, "kernel": ("rbf", "poly")[number % 2]},
            values=(value,),
            ranges=SPACES,
            began=number + 1,
            ended=number + 2,
        )
        for number, value in enumerate(values)
    )
    return Study("study", (direction,), trials)


def keep(*studies: Study) -> Store:
    """A store of these studies."""
    return Store(schema="witnessed", studies=studies)


def watch(scores: Sequence[float]) -> testified.Testimony:
    """Something before the search, one score in each trial, one score after it."""
    before = see(0.5, function="numpy.mean", line=2)
    after = see(0.6, function="sklearn.metrics.f1_score", line=11)
    return hear(before, *(see(score, line=5) for score in scores), after)


def observe(
    testimony: testified.Testimony,
    store: Store,
    stdout: str,
    source: Store | None = None,
) -> Observation:
    """One run that ended well."""
    attempt = Attempt(
        status="ok", exit_code=0, stdout=stdout, stderr="", folder=Path(), testimony=Path()
    )
    return Observation(attempt, testimony, store, {"model.pkl": "1"}, source)


def original(stdout: str = OLD_PRINTED) -> Observation:
    """The original's run: a search, and nothing of the target."""
    searched = keep(study([-score for score in OLD]))
    return observe(watch(OLD), Store(schema=""), stdout, searched)


def adapted(stdout: str = NEW_PRINTED) -> Observation:
    """The candidate's run: a study, and nothing of the source."""
    return observe(watch(NEW), keep(study(NEW, "maximize", 1.25)), stdout, Store(schema=""))


def moved(**more: object) -> Exhibit:
    """An honest move, but for what a test says."""
    first = original()
    plain = Exhibit(
        stage=STAGE,
        entry=ENTRY,
        before={ENTRY: BEFORE},
        after={ENTRY: AFTER},
        baselines=(first, first),
        observed=adapted(),
        proof="cold",
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def restudy(new: Study, **more: object) -> Exhibit:
    """The same with another study."""
    return moved(observed=replace(adapted(), store=keep(new)), **more)
