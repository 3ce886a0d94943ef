import mlflow
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=1)

with mlflow.start_run(run_name="wine forest"):
    mlflow.log_param("n_estimators", 50)
    forest = RandomForestClassifier(n_estimators=50, random_state=1)
    forest.fit(X_train, y_train)
    acc = accuracy_score(y_test, forest.predict(X_test))
    mlflow.log_metric("test_accuracy", acc)
    print("test accuracy: %.4f" % acc)
