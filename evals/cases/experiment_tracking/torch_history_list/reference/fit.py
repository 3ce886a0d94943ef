import json

import mlflow
import torch
from torch import nn

torch.manual_seed(10)


def make_data(n=400):
    x = torch.randn(n, 8)
    weights = torch.tensor([1.5, -2.0, 0.0, 0.7, 0.0, 0.0, 3.0, -0.4])
    y = x @ weights + 0.5 * torch.randn(n)
    return x, y.unsqueeze(1)


def r2(prediction, target):
    residual = ((target - prediction) ** 2).sum()
    total = ((target - target.mean()) ** 2).sum()
    return (1 - residual / total).item()


def fit(model, x, y, x_val, y_val, epochs, lr):
    """Returns one record per epoch."""
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    criterion = nn.MSELoss()
    history = []
    for epoch in range(epochs):
        loss = criterion(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

        with torch.no_grad():
            val_pred = model(x_val)
            val_mse = criterion(val_pred, y_val).item()
            val_r2 = r2(val_pred, y_val)
        history.append({"epoch": epoch, "train_mse": loss.item(), "val_mse": val_mse, "val_r2": val_r2})
        mlflow.log_metrics(
            {"train_mse": loss.item(), "val_mse": val_mse, "val_r2": val_r2}, step=epoch
        )
    return history


x, y = make_data()
model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 1))
mlflow.start_run(run_name="linear-data")
mlflow.log_params({"epochs": 20, "lr": 0.05})
history = fit(model, x[:300], y[:300], x[300:], y[300:], epochs=20, lr=0.05)
mlflow.end_run()

for row in history[::5]:
    print("epoch {epoch:2d}: train MSE {train_mse:.4f}, val MSE {val_mse:.4f}, val R2 {val_r2:.4f}".format(**row))
print("final val R2: {:.4f}".format(history[-1]["val_r2"]))
with open("history.json", "w") as out:
    json.dump(history, out)
