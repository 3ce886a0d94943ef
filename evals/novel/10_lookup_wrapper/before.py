"""Wine with a forest."""
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

N_TREES = 30

X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=6)
model = RandomForestClassifier(n_estimators=N_TREES, max_depth=2, random_state=6)
model.fit(X_train, y_train)
predicted = model.predict(X_test)
print(f"accuracy {accuracy_score(y_test, predicted):.4f}")
