#!/usr/bin/env python3
"""Logistic regression on the breast cancer data.

    python train.py --C 0.5 --max-iter 2000
"""
import argparse
import json

from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--C", type=float, default=1.0, help="inverse of the regularisation")
    parser.add_argument("--max-iter", type=int, default=500)
    parser.add_argument("--test-size", type=float, default=0.3)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--out", default="metrics.json", help="where the scores are written")
    return parser.parse_args()


def main(args):
    X, y = load_breast_cancer(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=args.test_size, random_state=args.seed, stratify=y)

    scaler = StandardScaler().fit(X_train)
    clf = LogisticRegression(C=args.C, max_iter=args.max_iter, random_state=args.seed)
    clf.fit(scaler.transform(X_train), y_train)

    proba = clf.predict_proba(scaler.transform(X_test))[:, 1]
    acc = accuracy_score(y_test, proba > 0.5)
    auc = roc_auc_score(y_test, proba)
    loss = log_loss(y_test, proba)

    print("accuracy  %.4f" % acc)
    print("ROC AUC   %.4f" % auc)
    print("log loss  %.4f" % loss)
    with open(args.out, "w") as f:
        json.dump({"accuracy": acc, "roc_auc": auc, "log_loss": loss}, f, indent=2)


if __name__ == "__main__":
    main(parse_args())
