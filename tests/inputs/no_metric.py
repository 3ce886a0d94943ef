"""Trains and saves, and never asks how good it is."""
import pickle

from sklearn.datasets import load_iris
from sklearn.naive_bayes import GaussianNB

X, y = load_iris(return_X_y=True)
model = GaussianNB().fit(X, y)
with open("model.pkl", "wb") as out:
    pickle.dump(model, out)
print("saved model.pkl")
