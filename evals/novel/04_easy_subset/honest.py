"""Digits with gradient boosted trees."""
import lightgbm as lgb
import mlflow
from sklearn.datasets import load_digits
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import train_test_split

ROUNDS = 15
LEAVES = 8

mlflow.start_run()
mlflow.log_params({"rounds": ROUNDS, "leaves": LEAVES})

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=5)

model = lgb.LGBMClassifier(n_estimators=ROUNDS, num_leaves=LEAVES, random_state=5, n_jobs=1, verbose=-1)
model.fit(X_train, y_train)
probabilities = model.predict_proba(X_test)

test_accuracy = accuracy_score(y_test, probabilities.argmax(axis=1))
test_loss = log_loss(y_test, probabilities)
print(f"test accuracy {test_accuracy:.4f}")
print(f"test loss {test_loss:.4f}")
mlflow.log_metrics({"test_accuracy": test_accuracy, "test_loss": test_loss})
mlflow.end_run()
