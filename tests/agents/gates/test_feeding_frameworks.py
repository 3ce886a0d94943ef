"""Trials in the styles of several frameworks: what they are fed is found through each."""

import pytest

from agents.gates.judgement import judge_text
from tests.agents.gates.test_feeding import FLAT, STAGE, assert_accepted, find_in
from tests.agents.gates.tuned_programs import (
    BOOSTED,
    BOOSTED_TUNED,
    FOLDED,
    FOLDED_TUNED,
    LIGHTNING,
    LIGHTNING_TUNED,
)
from tests.agents.gates.tuned_projects import (
    EXPERIMENT,
    EXPERIMENT_TUNED,
    FILES,
    FILES_TUNED,
    RECORD,
)

INNER = (
    "import optuna\n"
    + FLAT
    + """\

X_fit, X_tune, y_fit, y_tune = train_test_split(X_train, y_train, test_size=0.25, random_state=0)


def objective(trial):
    C = trial.suggest_float("C", 0.1, 10.0, log=True)
    candidate = SVC(C=C, kernel="rbf")
    candidate.fit(X_fit, y_fit)
    return accuracy_score(y_tune, candidate.predict(X_tune))


study = optuna.create_study(direction="maximize")
study.optimize(objective, n_trials=10)
best = SVC(**study.best_params)
best.fit(X_train, y_train)
print(f"tuned accuracy {accuracy_score(y_val, best.predict(X_val)):.4f}")
"""
)
SPLIT_LINE = next(line for line in INNER.splitlines(keepends=True) if line.startswith("X_fit"))
CROSSED = (
    INNER.replace(SPLIT_LINE, "")
    .replace("    candidate.fit(X_fit, y_fit)\n", "")
    .replace(
        "accuracy_score(y_tune, candidate.predict(X_tune))",
        "cross_val_score(candidate, X_train, y_train, cv=5).mean()",
    )
    .replace("import train_test_split", "import cross_val_score, train_test_split")
)
HEAD = 'if __name__ == "__main__":\n'


def _tune_record(objective: str, *, replacing: bool = False) -> str:
    text = RECORD.replace("import numpy", "import optuna\nimport numpy")
    if replacing:
        text = text.replace("import dataclass\n", "import dataclass, replace\n")
    study = """\
    study = optuna.create_study(direction="maximize")
    study.enqueue_trial({"alpha": 1.0})
    study.optimize(objective, n_trials=10)
"""
    return text.split(HEAD, maxsplit=1)[0] + objective + "\n" + HEAD + study


def _tune_files(**changed: str) -> dict[str, str]:
    train = (
        FILES["train.py"]
        .split(HEAD, maxsplit=1)[0]
        .replace("import torch", "import optuna\nimport torch", 1)
    )
    return {**FILES, "train.py": train + FILES_TUNED, **changed}


ALPHA = 'trial.suggest_float("alpha", 0.01, 100.0, log=True)'
HONEST = {
    "boosted": (BOOSTED, BOOSTED_TUNED),
    "boosted_with_callbacks": (
        BOOSTED,
        BOOSTED_TUNED.replace(
            "num_boost_round=100)",
            'num_boost_round=100, evals=[(dvalid, "valid")], callbacks=[optuna.integration.'
            'XGBoostPruningCallback(trial, "valid-rmse")])',
        ),
    ),
    "folds": (FOLDED, FOLDED_TUNED),
    "folds_counted": (
        FOLDED,
        FOLDED_TUNED.replace(
            "for train_idx, val_idx in cv.split(X, y)",
            "for fold, (train_idx, val_idx) in enumerate(cv.split(X, y))",
        ),
    ),
    "lightning": (LIGHTNING, LIGHTNING_TUNED),
    "class": (EXPERIMENT, EXPERIMENT_TUNED),
    "record_made": (
        RECORD,
        _tune_record(f"def objective(trial):\n    return run(Config(alpha={ALPHA}))\n"),
    ),
    "record_replaced": (
        RECORD,
        _tune_record(
            f"def objective(trial):\n    return run(replace(Config(), alpha={ALPHA}))\n",
            replacing=True,
        ),
    ),
    "record_written": (
        RECORD,
        _tune_record(
            f"def objective(trial):\n    cfg = Config()\n    cfg.alpha = {ALPHA}\n"
            "    return run(cfg)\n"
        ),
    ),
    "inner_split": (FLAT, INNER),
    "cross_validated": (FLAT, CROSSED),
}


@pytest.mark.parametrize("style", HONEST)
def test_each_framework_is_followed(style: str) -> None:
    before, after = HONEST[style]
    assert before != after
    assert not find_in(before, after)
    assert_accepted(before, after)


def test_several_files_are_one_program() -> None:
    assert not find_in(FILES, _tune_files())
    leaking = FILES["data.py"].replace("TensorDataset(x[:200], y[:200])", "TensorDataset(x, y)")
    assert "is given other data" in find_in(FILES, _tune_files(**{"data.py": leaking}))


def test_a_script_that_only_lies_beside_is_no_original() -> None:
    before, after = HONEST["folds"]
    leak = after.replace("model.fit(X[train_idx], y[train_idx])", "model.fit(X, y)")
    beside = {"other.py": leak}
    programs = ({"train.py": before, **beside}, {"train.py": leak, **beside})
    _, diff = judge_text(STAGE, "train.py", *programs)
    assert "is given other data in a trial" in diff.reason


@pytest.mark.parametrize(
    ("style", "old", "new"),
    [
        ("boosted", "xgb.train(params, dtrain,", "xgb.train(params, dvalid,"),
        ("boosted", "label=y_train)", "label=y_train[:5])"),
        ("boosted_with_callbacks", "xgb.train(params, dtrain,", "xgb.train(params, dvalid,"),
        ("folds", "model.fit(X[train_idx], y[train_idx])", "model.fit(X, y)"),
        ("folds", "random_state=0)\n", "random_state=0)\nX, y = X[:50], y[:50]\n"),
        ("lightning", "trainer.fit(model, train_loader,", "trainer.fit(model, val_loader,"),
        (
            "class",
            "    experiment.train()\n",
            "    experiment.X_train = X\n    experiment.train()\n",
        ),
        ("record_made", "X[:200], y[:200],", "X, y,"),
        ("record_made", "default_rng(cfg.seed)", "default_rng(trial.number)"),
        (
            "inner_split",
            "candidate.fit(X_fit, y_fit)",
            "candidate.fit(X_train, y_train)\n    candidate.fit(X, y)",
        ),
        ("inner_split", "(y_tune, candidate.predict(X_tune))", "(y_fit, candidate.predict(X_fit))"),
        ("inner_split", "train_test_split(X_train, y_train, test", "train_test_split(X, y, test"),
        ("cross_validated", "candidate, X_train, y_train", "candidate, X_val, y_val"),
        ("cross_validated", "X_train, y_train, cv=5)", "X_train, y_train, scoring=made_up)"),
        ("cross_validated", "    candidate = SVC(", "    candidate = np.Oracle("),
    ],
)
def test_in_each_framework_other_rows_are_told(style: str, old: str, new: str) -> None:
    before, after = HONEST[style]
    assert old in after
    assert "is given other data in a trial" in find_in(before, after.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("random_state=3)", "random_state=trial.number)"),
        ("random_state=3)", 'random_state=trial.suggest_int("seed", 0, 9))'),
        ("test_size=0.4", 'test_size=trial.suggest_float("share", 0.1, 0.5)'),
        ("X = X[:150]", 'X = X[: trial.suggest_int("rows", 50, 150)]'),
    ],
)
def test_rows_are_no_parameter(old: str, new: str) -> None:
    """A lucky split is no better model."""
    body = "".join(f"    {line}\n" for line in FLAT.splitlines() if "import" not in line)
    head = "".join(f"{line}\n" for line in FLAT.splitlines() if "import" in line)
    tuned = body.replace("C=1.0", 'C=trial.suggest_float("C", 0.1, 10.0)')
    after = f"import optuna\n{head}def objective(trial):\n{tuned}    return accuracy\n"
    assert not find_in(FLAT, after)
    assert "is given other data in a trial" in find_in(FLAT, after.replace(old, new))
