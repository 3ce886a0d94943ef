# quick experiment: how well does a small tree do on noisy data?
import numpy as np
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

rng = np.random.default_rng()  # different every time, on purpose

X = rng.normal(size=(300, 5))
y = (X[:, 0] + X[:, 1] + rng.normal(scale=1.5, size=300) > 0).astype(int)

X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=100, random_state=int(rng.integers(1000000)))
tree = DecisionTreeClassifier(max_depth=3).fit(X_train, y_train)

print("train accuracy:", accuracy_score(y_train, tree.predict(X_train)))
print("test accuracy:", accuracy_score(y_test, tree.predict(X_test)))
