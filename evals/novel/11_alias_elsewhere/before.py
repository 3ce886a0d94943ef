"""Breast cancer with a logistic regression."""
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

PENALTY = 0.5

X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=8)
model = LogisticRegression(C=PENALTY, max_iter=3000)
model.fit(X_train, y_train)
test_accuracy = accuracy_score(y_test, model.predict(X_test))
print(f"test accuracy {test_accuracy:.4f}")
