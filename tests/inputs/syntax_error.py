"""A colon is missing, as it happens in the middle of an edit."""
from sklearn.metrics import accuracy_score

truth, guess = [0, 1, 1], [0, 1, 0]
if len(truth) == len(guess)
    print("accuracy", accuracy_score(truth, guess))
