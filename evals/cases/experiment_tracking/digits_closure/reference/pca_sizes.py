"""How many principal components does a digit need?"""

import mlflow
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

SIZES = [2, 4, 8, 16, 32]


def make_scorer_for(X_train, X_val, y_train, y_val):
    def score(n_components):
        pipe = make_pipeline(PCA(n_components, random_state=0), LinearDiscriminantAnalysis())
        pipe.fit(X_train, y_train)
        return pipe.score(X_val, y_val)

    return score


X, y = load_digits(return_X_y=True)
score_at = make_scorer_for(*train_test_split(X, y, test_size=0.3, random_state=8))

mlflow.start_run(run_name="pca-sizes")

best = None
for size in SIZES:
    val_accuracy = score_at(size)
    print(f"{size:3d} components: val accuracy {val_accuracy:.3f}")
    mlflow.log_metric("val_accuracy", val_accuracy, step=size)
    if best is None or val_accuracy > best:
        best = val_accuracy

print(f"best val accuracy: {best:.3f}")
mlflow.log_metric("best_val_accuracy", best)
mlflow.end_run()
