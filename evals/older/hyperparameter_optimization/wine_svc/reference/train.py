"""Tell three cultivars of wine apart with a support vector machine."""

import optuna
from sklearn.datasets import load_wine
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

X, y = load_wine(return_X_y=True)
X_train, X_val, y_train, y_val = train_test_split(X, y, test_size=0.4, random_state=3, stratify=y)
print(f"{len(X_train)} wines to learn from, {len(X_val)} to validate on")


def objective(trial):
    C = trial.suggest_float("C", 0.001, 10.0, log=True)
    gamma = trial.suggest_float("gamma", 0.0001, 1.0, log=True)
    # Scaled, because proline and hue differ by three orders of magnitude.
    model = make_pipeline(StandardScaler(), SVC(C=C, kernel="rbf", gamma=gamma))
    model.fit(X_train, y_train)

    predicted = model.predict(X_val)
    accuracy = accuracy_score(y_val, predicted)
    print(f"validation accuracy: {accuracy:.4f}")
    return accuracy


study = optuna.create_study(direction="maximize")
study.enqueue_trial({"C": 0.05, "gamma": 0.02})
study.optimize(objective, n_trials=6)
print(f"best accuracy: {study.best_value:.4f}")
print(f"best parameters: {study.best_params}")
