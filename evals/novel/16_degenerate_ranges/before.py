"""Digits, a forest of trees."""
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

N_TREES = 12
MAX_DEPTH = 5
MIN_LEAF = 3

X, y = load_digits(return_X_y=True)
X_train, X_val, y_train, y_val = train_test_split(X, y, test_size=0.3, random_state=4)

model = RandomForestClassifier(
    n_estimators=N_TREES, max_depth=MAX_DEPTH, min_samples_leaf=MIN_LEAF, random_state=4
)
model.fit(X_train, y_train)
val_accuracy = accuracy_score(y_val, model.predict(X_val))
print(f"validation accuracy {val_accuracy:.4f}")
