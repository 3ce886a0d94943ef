import mlflow
from sklearn.datasets import load_wine
from sklearn.model_selection import GridSearchCV, StratifiedKFold, train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler


X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=.3, random_state=2)

pipe = Pipeline([
    ("scale", StandardScaler()),
    ("knn", KNeighborsClassifier()),
])

grid = GridSearchCV(
    pipe,
    {"knn__n_neighbors": [1, 3, 5, 9, 15], "knn__weights": ["uniform", "distance"]},
    cv=StratifiedKFold(4, shuffle=True, random_state=4),
)
mlflow.start_run(run_name="wine-knn-search")
grid.fit(X_train, y_train)

print("best parameters:", grid.best_params_)
print("best CV score:   %.3f" % grid.best_score_)
mlflow.log_params(grid.best_params_)
mlflow.log_metric("best_cv_score", grid.best_score_)

# how does the winner do on data it has never seen?
test_score = grid.score(X_test, y_test)
print("test score:      %.3f" % test_score)
mlflow.log_metric("test_score", test_score)
mlflow.end_run()
