"""Boosted trees with an evaluation set, watched round by round."""

import numpy as np
import xgboost
from sklearn.datasets import make_regression
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split

X, y = make_regression(n_samples=12000, n_features=40, noise=12.0, random_state=2)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=2)
train = xgboost.DMatrix(X_train, label=y_train)
test = xgboost.DMatrix(X_test, label=y_test)

history: dict = {}
booster = xgboost.train(
    {"max_depth": 6, "eta": 0.08, "nthread": 1, "seed": 2, "eval_metric": ["rmse", "mae"]},
    train,
    num_boost_round=1200,
    evals=[(train, "train"), (test, "test")],
    evals_result=history,
    verbose_eval=50,
)
predicted = booster.predict(test)
print(f"test mae {mean_absolute_error(y_test, predicted):.4f}")
print(f"best rmse {np.min(history['test']['rmse']):.4f}")
