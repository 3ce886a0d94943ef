"""Scores once, then waits for data that never comes."""
import time

from sklearn.metrics import accuracy_score

accuracy = accuracy_score([0, 1, 1, 0], [0, 1, 0, 0])
print("accuracy", accuracy, flush=True)

while True:
    time.sleep(0.2)
