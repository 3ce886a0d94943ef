"""Other data every time: nothing can be compared with anything."""
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score

rng = np.random.default_rng()
X = rng.normal(size=(200, 3))
y = (X.sum(axis=1) + rng.normal(size=200) > 0).astype(int)
model = LogisticRegression().fit(X[:100], y[:100])
accuracy = accuracy_score(y[100:], model.predict(X[100:]))
print("accuracy", accuracy)
