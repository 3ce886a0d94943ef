"""Random search by hand for a boosted model of a large, made-up survey."""

import os

import numpy as np
from sklearn.datasets import make_classification
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold

N_SAMPLES = int(os.environ.get("N_SAMPLES", "20000"))
N_TRIALS = 60
N_SPLITS = 5
SEED = 8


def sample(rng):
    return {
        "learning_rate": float(10 ** rng.uniform(-2, -0.5)),
        "max_depth": int(rng.integers(2, 5)),
        "subsample": float(rng.uniform(0.5, 1.0)),
    }


def evaluate(X, y, params, n_estimators=250):
    scores = []
    for train, test in KFold(n_splits=N_SPLITS, shuffle=True, random_state=SEED).split(X):
        model = GradientBoostingClassifier(n_estimators=n_estimators, random_state=SEED, **params)
        model.fit(X[train], y[train])
        scores.append(roc_auc_score(y[test], model.predict_proba(X[test])[:, 1]))
    return float(np.mean(scores))


def main():
    X, y = make_classification(
        n_samples=N_SAMPLES, n_features=30, n_informative=9, random_state=SEED
    )
    rng = np.random.default_rng(SEED)
    best_auc, best_params = 0.0, {}
    for trial in range(N_TRIALS):
        params = sample(rng)
        auc = evaluate(X, y, params)
        if auc > best_auc:
            best_auc, best_params = auc, params
        print(f"trial {trial}: auc {auc:.4f}")
    print(f"best auc {best_auc:.4f} with {best_params}")


if __name__ == "__main__":
    main()
