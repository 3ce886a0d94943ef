import joblib
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

    # SVMs are picky about scale, so scale first
    pipe = make_pipeline(StandardScaler(), SVC(C=0.2, gamma="scale"))
    pipe.fit(X_train, y_train)

    pred = pipe.predict(X_test)
    print("Train accuracy:", pipe.score(X_train, y_train))
    print("Test accuracy:", accuracy_score(y_test, pred))
    print("Balanced:     ", balanced_accuracy_score(y_test, pred))

    joblib.dump(pipe, "wine_svm.joblib")
    print("saved to wine_svm.joblib")


if __name__ == "__main__":
    main()
