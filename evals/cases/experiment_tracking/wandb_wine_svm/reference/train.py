"""Sort wines by grower with a support vector machine."""

from sklearn.datasets import load_wine
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

import wandb

config = {"kernel": "rbf", "C": 0.3, "gamma": "scale", "test_size": 0.4}

run = wandb.init(project="wine", config=config)

wine = load_wine()
X_train, X_test, y_train, y_test = train_test_split(
    wine.data, wine.target, test_size=config["test_size"], random_state=11
)

# Distances mean nothing before the scales agree.
svm = SVC(kernel=config["kernel"], C=config["C"], gamma=config["gamma"], probability=True, random_state=11)
model = make_pipeline(StandardScaler(), svm)
model.fit(X_train, y_train)

test_accuracy = accuracy_score(y_test, model.predict(X_test))
test_loss = log_loss(y_test, model.predict_proba(X_test))
print(f"accuracy on unseen wines {test_accuracy:.3f}")
print(f"log loss on unseen wines {test_loss:.3f}")
run.log({"test_accuracy": test_accuracy, "test_loss": test_loss})
run.finish()
