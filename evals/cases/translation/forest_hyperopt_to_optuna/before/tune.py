"""Tune a forest of extremely random trees that tells wines apart; the search is Hyperopt's."""

import argparse

import numpy as np
from hyperopt import fmin, hp, rand
from hyperopt.pyll import scope
from sklearn.datasets import load_wine
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split

DEPTHS = [None, 4, 8]
SPACE = {
    # Beyond this the forest only becomes slower.
    "n_estimators": scope.int(hp.quniform("n_estimators", 10, 60, 10)),
    "max_depth": hp.choice("max_depth", DEPTHS),
    "max_features": hp.uniform("max_features", 0.1, 1.0),
    "min_samples_leaf": hp.randint("min_samples_leaf", 1, 12),
}


def load(seed):
    X, y = load_wine(return_X_y=True)
    return train_test_split(X, y, test_size=0.5, random_state=seed, stratify=y)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--evals", type=int, default=10)
    parser.add_argument("--seed", type=int, default=4)
    args = parser.parse_args()

    X_train, X_val, y_train, y_val = load(args.seed)
    print(f"{X_train.shape[0]} wines, {X_train.shape[1]} features")

    def evaluate(params):
        forest = ExtraTreesClassifier(
            n_estimators=params["n_estimators"],
            max_depth=params["max_depth"],
            max_features=params["max_features"],
            min_samples_leaf=params["min_samples_leaf"],
            random_state=args.seed,
        )
        forest.fit(X_train, y_train)
        f1 = f1_score(y_val, forest.predict(X_val), average="macro")
        print(f"macro F1 {f1:.4f} with {params['n_estimators']} trees")
        return 1 - f1

    best = fmin(
        evaluate,
        SPACE,
        algo=rand.suggest,
        max_evals=args.evals,
        rstate=np.random.default_rng(args.seed),
        show_progressbar=False,
    )
    print("trees:", int(best["n_estimators"]))
    print("depth:", DEPTHS[best["max_depth"]])
    print("share of features:", round(best["max_features"], 3))


if __name__ == "__main__":
    main()
