import math
import mlflow
import torch
import torch.nn as nn

torch.manual_seed(0)

# three interleaved spiral arms
n, arms = 100, 3
t = torch.linspace(0.1, 1, n)
points, labels = [], []
for arm in range(arms):
    angle = t * 5 + arm * 2 * math.pi / arms + torch.randn(n) * 0.15
    points.append(torch.stack([t * torch.sin(angle), t * torch.cos(angle)], dim=1))
    labels.append(torch.full((n,), arm))
X = torch.cat(points)
y = torch.cat(labels)

lr = 0.02
hidden = 64
epochs = 60

mlflow.start_run(run_name="spiral")
mlflow.log_params({"lr": lr, "hidden": hidden, "epochs": epochs})

model = nn.Sequential(nn.Linear(2, hidden), nn.ReLU(), nn.Linear(hidden, arms))
optimizer = torch.optim.Adam(model.parameters(), lr=lr)
criterion = nn.CrossEntropyLoss()

for epoch in range(epochs):
    optimizer.zero_grad()
    logits = model(X)
    loss = criterion(logits, y)
    loss.backward()
    optimizer.step()

    acc = (logits.argmax(dim=1) == y).float().mean().item()
    mlflow.log_metrics({"train_loss": loss.item(), "train_acc": acc}, step=epoch)
    if epoch % 10 == 0 or epoch == epochs - 1:
        print(f"epoch {epoch:3d}  loss {loss.item():.4f}  train acc {acc:.3f}")

torch.save(model.state_dict(), "spiral.pt")
mlflow.end_run()
