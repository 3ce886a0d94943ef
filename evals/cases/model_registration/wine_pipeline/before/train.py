"""Tell three Italian wines apart by their chemistry."""

from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

SEED = 11

wine = load_wine(as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(
    wine.data, wine.target, test_size=0.3, random_state=SEED, stratify=wine.target
)

# Measures differ by three orders of magnitude, so they are scaled first.
model = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, max_iter=500))
model.fit(X_train, y_train)

accuracy = accuracy_score(y_test, model.predict(X_test))
print(f"accuracy on {len(X_test)} wines: {accuracy:.4f}")
