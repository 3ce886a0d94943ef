import json

import mlflow
from sklearn.datasets import load_wine
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import train_test_split


class WineExperiment:
    """Holds the data, the model and what came out."""

    def __init__(self, max_iter=40, learning_rate=0.1, seed=0):
        self.max_iter = max_iter
        self.learning_rate = learning_rate
        self.seed = seed
        self.results = {}

    def prepare(self):
        X, y = load_wine(return_X_y=True)
        self.X_train, self.X_test, self.y_train, self.y_test = train_test_split(
            X, y, test_size=0.35, random_state=self.seed
        )

    def fit(self):
        self.model = HistGradientBoostingClassifier(
            max_iter=self.max_iter,
            learning_rate=self.learning_rate,
            random_state=self.seed,
        )
        self.model.fit(self.X_train, self.y_train)

    def evaluate(self):
        probabilities = self.model.predict_proba(self.X_test)
        accuracy = accuracy_score(self.y_test, probabilities.argmax(axis=1))
        loss = log_loss(self.y_test, probabilities)
        self.results = {"test_accuracy": accuracy, "test_log_loss": loss}
        mlflow.log_metrics(self.results)
        return self.results

    def run(self):
        self.prepare()
        self.fit()
        self.evaluate()


experiment = WineExperiment(max_iter=25)
with mlflow.start_run(run_name="wine-boosting"):
    mlflow.log_params({
        "max_iter": experiment.max_iter,
        "learning_rate": experiment.learning_rate,
        "seed": experiment.seed,
    })
    experiment.run()
print(json.dumps(experiment.results, indent=1))
