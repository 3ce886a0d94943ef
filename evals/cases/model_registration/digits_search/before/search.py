from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVC


def load():
    pixels, digits = load_digits(return_X_y=True)
    # a third is plenty to find the right neighbourhood
    return train_test_split(pixels[:600], digits[:600], test_size=0.25, random_state=5)


def main():
    X_train, X_test, y_train, y_test = load()
    steps = Pipeline([("scale", MinMaxScaler()), ("svc", SVC(gamma="scale"))])
    grid = {"svc__C": [0.1, 1, 10], "svc__kernel": ["rbf", "linear"]}
    search = GridSearchCV(steps, grid, cv=3, scoring="accuracy")
    search.fit(X_train, y_train)

    print("best parameters:", search.best_params_)
    print("cross-validated accuracy: %.4f" % search.best_score_)
    print("test accuracy: %.4f" % search.score(X_test, y_test))


if __name__ == "__main__":
    main()
