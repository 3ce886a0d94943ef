"""Needs a file that is not there, so it never came as far as a score."""
import csv

from sklearn.metrics import accuracy_score

with open("measurements_2019.csv") as table:
    rows = list(csv.DictReader(table))

truth = [int(row["truth"]) for row in rows]
guess = [int(row["guess"]) for row in rows]
print("accuracy", accuracy_score(truth, guess))
