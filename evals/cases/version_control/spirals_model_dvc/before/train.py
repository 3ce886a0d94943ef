"""Tell two spirals apart with a small network; the best weights are what the robot loads."""

import argparse
import csv
import os

import torch
from torch import nn

WEIGHTS = os.path.join("weights", "spirals.pt")


def make_spirals(points, noise=0.08):
    angle = torch.linspace(0.4, 3.0, points) * torch.pi
    arm = torch.stack([angle * torch.cos(angle), angle * torch.sin(angle)], dim=1) / 10
    x = torch.cat([arm, -arm]) + noise * torch.randn(2 * points, 2)
    y = torch.cat([torch.zeros(points), torch.ones(points)])
    return x, y


class Net(nn.Module):
    def __init__(self, width=24):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(2, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 1)
        )

    def forward(self, x):
        return self.layers(x).squeeze(1)


parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=50)
parser.add_argument("--lr", type=float, default=0.02)
args = parser.parse_args()

torch.manual_seed(5)
x, y = make_spirals(200)
order = torch.randperm(len(x))
train, valid = order[:300], order[300:]
net = Net()
optimizer = torch.optim.Adam(net.parameters(), lr=args.lr)
criterion = nn.BCEWithLogitsLoss()

os.makedirs("weights", exist_ok=True)
best = float("inf")
rows = []
for epoch in range(args.epochs):
    optimizer.zero_grad()
    loss = criterion(net(x[train]), y[train])
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        valid_loss = criterion(net(x[valid]), y[valid]).item()
    rows.append([epoch, loss.item(), valid_loss])
    if valid_loss < best:
        best = valid_loss
        torch.save(net.state_dict(), WEIGHTS)

with open(os.path.join("weights", "history.csv"), "w", newline="") as file:
    csv.writer(file).writerows(rows)

net.load_state_dict(torch.load(WEIGHTS))
with torch.no_grad():
    right = ((net(x[valid]) > 0) == (y[valid] > 0.5)).float().mean().item()
print(f"best validation loss {best:.4f}")
print(f"validation accuracy {right:.4f}")
