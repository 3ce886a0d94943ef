import argparse

import torch
from sklearn.datasets import make_moons
from torch import nn


class MoonNet(nn.Module):
    def __init__(self, width, dropout):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(2, width), nn.ReLU(), nn.Dropout(dropout))
        self.head = nn.Linear(width, 2)

    def forward(self, points):
        return self.head(self.body(points))


def evaluate(net, points, labels):
    net.eval()
    with torch.no_grad():
        guess = net(points).argmax(dim=1)
    return (guess == labels).float().mean().item()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--width", type=int, default=32)
    args = parser.parse_args()

    torch.manual_seed(3)
    raw, classes = make_moons(600, noise=0.2, random_state=3)
    points = torch.tensor(raw, dtype=torch.float32)
    labels = torch.tensor(classes)

    net = MoonNet(args.width, dropout=0.1)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
    loss_function = nn.CrossEntropyLoss()

    for epoch in range(args.epochs):
        net.train()
        for start in range(0, 450, 50):
            optimizer.zero_grad()
            loss = loss_function(net(points[start : start + 50]), labels[start : start + 50])
            loss.backward()
            optimizer.step()
        accuracy = evaluate(net, points[450:], labels[450:])
        print(f"epoch {epoch + 1}: loss {loss.item():.4f}, accuracy {accuracy:.4f}")


if __name__ == "__main__":
    main()
