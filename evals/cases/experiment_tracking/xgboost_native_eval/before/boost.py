#!/usr/bin/env python
"""Gradient boosting on the breast cancer data with XGBoost's own interface."""
import argparse

import numpy as np
import xgboost as xgb
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40, help="boosting rounds at the most")
    parser.add_argument("--eta", type=float, default=0.2)
    parser.add_argument("--max-depth", type=int, default=3)
    parser.add_argument("--patience", type=int, default=5)
    return parser.parse_args()


def load_splits():
    data = load_breast_cancer()
    x, x_test, y, y_test = train_test_split(data.data, data.target, test_size=0.2, random_state=5)
    x_train, x_val, y_train, y_val = train_test_split(x, y, test_size=0.25, random_state=5)
    return (
        xgb.DMatrix(x_train, label=y_train),
        xgb.DMatrix(x_val, label=y_val),
        xgb.DMatrix(x_test, label=y_test),
    )


def main():
    args = parse_args()
    dtrain, dval, dtest = load_splits()
    params = {
        "objective": "binary:logistic",
        "eval_metric": ["logloss", "auc"],
        "eta": args.eta,
        "max_depth": args.max_depth,
        "seed": 5,
    }
    history = {}
    booster = xgb.train(
        params,
        dtrain,
        num_boost_round=args.rounds,
        evals=[(dtrain, "train"), (dval, "validation")],
        evals_result=history,
        early_stopping_rounds=args.patience,
        verbose_eval=10,
    )
    print("stopped after", len(history["validation"]["auc"]), "rounds, best", booster.best_iteration)

    predicted = np.rint(booster.predict(dtest))
    accuracy = accuracy_score(dtest.get_label(), predicted)
    print(f"test accuracy {accuracy:.4f}")


if __name__ == "__main__":
    main()
