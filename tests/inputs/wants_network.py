"""Fetches its table from elsewhere before it does anything."""
import urllib.request

import numpy as np
from sklearn.metrics import accuracy_score

with urllib.request.urlopen("http://data.example.org/votes.csv", timeout=5) as answer:
    votes = np.loadtxt(answer.read().decode().splitlines(), delimiter=",")

accuracy = accuracy_score(votes[:, 0], votes[:, 1])
print("accuracy", accuracy)
