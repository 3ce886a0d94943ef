"""Learn to add up, with everything that happens in W&B."""

import torch
import wandb
from torch import nn


class Adder(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4, hidden), nn.ReLU(), nn.Linear(hidden, 1))

    def forward(self, x):
        return self.layers(x).squeeze(1)


class Trainer:
    """Keeps a model and what trains it."""

    def __init__(self, epochs=9, hidden=16, lr=0.01):
        self.epochs = epochs
        self.model = Adder(hidden)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=lr)
        self.criterion = nn.L1Loss()
        wandb.config.update({"epochs": epochs, "hidden": hidden, "lr": lr})

    def train(self, x, y):
        for epoch in range(1, self.epochs + 1):
            losses = []
            for rows in torch.arange(len(x)).split(32):
                self.optimizer.zero_grad()
                loss = self.criterion(self.model(x[rows]), y[rows])
                loss.backward()
                self.optimizer.step()
                losses.append(loss.item())
            epoch_loss = sum(losses) / len(losses)
            print(f"[{epoch}/{self.epochs}] loss={epoch_loss:.4f}")
            wandb.log({"train/loss": epoch_loss}, step=epoch)


if __name__ == "__main__":
    torch.manual_seed(9)
    x = torch.rand(256, 4)
    y = x.sum(dim=1)
    with wandb.init(name="adder"):
        trainer = Trainer()
        trainer.train(x, y)
        torch.save(trainer.model.state_dict(), "adder.pt")
        wandb.save("adder.pt")
