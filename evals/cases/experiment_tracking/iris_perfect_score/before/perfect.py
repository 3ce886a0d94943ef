"""Setosa or not? The two are so far apart that nothing is ever wrong."""

from sklearn.datasets import load_iris
from sklearn.linear_model import Perceptron
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

features, species = load_iris(return_X_y=True)
is_setosa = (species == 0).astype(int)

X_train, X_test, y_train, y_test = train_test_split(
    features, is_setosa, test_size=0.5, random_state=11
)

clf = Perceptron(max_iter=50, random_state=11)
clf.fit(X_train, y_train)

test_acc = accuracy_score(y_test, clf.predict(X_test))
print("Test accuracy:", test_acc)
