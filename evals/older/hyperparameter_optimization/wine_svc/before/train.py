"""Tell three cultivars of wine apart with a support vector machine."""

from sklearn.datasets import load_wine
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

X, y = load_wine(return_X_y=True)
X_train, X_val, y_train, y_val = train_test_split(X, y, test_size=0.4, random_state=3, stratify=y)
print(f"{len(X_train)} wines to learn from, {len(X_val)} to validate on")

# Scaled, because proline and hue differ by three orders of magnitude.
model = make_pipeline(StandardScaler(), SVC(C=0.05, kernel="rbf", gamma=0.02))
model.fit(X_train, y_train)

predicted = model.predict(X_val)
accuracy = accuracy_score(y_val, predicted)
print(f"validation accuracy: {accuracy:.4f}")
