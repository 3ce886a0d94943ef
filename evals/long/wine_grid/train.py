"""Which forest suits the wines best? Tries a wide grid, ten folds each."""

from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import balanced_accuracy_score, classification_report
from sklearn.model_selection import GridSearchCV, StratifiedKFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

X, y = load_wine(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=0.3, random_state=42, stratify=y
)

pipeline = make_pipeline(
    StandardScaler(), RandomForestClassifier(n_estimators=2000, random_state=42)
)
grid = {
    "randomforestclassifier__max_depth": [3, 5, 9, None],
    "randomforestclassifier__max_features": ["sqrt", "log2", 0.5],
    "randomforestclassifier__min_samples_leaf": [1, 2, 4],
}
folds = StratifiedKFold(n_splits=10, shuffle=True, random_state=42)
search = GridSearchCV(pipeline, grid, cv=folds, scoring="balanced_accuracy", refit=True)
search.fit(X_train, y_train)

print("best parameters:", search.best_params_)
print(f"cross-validated: {search.best_score_:.4f}")
y_pred = search.predict(X_test)
test_accuracy = balanced_accuracy_score(y_test, y_pred)
print(f"held out: {test_accuracy:.4f}")
print(classification_report(y_test, y_pred))
