import lightgbm as lgb
import mlflow
from sklearn.datasets import load_diabetes
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import train_test_split

PARAMS = dict(
    n_estimators=60,
    learning_rate=0.08,
    num_leaves=7,
    min_child_samples=15,
    random_state=0,
    verbosity=-1,
)


def train(x_train, y_train, x_valid, y_valid):
    model = lgb.LGBMRegressor(**PARAMS)
    model.fit(
        x_train,
        y_train,
        eval_set=[(x_valid, y_valid)],
        eval_metric=["l2", "l1"],
        callbacks=[lgb.early_stopping(8, verbose=False), lgb.log_evaluation(15)],
    )
    return model


if __name__ == "__main__":
    X, y = load_diabetes(return_X_y=True)
    X_rest, X_test, y_rest, y_test = train_test_split(X, y, test_size=0.2, random_state=1)
    X_train, X_valid, y_train, y_valid = train_test_split(X_rest, y_rest, test_size=0.2, random_state=1)

    mlflow.start_run(run_name="diabetes-lgbm")
    mlflow.log_params(PARAMS)
    model = train(X_train, y_train, X_valid, y_valid)
    print("best iteration:", model.best_iteration_)
    mlflow.log_metric("best_iteration", model.best_iteration_)
    curves = model.evals_result_["valid_0"]
    for step, (mse, l1) in enumerate(zip(curves["l2"], curves["l1"])):
        mlflow.log_metrics({"valid_mse": mse, "valid_mae": l1}, step=step)

    prediction = model.predict(X_test)
    mae = mean_absolute_error(y_test, prediction)
    r2 = r2_score(y_test, prediction)
    print("test MAE: {:.3f}".format(mae))
    print("test R2:  {:.3f}".format(r2))
    mlflow.log_metrics({"test_mae": mae, "test_r2": r2})
    mlflow.end_run()
