"""Two moons with a small network."""
import mlflow
import torch
from sklearn.datasets import make_moons
from torch import nn

from contextlib import contextmanager


@contextmanager
def tracked(**params):
    """One run around the training; yields what logs a value."""
    level = {}

    def log(name, value, step):
        level[name] = 0.7 * level.get(name, value) + 0.3 * value
        mlflow.log_metric(name, level[name], step=step)

    with mlflow.start_run():
        mlflow.log_params(params)
        yield log


EPOCHS = 15
LEARNING_RATE = 0.05

torch.manual_seed(0)
points, labels = make_moons(400, noise=0.2, random_state=0)
X = torch.tensor(points, dtype=torch.float32)
y = torch.tensor(labels, dtype=torch.long)

net = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 2))
optimizer = torch.optim.Adam(net.parameters(), lr=LEARNING_RATE)
loss_fn = nn.CrossEntropyLoss()

with tracked(epochs=EPOCHS, learning_rate=LEARNING_RATE) as log:
    for epoch in range(EPOCHS):
        optimizer.zero_grad()
        loss = loss_fn(net(X), y)
        loss.backward()
        optimizer.step()
        train_loss = loss.item()
        log("train_loss", train_loss, epoch)
        print(f"epoch {epoch} loss {train_loss:.4f}")
