"""Some options must not be logged."""
import argparse

from sklearn.datasets import load_iris
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.01)
parser.add_argument("--epochs", type=int, default=20)
parser.add_argument("--api-token", default="tok-4f1b-not-a-real-one")
parser.add_argument("--db-password", default="hunter2")
args = parser.parse_args()

X, y = load_iris(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=0)
model = SGDClassifier(
    learning_rate="constant", eta0=args.lr, max_iter=args.epochs, tol=None, random_state=0
)
model.fit(X_train, y_train)
accuracy = accuracy_score(y_test, model.predict(X_test))
print("accuracy", accuracy)
