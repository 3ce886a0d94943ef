"""Forest or SVM? Both on the same split, both printed."""
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import mlflow

from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

data = load_breast_cancer()
X_train, X_test, y_train, y_test = train_test_split(
    data.data, data.target, test_size=0.33, random_state=1)

mlflow.start_run(run_name="forest-or-svm")
mlflow.log_params({"rf_n_estimators": 60, "rf_max_features": 4, "svm_C": 3, "svm_gamma": 0.02})

rf = RandomForestClassifier(n_estimators=60, max_features=4, random_state=1)
rf.fit(X_train, y_train)
rf_acc = accuracy_score(y_test, rf.predict(X_test))
print(f"Random forest: {rf_acc:.2%}")
mlflow.log_metric("rf_accuracy", rf_acc)

svm = make_pipeline(StandardScaler(), SVC(C=3, gamma=0.02))
svm.fit(X_train, y_train)
svm_acc = accuracy_score(y_test, svm.predict(X_test))
print(f"SVM:           {svm_acc:.2%}")
mlflow.log_metric("svm_accuracy", svm_acc)

# the ten columns the forest likes best
order = rf.feature_importances_.argsort()[-10:]
plt.figure(figsize=(6, 4))
plt.barh([data.feature_names[i] for i in order], rf.feature_importances_[order])
plt.tight_layout()
plt.savefig("importances.png")

mlflow.end_run()
