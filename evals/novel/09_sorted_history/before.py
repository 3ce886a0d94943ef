"""Noisy sine with mini-batches."""
import torch
from torch import nn

EPOCHS = 20
LEARNING_RATE = 0.05

torch.manual_seed(1)
X = torch.linspace(-3, 3, 128).unsqueeze(1)
y = torch.sin(X) + 0.2 * torch.randn_like(X)
net = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=LEARNING_RATE, momentum=0.9)

for epoch in range(EPOCHS):
    order = torch.randperm(len(X))[:16]
    loss = nn.functional.mse_loss(net(X[order]), y[order])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    batch_loss = loss.item()
    print(f"{epoch}: {batch_loss:.4f}")
