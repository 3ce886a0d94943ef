import torch
from torch import nn

# no manual_seed here: every run starts from other weights and other data
torch.seed()
X = torch.randn(256, 10)
y = (X[:, :3].sum(dim=1) + torch.randn(256) > 0).long()

model = nn.Sequential(nn.Linear(10, 20), nn.ReLU(), nn.Linear(20, 2))
opt = torch.optim.SGD(model.parameters(), lr=0.1)

for epoch in range(5):
    loss = nn.functional.cross_entropy(model(X), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
    print("epoch", epoch, "loss", loss.item())

accuracy = (model(X).argmax(1) == y).float().mean().item()
print("train accuracy", accuracy)
