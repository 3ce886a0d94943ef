import joblib
import mlflow
from sklearn.datasets import load_wine
from sklearn.metrics import accuracy_score, balanced_accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

SEED = 13


def main():
    X, y = load_wine(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=SEED)

    mlflow.log_params({"C": 0.2, "gamma": "scale", "seed": SEED})

    # SVMs are picky about scale, so scale first
    pipe = make_pipeline(StandardScaler(), SVC(C=0.2, gamma="scale"))
    pipe.fit(X_train, y_train)

    pred = pipe.predict(X_test)
    train_accuracy = pipe.score(X_train, y_train)
    print("Train accuracy:", train_accuracy)
    test_accuracy = accuracy_score(y_test, pred)
    print("Test accuracy:", test_accuracy)
    balanced_accuracy = balanced_accuracy_score(y_test, pred)
    print("Balanced:     ", balanced_accuracy)
    mlflow.log_metrics({
        "train_accuracy": train_accuracy,
        "test_accuracy": test_accuracy,
        "test_balanced_accuracy": balanced_accuracy,
    })

    joblib.dump(pipe, "wine_svm.joblib")
    print("saved to wine_svm.joblib")


if __name__ == "__main__":
    with mlflow.start_run(run_name="wine-svm"):
        main()
