"""Logistic regression on the wine data, configured by Hydra in a folder of its own."""

import json

import hydra
import mlflow
from omegaconf import DictConfig
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(cfg: DictConfig) -> None:
    X, y = load_wine(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=cfg.data.test_size, random_state=cfg.seed
    )
    model = make_pipeline(
        StandardScaler(), LogisticRegression(C=cfg.model.C, max_iter=cfg.model.max_iter)
    )
    model.fit(X_train, y_train)
    predicted = model.predict(X_test)
    accuracy = accuracy_score(y_test, predicted)
    macro_f1 = f1_score(y_test, predicted, average="macro")
    print(f"accuracy: {accuracy:.4f}")
    print(f"macro F1: {macro_f1:.4f}")
    with mlflow.start_run(run_name="wine"):
        mlflow.log_params(
            {
                "seed": cfg.seed,
                "test_size": cfg.data.test_size,
                "C": cfg.model.C,
                "max_iter": cfg.model.max_iter,
            }
        )
        mlflow.log_metrics({"accuracy": accuracy, "macro_f1": macro_f1})
    with open("scores.json", "w") as file:
        json.dump({"accuracy": accuracy, "macro_f1": macro_f1}, file)


if __name__ == "__main__":
    main()
