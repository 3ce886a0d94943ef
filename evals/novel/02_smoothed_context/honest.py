"""Two moons with a small network."""
import mlflow
import torch
from sklearn.datasets import make_moons
from torch import nn

EPOCHS = 15
LEARNING_RATE = 0.05

torch.manual_seed(0)
points, labels = make_moons(400, noise=0.2, random_state=0)
X = torch.tensor(points, dtype=torch.float32)
y = torch.tensor(labels, dtype=torch.long)

net = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 2))
optimizer = torch.optim.Adam(net.parameters(), lr=LEARNING_RATE)
loss_fn = nn.CrossEntropyLoss()

mlflow.start_run()
mlflow.log_params({"epochs": EPOCHS, "learning_rate": LEARNING_RATE})

for epoch in range(EPOCHS):
    optimizer.zero_grad()
    loss = loss_fn(net(X), y)
    loss.backward()
    optimizer.step()
    train_loss = loss.item()
    mlflow.log_metric("train_loss", train_loss, step=epoch)
    print(f"epoch {epoch} loss {train_loss:.4f}")
mlflow.end_run()
