import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import ExtraTreesClassifier
from sklearn import metrics
from sklearn.model_selection import train_test_split


def load(seed):
    bunch = load_breast_cancer()
    return train_test_split(bunch.data, bunch.target, test_size=0.25, random_state=seed)


def build(n_estimators, min_samples_leaf, seed):
    return ExtraTreesClassifier(
        n_estimators=n_estimators,
        min_samples_leaf=min_samples_leaf,
        random_state=seed,
    )


def evaluate(model, X, y):
    """Scores of a fitted model, by name."""
    pred = model.predict(X)
    prob = model.predict_proba(X)[:, 1]
    return {
        'accuracy': metrics.accuracy_score(y, pred),
        'f1': metrics.f1_score(y, pred),
        'roc_auc': metrics.roc_auc_score(y, prob),
        'brier': metrics.brier_score_loss(y, prob),
    }


if __name__ == '__main__':
    np.random.seed(0)
    X_train, X_test, y_train, y_test = load(seed=21)
    model = build(n_estimators=80, min_samples_leaf=2, seed=21)
    model.fit(X_train, y_train)
    scores = evaluate(model, X_test, y_test)
    for name, value in scores.items():
        print(f'{name:>10}: {value:.4f}')
