import mlflow
from mlflow.tracking import MlflowClient
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVC


def load():
    pixels, digits = load_digits(return_X_y=True)
    # a third is plenty to find the right neighbourhood
    return train_test_split(pixels[:600], digits[:600], test_size=0.25, random_state=5)


def main():
    X_train, X_test, y_train, y_test = load()
    steps = Pipeline([("scale", MinMaxScaler()), ("svc", SVC(gamma="scale"))])
    grid = {"svc__C": [0.1, 1, 10], "svc__kernel": ["rbf", "linear"]}
    search = GridSearchCV(steps, grid, cv=3, scoring="accuracy")
    search.fit(X_train, y_train)

    print("best parameters:", search.best_params_)
    print("cross-validated accuracy: %.4f" % search.best_score_)
    print("test accuracy: %.4f" % search.score(X_test, y_test))

    with mlflow.start_run(run_name="digit-reader"):
        mlflow.log_params(search.best_params_)
        mlflow.log_metric("cv_accuracy", search.best_score_)
        mlflow.sklearn.log_model(
            search.best_estimator_,
            name="digit_reader",
            input_example=X_test[:3],
            registered_model_name="digit-reader",
        )
    client = MlflowClient()
    newest = client.search_model_versions("name='digit-reader'", order_by=["version_number DESC"])[0]
    client.set_registered_model_alias("digit-reader", "staging", newest.version)


if __name__ == "__main__":
    main()
