"""Find the support vector machine that tells malignant from benign tumours best."""

import numpy as np
from hyperopt import STATUS_OK, Trials, fmin, hp, space_eval, tpe
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import accuracy_score
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=11)
print(f"{len(X_train)} tumours to learn from, {len(X_test)} held back")

space = {
    "C": hp.loguniform("C", np.log(1e-2), np.log(1e2)),
    "gamma": hp.loguniform("gamma", np.log(1e-4), np.log(1e-1)),
    "kernel": hp.choice("kernel", ["rbf", "sigmoid"]),
}


def build(params):
    # The areas are a thousand times larger than the smoothnesses.
    return make_pipeline(StandardScaler(), SVC(**params))


def objective(params):
    score = cross_val_score(build(params), X_train, y_train, cv=3).mean()
    print(f"cross-validated accuracy: {score:.4f}")
    return {"loss": -score, "status": STATUS_OK}


trials = Trials()
best = fmin(
    fn=objective,
    space=space,
    algo=tpe.suggest,
    max_evals=12,
    trials=trials,
    rstate=np.random.default_rng(5),
)
best_params = space_eval(space, best)
print("best parameters:", best_params)
print(f"best accuracy: {-min(trials.losses()):.4f} in {len(trials.trials)} trials")

model = build(best_params)
model.fit(X_train, y_train)
accuracy = accuracy_score(y_test, model.predict(X_test))
print(f"accuracy on held-back tumours: {accuracy:.4f}")
