"""How well do the nearest neighbours tell irises apart?"""

from sklearn.datasets import load_iris
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

N_NEIGHBORS = 9

X, y = load_iris(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=4)
model = KNeighborsClassifier(n_neighbors=N_NEIGHBORS)
model.fit(X_train, y_train)

accuracy = accuracy_score(y_test, model.predict(X_test))
loss = log_loss(y_test, model.predict_proba(X_test))
print(f"accuracy {accuracy:.4f}, log loss {loss:.4f}")
