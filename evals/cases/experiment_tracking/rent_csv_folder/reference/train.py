"""Predict the monthly rent of a flat from rents.csv."""
from pathlib import Path

import mlflow
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.metrics import mean_absolute_error, r2_score

from flats import read_flats, split_by_year

HERE = Path(__file__).parent
LEARNING_RATE = 0.08
N_ESTIMATORS = 150
MAX_DEPTH = 3


def evaluate(model, X, y):
    predicted = model.predict(X)
    return mean_absolute_error(y, predicted), r2_score(y, predicted)


def main():
    flats = read_flats(HERE / "rents.csv")
    X_train, y_train, X_test, y_test = split_by_year(flats, first_test_year=2022)
    print("train: %d flats, test: %d flats" % (len(y_train), len(y_test)))

    model = GradientBoostingRegressor(
        learning_rate=LEARNING_RATE, n_estimators=N_ESTIMATORS, max_depth=MAX_DEPTH, random_state=0
    )
    mlflow.log_params({
        "learning_rate": LEARNING_RATE, "n_estimators": N_ESTIMATORS, "max_depth": MAX_DEPTH
    })
    model.fit(X_train, y_train)

    # Absolute error in euros is what the landlord asks for, R2 is for us.
    test_mae, test_r2 = evaluate(model, X_test, y_test)
    print(f"test MAE: {test_mae:.1f} EUR")
    print(f"test R2:  {test_r2:.3f}")
    mlflow.log_metrics({"test_mae": test_mae, "test_r2": test_r2})


if __name__ == "__main__":
    with mlflow.start_run(run_name="rents"):
        main()
