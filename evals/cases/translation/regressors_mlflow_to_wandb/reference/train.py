"""Which of two regressors predicts diabetes better, tracked with W&B."""

import argparse

import wandb
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeRegressor


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--alpha", type=float, default=0.5)
    parser.add_argument("--max-depth", type=int, default=3)
    args = parser.parse_args()

    X, y = load_diabetes(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=8)
    models = {"ridge": Ridge(args.alpha), "tree": DecisionTreeRegressor(max_depth=args.max_depth)}
    for name, model in models.items():
        with wandb.init(project="diabetes", name=name, config=vars(args), tags=[name]) as run:
            model.fit(X_train, y_train)
            predicted = model.predict(X_test)
            mae = mean_absolute_error(y_test, predicted)
            r2 = r2_score(y_test, predicted)
            print(f"{name}: MAE {mae:.2f}, R2 {r2:.3f}")
            run.log({"mae": mae, "r2": r2})


if __name__ == "__main__":
    main()
