"""Fit a small network to a noisy sine."""

import argparse
import math

import torch
from torch import nn


def make_data(count, seed):
    generator = torch.Generator().manual_seed(seed)
    x = torch.rand(count, 1, generator=generator) * 2 * math.pi
    y = torch.sin(x) + 0.1 * torch.randn(count, 1, generator=generator)
    return x, y


def train(args):
    torch.manual_seed(args.seed)
    x, y = make_data(300, args.seed)
    x_train, y_train = x[:200], y[:200]
    x_val, y_val = x[200:], y[200:]

    model = nn.Sequential(nn.Linear(1, args.hidden), nn.Tanh(), nn.Linear(args.hidden, 1))
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr, weight_decay=args.weight_decay)
    for epoch in range(args.epochs):
        model.train()
        optimizer.zero_grad()
        loss = criterion(model(x_train), y_train)
        loss.backward()
        optimizer.step()

        model.eval()
        with torch.no_grad():
            val_loss = criterion(model(x_val), y_val).item()
        if (epoch + 1) % 10 == 0:
            print(f"epoch {epoch + 1:3d}  train loss {loss.item():.4f}  val loss {val_loss:.4f}")
    return val_loss


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lr", type=float, default=0.02)
    parser.add_argument("--hidden", type=int, default=8)
    parser.add_argument("--weight-decay", type=float, default=1e-4)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    val_loss = train(args)
    print(f"final validation loss: {val_loss:.4f}")


if __name__ == "__main__":
    main()
