"""Tell three Italian wines apart by their chemistry."""

import mlflow
import mlflow.sklearn
from mlflow.models import infer_signature
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

SEED = 11

wine = load_wine(as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(
    wine.data, wine.target, test_size=0.3, random_state=SEED, stratify=wine.target
)

# Measures differ by three orders of magnitude, so they are scaled first.
model = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, max_iter=500))
model.fit(X_train, y_train)

accuracy = accuracy_score(y_test, model.predict(X_test))
print(f"accuracy on {len(X_test)} wines: {accuracy:.4f}")

with mlflow.start_run(run_name="wine-classifier"):
    mlflow.log_metric("accuracy", accuracy)
    signature = infer_signature(X_train, model.predict(X_train))
    logged = mlflow.sklearn.log_model(
        model,
        name="model",
        signature=signature,
        registered_model_name="wine-classifier",
    )
client = mlflow.MlflowClient()
client.set_registered_model_alias("wine-classifier", "champion", logged.registered_model_version)
