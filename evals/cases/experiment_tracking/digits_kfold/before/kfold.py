import csv

import numpy as np
from sklearn.datasets import load_digits
from sklearn.metrics import accuracy_score
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import GaussianNB

N_SPLITS = 5
SMOOTHING = 1e-3

X, y = load_digits(return_X_y=True)
kf = StratifiedKFold(n_splits=N_SPLITS, shuffle=True, random_state=2024)

rows = []
fold_scores = []
for fold, (train_idx, val_idx) in enumerate(kf.split(X, y)):
    nb = GaussianNB(var_smoothing=SMOOTHING)
    nb.fit(X[train_idx], y[train_idx])
    val_acc = accuracy_score(y[val_idx], nb.predict(X[val_idx]))
    print(f"fold {fold}: accuracy = {val_acc:.4f}")
    fold_scores.append(val_acc)
    rows.append([fold, len(val_idx), val_acc])

mean_acc = np.mean(fold_scores)
std_acc = np.std(fold_scores)
print(f"mean accuracy = {mean_acc:.4f} +- {std_acc:.4f}")

with open("folds.csv", "w", newline="") as handle:
    writer = csv.writer(handle)
    writer.writerow(["fold", "rows", "accuracy"])
    writer.writerows(rows)
