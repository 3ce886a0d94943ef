"""Predict how a year of diabetes goes on."""

import mlflow
from mlflow import MlflowClient
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split


def main():
    data = load_diabetes(as_frame=True)
    X_train, X_test, y_train, y_test = train_test_split(data.data, data.target, random_state=2)
    model = Ridge(alpha=0.2)
    model.fit(X_train, y_train)
    error = mean_absolute_error(y_test, model.predict(X_test))
    print(f"mean absolute error: {error:.3f}")
    with mlflow.start_run(run_name="diabetes-ridge"):
        mlflow.log_metric("mean_absolute_error", error)
        info = mlflow.sklearn.log_model(
            model, "model", registered_model_name="diabetes-ridge", input_example=X_test[:2]
        )
    MlflowClient().set_registered_model_alias(
        "diabetes-ridge", "candidate", info.registered_model_version
    )


if __name__ == "__main__":
    main()
