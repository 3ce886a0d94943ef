"""Squeezes made-up faces through a bottleneck and keeps the autoencoder."""

import json

import torch
from sklearn.datasets import make_blobs
from torch import nn

from settings import CONFIG


def build(features, width, bottleneck):
    return nn.Sequential(
        nn.Linear(features, width),
        nn.GELU(),
        nn.Linear(width, bottleneck),
        nn.Linear(bottleneck, width),
        nn.GELU(),
        nn.Linear(width, features),
    )


class Experiment:
    def __init__(self, config):
        self.config = config
        torch.manual_seed(config["seed"])
        torch.set_num_threads(1)
        data = config["data"]
        points, _ = make_blobs(
            n_samples=data["n_samples"],
            centers=data["clusters"],
            n_features=data["features"],
            random_state=config["seed"],
        )
        points = torch.tensor(points, dtype=torch.float32)
        points = (points - points.mean(0)) / points.std(0)
        self.train_set, self.test_set = points[:-512], points[-512:]
        self.model = build(
            data["features"], **{k: config["model"][k] for k in ("width", "bottleneck")}
        )
        optimizer = config["train"]["optimizer"]
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=optimizer["lr"], weight_decay=optimizer["decay"]
        )

    def run(self):
        history = []
        for epoch in range(self.config["train"]["epochs"]):
            for batch in self.train_set[torch.randperm(len(self.train_set))].split(
                self.config["train"]["batch"]
            ):
                self.optimizer.zero_grad()
                loss = nn.functional.mse_loss(self.model(batch), batch)
                loss.backward()
                self.optimizer.step()
            with torch.no_grad():
                test_loss = nn.functional.mse_loss(self.model(self.test_set), self.test_set).item()
            history.append(test_loss)
            print(f"[{epoch}] test loss: {test_loss:.6f}")
        return history


if __name__ == "__main__":
    history = Experiment(CONFIG).run()
    with open("history.json", "w") as file:
        json.dump({"best": min(history), "last": history[-1]}, file)
