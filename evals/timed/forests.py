"""Cross-validate forests of several depths on made-up sensor readings, then score the best one."""

import numpy as np
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import cross_val_score, train_test_split

X, y = make_classification(n_samples=3000, n_features=24, n_informative=10, random_state=4)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=4)

best_depth, best_score = None, -np.inf
for depth in (4, 8, 12):
    forest = RandomForestClassifier(n_estimators=220, max_depth=depth, random_state=4)
    scores = cross_val_score(forest, X_train, y_train, cv=4)
    print(f"depth {depth}: {scores.mean():.4f} +- {scores.std():.4f}")
    if scores.mean() > best_score:
        best_depth, best_score = depth, scores.mean()

forest = RandomForestClassifier(n_estimators=220, max_depth=best_depth, random_state=4)
forest.fit(X_train, y_train)
predicted = forest.predict(X_test)
print(f"test accuracy {accuracy_score(y_test, predicted):.4f}")
print(f"test f1 {f1_score(y_test, predicted):.4f}")
