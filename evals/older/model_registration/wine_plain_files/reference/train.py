import mlflow
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

mlflow.set_tracking_uri("mlruns")
mlflow.set_experiment("wine")

X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=6)

with mlflow.start_run(run_name="forest"):
    forest = RandomForestClassifier(n_estimators=20, max_depth=4, random_state=6)
    forest.fit(X_train, y_train)
    score = forest.score(X_test, y_test)
    mlflow.log_param("n_estimators", 20)
    mlflow.log_metric("accuracy", score)
    print("accuracy:", round(score, 4))
    mlflow.sklearn.log_model(forest, "forest")
    mlflow.register_model(f"runs:/{mlflow.active_run().info.run_id}/forest", "wine-forest")
