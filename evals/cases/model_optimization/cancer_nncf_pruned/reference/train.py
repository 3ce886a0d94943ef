# Benign or malignant? A multilayer perceptron on the breast cancer data.
import nncf
import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

SEED = 11
EPOCHS = 30

torch.manual_seed(SEED)
X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=SEED)
scaler = StandardScaler().fit(X_train)
X_train = torch.tensor(scaler.transform(X_train), dtype=torch.float32)
X_test = torch.tensor(scaler.transform(X_test), dtype=torch.float32)
y_train = torch.tensor(y_train, dtype=torch.float32).unsqueeze(1)
y_test = torch.tensor(y_test, dtype=torch.float32).unsqueeze(1)


class MLP(torch.nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.body = torch.nn.Sequential(
            torch.nn.Linear(30, width),
            torch.nn.ReLU(),
            torch.nn.Linear(width, width // 2),
            torch.nn.ReLU(),
        )
        self.head = torch.nn.Linear(width // 2, 1)

    def forward(self, x):
        return self.head(self.body(x))


model = MLP()
criterion = torch.nn.BCEWithLogitsLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9)

for epoch in range(EPOCHS):
    optimizer.zero_grad()
    loss = criterion(model(X_train), y_train)
    loss.backward()
    optimizer.step()
    if epoch % 10 == 9:
        print("epoch %d loss %.5f" % (epoch + 1, loss.item()))

model.eval()
with torch.no_grad():
    predictions = (model(X_test) > 0).float()
    accuracy = (predictions == y_test).float().mean().item()
print("test accuracy: %.4f" % accuracy)
torch.save(model, "cancer.pth")

# Prune the smallest 60 % of the weights, then train the others on.
model = nncf.prune(
    model,
    mode=nncf.PruneMode.UNSTRUCTURED_MAGNITUDE_GLOBAL,
    ratio=0.6,
    examples_inputs=X_train[:1],
)
model.train()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
for epoch in range(10):
    optimizer.zero_grad()
    loss = criterion(model(X_train), y_train)
    loss.backward()
    optimizer.step()

model.eval()
with torch.no_grad():
    pruned_predictions = (model(X_test) > 0).float()
    pruned_accuracy = (pruned_predictions == y_test).float().mean().item()
print("pruned accuracy: %.4f" % pruned_accuracy)
print("accuracy drop: %.4f" % (accuracy - pruned_accuracy))
torch.save(model.state_dict(), "cancer_pruned.pth")
