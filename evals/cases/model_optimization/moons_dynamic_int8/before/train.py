"""Tell two moons apart with a small network."""

import torch
from sklearn.datasets import make_moons
from torch import nn

torch.manual_seed(3)
points, labels = make_moons(n_samples=800, noise=0.2, random_state=3)
X = torch.tensor(points, dtype=torch.float32)
y = torch.tensor(labels)
X_train, X_test, y_train, y_test = X[:600], X[600:], y[:600], y[600:]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(2, 32)
        self.inner = nn.Linear(32, 32)
        self.out = nn.Linear(32, 2)

    def forward(self, x):
        return self.out(torch.relu(self.inner(torch.relu(self.hidden(x)))))


def evaluate(net):
    net.eval()
    with torch.no_grad():
        correct = (net(X_test).argmax(1) == y_test).sum().item()
    return correct / len(y_test)


model = Net()
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
for epoch in range(60):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(X_train), y_train)
    loss.backward()
    optimizer.step()

accuracy = evaluate(model)
print(f"loss {loss.item():.4f}")
print(f"test accuracy {accuracy:.4f}")
torch.save(model.state_dict(), "moons.pt")
