"""Train the model that says which customers are about to leave, and save it for the service."""

import argparse
from pathlib import Path

import git
import joblib
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

from customers import simulate

HERE = Path(__file__).resolve().parent
RELEASE = "v1.0"


def train(customers, trees):
    X, y = simulate(customers, seed=11)
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=11, stratify=y)
    model = GradientBoostingClassifier(n_estimators=trees, random_state=11)
    model.fit(X_train, y_train)
    auc = roc_auc_score(y_test, model.predict_proba(X_test)[:, 1])
    print(f"trained on {len(X_train)} customers, AUC {auc:.4f}")
    return model


def publish(path):
    """Commit the code and the model that came of it, and name the commit."""
    repo = git.Repo(HERE)
    repo.index.add(["train.py", "customers.py", str(path.relative_to(HERE))])
    repo.index.commit(f"Release {RELEASE}")
    repo.create_tag(RELEASE, message="Churn model")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--customers", type=int, default=1500)
    parser.add_argument("--trees", type=int, default=60)
    args = parser.parse_args()
    model = train(args.customers, args.trees)
    folder = HERE / "models"
    folder.mkdir(exist_ok=True)
    joblib.dump(model, folder / "churn.joblib")
    publish(folder / "churn.joblib")


if __name__ == "__main__":
    main()
