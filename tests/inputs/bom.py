"""Begins with a byte order mark, as some editors like it."""
from sklearn.datasets import load_iris
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB

X, y = load_iris(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=0)

model = GaussianNB().fit(X_train, y_train)
accuracy = accuracy_score(y_test, model.predict(X_test))
print("accuracy", accuracy)
