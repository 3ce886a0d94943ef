import copy

import mlflow
import torch
import torch.nn as nn

torch.manual_seed(42)

MAX_EPOCHS = 80
PATIENCE = 5
LR = 0.01

mlflow.start_run(run_name="sine")
mlflow.log_params({"max_epochs": MAX_EPOCHS, "patience": PATIENCE, "lr": LR})

x = torch.rand(120, 1) * 6.28
y = torch.sin(x) + 0.3 * torch.randn_like(x)
x_train, y_train = x[:60], y[:60]
x_val, y_val = x[60:], y[60:]

net = nn.Sequential(nn.Linear(1, 40), nn.Tanh(), nn.Linear(40, 40), nn.Tanh(), nn.Linear(40, 1))
opt = torch.optim.Adam(net.parameters(), lr=LR)
mse = nn.MSELoss()

best_loss = float("inf")
best_state = None
bad_epochs = 0

for epoch in range(MAX_EPOCHS):
    net.train()
    opt.zero_grad()
    train_loss = mse(net(x_train), y_train)
    train_loss.backward()
    opt.step()

    net.eval()
    with torch.no_grad():
        val_loss = mse(net(x_val), y_val).item()

    print(f"{epoch:3d} train {train_loss.item():.5f} val {val_loss:.5f}")
    mlflow.log_metric("train_loss", train_loss.item(), step=epoch)
    mlflow.log_metric("val_loss", val_loss, step=epoch)

    # stop when the validation loss has not improved for a while
    if val_loss < best_loss - 1e-4:
        best_loss = val_loss
        best_state = copy.deepcopy(net.state_dict())
        bad_epochs = 0
    else:
        bad_epochs += 1
        if bad_epochs >= PATIENCE:
            print("early stop at epoch", epoch)
            break

net.load_state_dict(best_state)
torch.save(net.state_dict(), "best.pt")
print(f"best validation loss: {best_loss:.5f}")
mlflow.log_metric("best_val_loss", best_loss)
mlflow.end_run()
