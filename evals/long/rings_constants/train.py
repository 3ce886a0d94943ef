# Two rings, a perceptron with one hidden layer, written out by hand.
import numpy as np
from sklearn.datasets import make_circles
from sklearn.metrics import accuracy_score, log_loss

EPOCHS = 200_000
LEARNING_RATE = 0.05
HIDDEN = 256
REPORT_EVERY = 10
SEED = 11

rng = np.random.default_rng(SEED)
X, y = make_circles(n_samples=3000, noise=0.12, factor=0.5, random_state=SEED)
X_train, y_train, X_test, y_test = X[:2400], y[:2400], X[2400:], y[2400:]

W1 = rng.normal(0, 0.5, (2, HIDDEN))
b1 = np.zeros(HIDDEN)
W2 = rng.normal(0, 0.1, HIDDEN)
b2 = 0.0


def forward(inputs):
    hidden = np.tanh(inputs @ W1 + b1)
    return hidden, 1 / (1 + np.exp(-(hidden @ W2 + b2)))


for epoch in range(EPOCHS):
    hidden, p = forward(X_train)
    error = (p - y_train) / len(y_train)
    back = np.outer(error, W2) * (1 - hidden**2)
    W2 -= LEARNING_RATE * hidden.T @ error
    b2 -= LEARNING_RATE * error.sum()
    W1 -= LEARNING_RATE * X_train.T @ back
    b1 -= LEARNING_RATE * back.sum(axis=0)

    if epoch % REPORT_EVERY == 0:
        _, p_test = forward(X_test)
        test_loss = log_loss(y_test, p_test)
        test_accuracy = accuracy_score(y_test, p_test > 0.5)
        print(f"{epoch:6d}  test loss {test_loss:.4f}  test accuracy {test_accuracy:.3f}")
