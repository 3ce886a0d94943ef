"""Tune a forest of extremely random trees that tells wines apart; the search is Optuna's."""

import argparse

import optuna
from sklearn.datasets import load_wine
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split

DEPTHS = [None, 4, 8]


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

    def evaluate(trial):
        params = {
            # Beyond this the forest only becomes slower.
            "n_estimators": trial.suggest_int("n_estimators", 10, 60, step=10),
            "max_depth": trial.suggest_categorical("max_depth", DEPTHS),
            "max_features": trial.suggest_float("max_features", 0.1, 1.0),
            "min_samples_leaf": trial.suggest_int("min_samples_leaf", 1, 11),
        }
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

    sampler = optuna.samplers.RandomSampler(seed=args.seed)
    study = optuna.create_study(direction="minimize", sampler=sampler)
    study.optimize(evaluate, n_trials=args.evals)
    best = study.best_params
    print("trees:", best["n_estimators"])
    print("depth:", best["max_depth"])
    print("share of features:", round(best["max_features"], 3))


if __name__ == "__main__":
    main()
