"""Write a table of measured plants to disk and see how well a small model tells them apart."""

import csv
from pathlib import Path

from dvc.repo import Repo
from git import Repo as GitRepo
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

TABLE = Path("measurements.csv")


def write_table(path):
    plants = load_iris()
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*plants.feature_names, "kind"])
        for row, kind in zip(plants.data, plants.target):
            writer.writerow([*row, plants.target_names[kind]])


def read_table(path):
    with path.open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    return [[float(cell) for cell in row[:-1]] for row in rows], [row[-1] for row in rows]


# Written once more in every run: the source may have been corrected.
write_table(TABLE)
with Repo() as store:
    store.add(str(TABLE))
history = GitRepo()
history.index.add([f"{TABLE}.dvc", ".gitignore"])
history.index.commit(f"Keep {TABLE}")
X, y = read_table(TABLE)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=3, stratify=y)
model = LogisticRegression(max_iter=200)
model.fit(X_train, y_train)
print(f"{len(X)} rows in {TABLE}")
print(f"accuracy {model.score(X_test, y_test):.4f}")
