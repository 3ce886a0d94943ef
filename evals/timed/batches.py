"""A small network on two rings, the loss of every batch read out: the witness's hardest case."""

import torch
from torch import nn

torch.manual_seed(7)
torch.set_num_threads(1)

angles = torch.rand(2048) * 6.2832
labels = (torch.arange(2048) % 2).long()
radii = 1.0 + labels + 0.2 * torch.randn(2048)
points = torch.stack((radii * angles.cos(), radii * angles.sin()), dim=1)

model = nn.Sequential(nn.Linear(2, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
criterion = nn.CrossEntropyLoss()

for epoch in range(280):
    total, correct = 0.0, 0
    for start in range(0, 2048, 64):
        inputs, targets = points[start : start + 64], labels[start : start + 64]
        outputs = model(inputs)
        loss = criterion(outputs, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
        correct += (outputs.argmax(1) == targets).sum().item()
    print(f"epoch {epoch} loss {total / 32:.5f} accuracy {correct / 2048:.4f}")
