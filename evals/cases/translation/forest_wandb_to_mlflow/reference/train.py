"""Grow a forest that knows handwritten digits, and keep its scores with MLflow."""

import json

import mlflow
from sklearn.datasets import load_digits
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import train_test_split

config = {"trees": 40, "depth": 9, "bootstrap": False, "split": {"test_size": 0.3, "seed": 2}}
mlflow.set_experiment("digits")
mlflow.start_run(run_name="extra-trees", tags={"family": "forest"})
mlflow.log_params(config)

digits = load_digits()
X_train, X_test, y_train, y_test = train_test_split(
    digits.data, digits.target, test_size=0.3, random_state=2
)

# More trees than this change nothing any more.
model = ExtraTreesClassifier(config["trees"], max_depth=config["depth"], random_state=2)
model.fit(X_train, y_train)

predicted = model.predict(X_test)
test_accuracy = accuracy_score(y_test, predicted)
test_f1 = f1_score(y_test, predicted, average="macro")
print(f"accuracy {test_accuracy:.4f}, macro F1 {test_f1:.4f}")

with open("scores.json", "w") as file:
    json.dump({"accuracy": test_accuracy, "f1": test_f1}, file)

mlflow.log_metrics({"test.accuracy": test_accuracy, "test.f1": test_f1})
mlflow.log_metric("test_rows", len(X_test))
mlflow.log_artifact("scores.json")
mlflow.end_run()
