"""Two spirals, told apart by a small network."""

import math

import mlflow
import torch
from torch import nn

EPOCHS = 10


def make_spirals(points):
    t = torch.linspace(0.5, 3 * math.pi, points)
    one = torch.stack([t * torch.cos(t), t * torch.sin(t)], dim=1)
    return torch.cat([one, -one]) / 10, torch.cat([torch.zeros(points), torch.ones(points)]).long()


def evaluate(model, x, y):
    with torch.no_grad():
        return (model(x).argmax(dim=1) == y).float().mean().item()


def main():
    torch.manual_seed(4)
    config = {"epochs": EPOCHS, "lr": 0.03, "width": 32}
    mlflow.set_experiment("spirals")
    mlflow.start_run(run_name="spirals")
    mlflow.log_params(config)
    x, y = make_spirals(150)
    model = nn.Sequential(nn.Linear(2, config["width"]), nn.ReLU(), nn.Linear(config["width"], 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=config["lr"])
    loss_fn = nn.CrossEntropyLoss()
    for epoch in range(EPOCHS):
        for batch in torch.randperm(len(x)).split(50):
            optimizer.zero_grad()
            loss = loss_fn(model(x[batch]), y[batch])
            loss.backward()
            optimizer.step()
        train_loss = loss_fn(model(x), y).item()
        mlflow.log_metric("loss", train_loss, step=epoch)
        accuracy = evaluate(model, x, y)
        mlflow.log_metric("accuracy", accuracy, step=epoch)
        print(f"epoch {epoch}: loss {train_loss:.4f}, accuracy {accuracy:.3f}")
    mlflow.end_run()


if __name__ == "__main__":
    main()
