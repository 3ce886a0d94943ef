import csv

import mlflow
import numpy as np
from sklearn.datasets import load_digits
from sklearn.metrics import accuracy_score
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import GaussianNB

N_SPLITS = 5
SMOOTHING = 1e-3

X, y = load_digits(return_X_y=True)
kf = StratifiedKFold(n_splits=N_SPLITS, shuffle=True, random_state=2024)

mlflow.start_run(run_name="digits-bayes")
mlflow.log_params({"n_splits": N_SPLITS, "var_smoothing": SMOOTHING})

rows = []
fold_scores = []
for fold, (train_idx, val_idx) in enumerate(kf.split(X, y)):
    nb = GaussianNB(var_smoothing=SMOOTHING)
    nb.fit(X[train_idx], y[train_idx])
    val_acc = accuracy_score(y[val_idx], nb.predict(X[val_idx]))
    print(f"fold {fold}: accuracy = {val_acc:.4f}")
    mlflow.log_metric("val_acc", val_acc, step=fold)
    fold_scores.append(val_acc)
    rows.append([fold, len(val_idx), val_acc])

mean_acc = np.mean(fold_scores)
std_acc = np.std(fold_scores)
print(f"mean accuracy = {mean_acc:.4f} +- {std_acc:.4f}")
mlflow.log_metric("mean_acc", mean_acc)
mlflow.log_metric("std_acc", std_acc)
mlflow.end_run()

with open("folds.csv", "w", newline="") as handle:
    writer = csv.writer(handle)
    writer.writerow(["fold", "rows", "accuracy"])
    writer.writerows(rows)
