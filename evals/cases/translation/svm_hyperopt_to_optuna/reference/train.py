"""Find the support vector machine that tells malignant from benign tumours best."""

import optuna
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import accuracy_score
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=11)
print(f"{len(X_train)} tumours to learn from, {len(X_test)} held back")


def build(params):
    # The areas are a thousand times larger than the smoothnesses.
    return make_pipeline(StandardScaler(), SVC(**params))


def objective(trial):
    params = {
        "C": trial.suggest_float("C", 1e-2, 1e2, log=True),
        "gamma": trial.suggest_float("gamma", 1e-4, 1e-1, log=True),
        "kernel": trial.suggest_categorical("kernel", ["rbf", "sigmoid"]),
    }
    score = cross_val_score(build(params), X_train, y_train, cv=3).mean()
    print(f"cross-validated accuracy: {score:.4f}")
    return score


study = optuna.create_study(
    direction="maximize",
    sampler=optuna.samplers.TPESampler(seed=5),
)
study.optimize(objective, n_trials=12)
best_params = study.best_params
print("best parameters:", best_params)
print(f"best accuracy: {study.best_value:.4f} in {len(study.trials)} trials")

model = build(best_params)
model.fit(X_train, y_train)
accuracy = accuracy_score(y_test, model.predict(X_test))
print(f"accuracy on held-back tumours: {accuracy:.4f}")
