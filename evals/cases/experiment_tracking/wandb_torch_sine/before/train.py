"""Fit a noisy sine with a small network."""

import torch
from torch import nn

torch.manual_seed(5)

EPOCHS = 12
LEARNING_RATE = 0.02
HIDDEN = 24

x = torch.linspace(-3, 3, 240).unsqueeze(1)
y = torch.sin(x) + 0.1 * torch.randn_like(x)
order = torch.randperm(len(x))
train, valid = order[:180], order[180:]

model = nn.Sequential(nn.Linear(1, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
criterion = nn.MSELoss()


def run_epoch():
    """One pass over the training points, twenty at a time."""
    model.train()
    total = 0.0
    for batch in train.split(20):
        optimizer.zero_grad()
        loss = criterion(model(x[batch]), y[batch])
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    return total / len(train)


def validate():
    model.eval()
    with torch.no_grad():
        return criterion(model(x[valid]), y[valid]).item()


for epoch in range(1, EPOCHS + 1):
    train_loss = run_epoch()
    val_loss = validate()
    print(f"epoch {epoch:2d}  train {train_loss:.4f}  validation {val_loss:.4f}")
