"""Which lines of a search that moves may be written anew, as the diff gate sees them."""

import pytest

from agents.gates.diff import judge_diff
from agents.records import Gate, Stage

MOVED = Stage(
    task="translate",
    functionality="hyperparameter_optimization",
    source="hyperopt",
    target="optuna",
)
BEFORE = '''\
"""Tune a machine with hyperopt."""
import numpy as np
import pandas as pd
from hyperopt import STATUS_OK, Trials, fmin, hp, space_eval, tpe
from sklearn.metrics import accuracy_score, f1_score
from sklearn.svm import SVC

X_train, X_val, y_train, y_val = load()

# What is searched.
space = {
    "C": hp.loguniform("C", np.log(0.01), np.log(100)),  # inverse of the penalty
    "kernel": hp.choice("kernel", ["rbf", "poly"]),
}
rng = np.random.default_rng(0)
limit = 10


def objective(params):
    # Scaled before.
    model = SVC(C=params["C"], kernel=params["kernel"], cache_size=300)
    model.fit(X_train, y_train)
    accuracy = accuracy_score(y_val, model.predict(X_val))
    return {"loss": 1 - accuracy, "status": STATUS_OK, "eval": np.pi}


trials = Trials()
best = fmin(objective, space, algo=tpe.suggest, max_evals=limit, trials=trials, rstate=rng)
print(pd.DataFrame(trials.results).shape)
print("best", space_eval(space, best), 1 - trials.best_trial["result"]["loss"])
final = SVC(cache_size=300, **space_eval(space, best))
final.fit(X_train, y_train)
print("f1", f1_score(y_val, final.predict(X_val)))
'''
AFTER = '''\
"""Tune a machine with optuna."""
import optuna
from sklearn.metrics import accuracy_score, f1_score
from sklearn.svm import SVC

X_train, X_val, y_train, y_val = load()

limit = 10


def objective(trial):
    params = {
        "C": trial.suggest_float("C", 0.01, 100, log=True),
        "kernel": trial.suggest_categorical("kernel", ["rbf", "poly"]),
    }
    # Scaled before.
    model = SVC(C=params["C"], kernel=params["kernel"], cache_size=300)
    model.fit(X_train, y_train)
    accuracy = accuracy_score(y_val, model.predict(X_val))
    return accuracy


study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
study.optimize(objective, n_trials=limit)
print(study.trials_dataframe().shape)
print("best", study.best_params, study.best_value)
final = SVC(cache_size=300, **study.best_params)
final.fit(X_train, y_train)
print("f1", f1_score(y_val, final.predict(X_val)))
'''


def judge(after: str, before: str = BEFORE, stage: Stage = MOVED) -> Gate:
    return judge_diff(stage, "train.py", {"train.py": before}, {"train.py": after})


def test_an_honest_move_passes() -> None:
    gate = judge(AFTER)
    assert (gate.light, gate.reason) == ("pass", "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # Suggested where it is used.
        ('C=params["C"]', 'C=trial.suggest_float("C", 0.01, 100, log=True)'),
        ("    return accuracy\n", "    return 1 - accuracy\n"),
        ("    return accuracy\n", "    loss = 1 - accuracy\n    return loss\n"),
        ("SVC(cache_size=300, **study.best_params)", "SVC(**study.best_params, cache_size=300)"),
        ("final.fit(X_train, y_train)\n", "final.fit(X_train, y_train)\n"),
        ("study.best_params, study.best_value", "study.best_trial.params, study.best_trial.value"),
        ("    params = {\n", "    params = {}\n    params |= {\n"),
        ("n_trials=limit", "n_trials=10"),
        ("study.optimize(objective", "study.optimize(lambda trial: objective(trial)"),
    ],
)
def test_other_honest_ways_pass(old: str, new: str) -> None:
    assert AFTER.count(old) == 1
    gate = judge(AFTER.replace(old, new))
    assert (gate.light, gate.reason) == ("pass", "")


def test_the_objective_may_stay_as_it_is_behind_a_new_one() -> None:
    after = AFTER.replace(
        "def objective(trial):\n    params = {", "def suggest(trial):\n    return {"
    )
    after = after.replace(
        "    # Scaled before.", "\n\ndef objective(params):\n    # Scaled before."
    )
    after = after.replace(
        "optimize(objective,", "optimize(lambda trial: objective(suggest(trial)),"
    )
    assert judge(after).reason == ""


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        # Within the objective.
        ("cache_size=300)\n    model", "cache_size=500)\n    model", "300"),
        ("    model.fit(X_train, y_train)\n", "    model.fit(X_val, y_val)\n", "X_train"),
        ("accuracy_score(y_val, model", "f1_score(y_val, model", "accuracy_score"),
        ("    return accuracy\n", "    return 0.9\n", "accuracy"),
        ("    # Scaled before.\n", "", "`# Scaled before.` was lost"),
        # After the search.
        ("final = SVC(cache_size=300, ", "final = SVC(cache_size=900, ", "300"),
        ('print("f1", f1_score(y_val, final.predict(X_val)))\n', 'print("f1", 0.9)\n', "f1_score"),
        ("final.fit(X_train, y_train)\n", "", "final"),
        ("final.fit(X_train, y_train)\n", "final.fit(X_val, y_val)\n", "X_train"),
        (
            "final.fit(X_train, y_train)\n",
            "final.fit(X_train, y_train)\nfinal.fit(X_val, y_val)\n",
            "calls fit()",
        ),
        # Before it.
        ("= load()\n", "= load()\nX_train = X_train[:9]\n", "X_train"),
    ],
)
def test_what_is_not_the_search_s_must_stay(old: str, new: str, why: str) -> None:
    assert AFTER.count(old) == 1
    gate = judge(AFTER.replace(old, new))
    assert gate.light == "fail"
    assert why in gate.reason


def test_what_only_the_search_used_may_go() -> None:
    assert judge(AFTER.replace("limit = 10\n", "").replace("=limit", "=10")).reason == ""


def test_a_name_that_something_else_reads_must_stay() -> None:
    before = BEFORE + "print(rng.random())\n"
    after = AFTER.replace("import optuna\n", "import numpy as np\nimport optuna\n")
    gate = judge(after + "print(rng.random())\n", before)
    assert gate.light == "fail"
    assert "`rng = np.random.default_rng(0)`, is gone" in gate.reason


def test_comments_of_the_space_may_go_with_it_and_no_others() -> None:
    before = BEFORE.replace("limit = 10", "limit = 10  # enough")
    gate = judge(AFTER.replace("limit = 10\n", "").replace("=limit", "=10"), before)
    assert gate.reason == ""
    gate = judge(AFTER, before)
    assert "`# enough` was lost" in gate.reason


def test_a_dictionary_of_results_may_have_a_name() -> None:
    before = BEFORE.replace("    return {", "    result = {").replace(
        '"eval": np.pi}\n', '"eval": np.pi}\n    return result\n'
    )
    assert judge(AFTER, before).reason == ""


SPACE_BEFORE = """\
from hyperopt import hp
def make_space(wide=False):
    top = 2 if wide else 1
    return {"x": hp.uniform("x", 0, top)}
"""
SPACE_AFTER = """\
def suggest(trial, wide=False):
    top = 2 if wide else 1
    return {"x": trial.suggest_float("x", 0, top)}
"""


def test_a_space_may_come_from_a_function_in_a_file_that_imports_neither() -> None:
    assert judge(SPACE_AFTER, SPACE_BEFORE).reason == ""


def test_what_such_a_function_is_given_besides_must_stay() -> None:
    after = SPACE_AFTER.replace(", wide=False", "").replace("2 if wide else 1", "1")
    assert judge(after, SPACE_BEFORE).light == "fail"


def test_a_constant_that_is_a_field_is_nobody_s_to_take() -> None:
    before = BEFORE + "self.rate = 3\n"
    assert judge(AFTER + "self.rate = 4\n", before).light == "fail"


def test_nothing_else_is_let_through_for_any_other_request() -> None:
    stage = Stage(task="inline", functionality="experiment_tracking", target="mlflow")
    assert judge(AFTER, stage=stage).light == "fail"
