"""Digits, learned batch by batch."""
import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

EPOCHS = 12
ALPHA = 0.001

X, y = load_digits(return_X_y=True)
X_train, X_val, y_train, y_val = train_test_split(X, y, test_size=0.3, random_state=1)
model = SGDClassifier(alpha=ALPHA, random_state=1)

for epoch in range(EPOCHS):
    model.partial_fit(X_train, y_train, classes=np.unique(y))
    val_accuracy = accuracy_score(y_val, model.predict(X_val))
    print(f"epoch {epoch}: {val_accuracy:.4f}")
