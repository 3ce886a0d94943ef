"""Diabetes with gradient boosting."""
import mlflow
from mlflow import MlflowClient
from sklearn.datasets import load_diabetes
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split

N_TREES = 40

X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=8)
model = GradientBoostingRegressor(n_estimators=N_TREES, max_depth=2, random_state=8)
model.fit(X_train, y_train)
predicted = model.predict(X_test)
print(f"r2 {r2_score(y_test, predicted):.4f}")
with mlflow.start_run():
    info = mlflow.sklearn.log_model(
        model, name="model", registered_model_name="diabetes", serialization_format="cloudpickle"
    )
MlflowClient().set_registered_model_alias("diabetes", "champion", info.registered_model_version)
