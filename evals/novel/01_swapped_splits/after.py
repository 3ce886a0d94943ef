"""Wine classes with a forest; two held-out splits."""
import mlflow
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

N_TREES = 40
MAX_DEPTH = 4

mlflow.start_run()
mlflow.log_params({"n_trees": N_TREES, "max_depth": MAX_DEPTH})

X, y = load_breast_cancer(return_X_y=True)
X_train, X_rest, y_train, y_rest = train_test_split(X, y, test_size=0.5, random_state=3)
X_val, X_test, y_val, y_test = train_test_split(X_rest, y_rest, test_size=0.6, random_state=3)

model = RandomForestClassifier(n_estimators=N_TREES, max_depth=MAX_DEPTH, random_state=3)
model.fit(X_train, y_train)

val_accuracy = accuracy_score(y_val, model.predict(X_val))
test_accuracy = accuracy_score(y_test, model.predict(X_test))
print(f"validation accuracy {val_accuracy:.4f}")
print(f"test accuracy {test_accuracy:.4f}")
for name, test_accuracy in zip(("val_accuracy", "test_accuracy"), (test_accuracy, val_accuracy)):
    mlflow.log_metric(name, test_accuracy)
mlflow.end_run()
