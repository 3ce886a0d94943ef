"""Iris with a support vector machine."""
import argparse

from sklearn.datasets import load_iris
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC

parser = argparse.ArgumentParser()
parser.add_argument("--cost", type=float, default=1.0)
parser.add_argument("--kernel", default="rbf")
args = parser.parse_args()

X, y = load_iris(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=11)
model = SVC(C=args.cost, kernel=args.kernel)
model.fit(X_train, y_train)
macro_f1 = f1_score(y_test, model.predict(X_test), average="macro")
print(f"macro F1 {macro_f1:.4f}")
