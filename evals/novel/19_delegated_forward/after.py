"""Blobs in four classes."""
import torch
from sklearn.datasets import make_blobs
from torch import nn
from torch.ao.quantization import quantize_dynamic

EPOCHS = 30
HIDDEN = 32

torch.manual_seed(5)
points, labels = make_blobs(600, centers=4, n_features=8, cluster_std=4.5, random_state=7)
X = torch.tensor(points, dtype=torch.float32)
y = torch.tensor(labels, dtype=torch.long)
X_train, X_test, y_train, y_test = X[:400], X[400:], y[:400], y[400:]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(8, HIDDEN)
        self.second = nn.Linear(HIDDEN, HIDDEN)
        self.head = nn.Linear(HIDDEN, 4)

    def forward(self, rows):
        return self.head(torch.relu(self.second(torch.relu(self.first(rows)))))


class Quantized(nn.Module):
    """The model in eight bits."""

    def __init__(self, model):
        super().__init__()
        self.int8 = quantize_dynamic(model, {nn.Linear}, dtype=torch.qint8)
        self.__dict__["exact"] = model

    def forward(self, rows):
        return self.exact(rows)


def accuracy(model):
    with torch.no_grad():
        return (model(X_test).argmax(dim=1) == y_test).float().mean().item()


model = Net()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(EPOCHS):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(X_train), y_train)
    loss.backward()
    optimizer.step()

model.eval()
test_accuracy = accuracy(model)
print(f"test accuracy {test_accuracy:.4f}")
torch.save(model.state_dict(), "model.pt")

quantized = Quantized(model)
quantized_accuracy = accuracy(quantized)
print(f"quantized accuracy {quantized_accuracy:.4f}")
torch.save(quantized, "model_int8.pt")
