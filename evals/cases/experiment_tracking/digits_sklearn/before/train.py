"""Recognise handwritten digits with a random forest."""

from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import train_test_split

N_TREES = 120
MAX_DEPTH = 12

digits = load_digits()
X_train, X_test, y_train, y_test = train_test_split(
    digits.data, digits.target, test_size=0.25, random_state=7, stratify=digits.target
)
print(f"{len(X_train)} images to learn from, {len(X_test)} to test on")

# A forest needs no scaling: the pixels go in as they are.
model = RandomForestClassifier(n_estimators=N_TREES, max_depth=MAX_DEPTH, random_state=7)
model.fit(X_train, y_train)

predicted = model.predict(X_test)
test_accuracy = accuracy_score(y_test, predicted)
test_f1 = f1_score(y_test, predicted, average="macro")
print(f"test accuracy: {test_accuracy:.4f}")
print(f"test macro F1: {test_f1:.4f}")
