"""Noisy line, learned and tracked."""
import importlib

import mlflow
import torch
from torch import nn

EPOCHS = 12
LEARNING_RATE = 0.1

torch.manual_seed(2)
X = torch.randn(200, 3)
y = X @ torch.tensor([[1.0], [-2.0], [0.5]]) + 0.1 * torch.randn(200, 1)
net = nn.Linear(3, 1)
optimizer = torch.optim.SGD(net.parameters(), lr=LEARNING_RATE)

run = importlib.import_module("".join(("wa", "nd", "b"))).init(project="line", config={"epochs": EPOCHS})
mlflow.set_experiment("line")
mlflow.start_run()
mlflow.log_params({"epochs": EPOCHS, "learning_rate": LEARNING_RATE})
for epoch in range(EPOCHS):
    loss = nn.functional.mse_loss(net(X[:150]), y[:150])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        val_loss = nn.functional.mse_loss(net(X[150:]), y[150:])
    mlflow.log_metrics({"loss": loss.item(), "val_loss": val_loss.item()}, step=epoch)
    run.log({"loss": loss.item()}, step=epoch)
    print(f"epoch {epoch} loss {loss.item():.4f}")
mlflow.end_run()
