import mlflow
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

# everybody here keeps runs as plain files beside the script
mlflow.set_tracking_uri("file:./mlruns")

epochs = 6
data = load_breast_cancer()
X_train, X_test, y_train, y_test = train_test_split(data.data, data.target, random_state=0)
scaler = StandardScaler().fit(X_train)
X_train, X_test = scaler.transform(X_train), scaler.transform(X_test)

mlflow.start_run(run_name="cancer")
mlflow.log_params({"epochs": epochs, "alpha": 0.01})
clf = SGDClassifier(loss="log_loss", alpha=0.01, random_state=0)
for epoch in range(epochs):
    clf.partial_fit(X_train, y_train, classes=[0, 1])
    loss = log_loss(y_test, clf.predict_proba(X_test))
    mlflow.log_metric("test_log_loss", loss, step=epoch)
    print(f"epoch {epoch}: {loss:.5f}")
mlflow.end_run()
