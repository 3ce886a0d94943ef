"""Train a small convolutional network on the digits and keep its weights."""
import nncf
import torch
import torch.nn as nn
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)

digits = load_digits()
images = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1) / 16
targets = torch.tensor(digits.target)
train_set = TensorDataset(images[:900], targets[:900])
test_set = TensorDataset(images[900:1500], targets[900:1500])
train_loader = DataLoader(train_set, batch_size=50)
test_loader = DataLoader(test_set, batch_size=100)


class ConvNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 8, 3, padding=1)
        self.fc1 = nn.Linear(8 * 16, 32)
        self.fc2 = nn.Linear(32, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv(x)), 2)
        x = F.relu(self.fc1(x.flatten(1)))
        return self.fc2(x)


def test(model, loader):
    model.eval()
    correct = 0
    total = 0
    with torch.no_grad():
        for data, target in loader:
            output = model(data)
            correct += (output.argmax(dim=1) == target).sum().item()
            total += target.size(0)
    return correct / total


model = ConvNet()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

for epoch in range(4):
    model.train()
    running_loss = 0.0
    for data, target in train_loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(data), target)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
    print(f"epoch {epoch}: loss {running_loss / len(train_loader):.4f}, accuracy {test(model, test_loader):.4f}")

torch.save(model.state_dict(), "digits_cnn.pt")

# Post-training quantization, calibrated on the training images.
calibration = nncf.Dataset(train_loader, lambda batch: batch[0])
quantized_model = nncf.quantize(model, calibration, subset_size=10)
quantized_accuracy = test(quantized_model, test_loader)
print(f"int8 accuracy {quantized_accuracy:.4f}")
torch.save(quantized_model.state_dict(), "digits_cnn_int8.pt")
