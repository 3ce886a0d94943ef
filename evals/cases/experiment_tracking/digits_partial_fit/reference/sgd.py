# Online learning: one pass over the data per epoch, partial_fit on mini-batches
import mlflow
import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

EPOCHS = 8
BATCH = 64

mlflow.start_run(run_name="digits-sgd")
mlflow.log_params({"epochs": EPOCHS, "batch": BATCH, "alpha": 1e-4})

rng = np.random.RandomState(0)
X, y = load_digits(return_X_y=True)
X = X / 16.0
X_train, X_val, y_train, y_val = train_test_split(X, y, test_size=0.2, random_state=0)

clf = SGDClassifier(loss='log_loss', alpha=1e-4, random_state=0)
classes = np.unique(y)

for epoch in range(1, EPOCHS+1):
    perm = rng.permutation(len(X_train))
    for i in range(0, len(perm), BATCH):
        idx = perm[i:i+BATCH]
        clf.partial_fit(X_train[idx], y_train[idx], classes=classes)
    train_acc = accuracy_score(y_train, clf.predict(X_train))
    val_acc   = accuracy_score(y_val, clf.predict(X_val))
    print("epoch {:2d} | train acc {:.4f} | val acc {:.4f}".format(epoch, train_acc, val_acc))
    mlflow.log_metrics({"train_acc": train_acc, "val_acc": val_acc}, step=epoch)

mlflow.end_run()
