import mlflow
import torch
from torch import nn

EPOCHS = 4

torch.manual_seed(0)
x = torch.randn(200, 4)
y = (x.sum(dim=1) > 0).float()
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
loss_fn = nn.BCEWithLogitsLoss()

mlflow.start_run(run_name="linear")
mlflow.log_params({"epochs": EPOCHS, "lr": 0.5})
for epoch in range(EPOCHS):
    optimizer.zero_grad()
    loss = loss_fn(model(x).squeeze(1), y)
    loss.backward()
    optimizer.step()
    mlflow.log_metric("train_loss", loss.item(), step=epoch)
    print(f"epoch {epoch}: loss {loss.item():.4f}")
mlflow.end_run()
