import mlflow
import torch
import torch.nn as nn

torch.manual_seed(7)
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

CODE = 8
EPOCHS = 6
BATCH = 128

# 8x8 pictures of a bright spot somewhere on a dark ground
rows, cols = torch.meshgrid(torch.arange(8.0), torch.arange(8.0), indexing="ij")
spots = torch.rand(1500, 2, 1, 1) * 7
images = torch.exp(-((rows - spots[:, 0]) ** 2 + (cols - spots[:, 1]) ** 2) / 3).flatten(1).to(device)

class AutoEncoder(nn.Module):
    def __init__(self, code):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, code))
        self.decoder = nn.Sequential(nn.Linear(code, 32), nn.ReLU(), nn.Linear(32, 64), nn.Sigmoid())

    def forward(self, x):
        return self.decoder(self.encoder(x))

model = AutoEncoder(CODE).to(device)
opt = torch.optim.Adam(model.parameters(), lr=3e-3)
loss_fn = nn.MSELoss()

mlflow.start_run(run_name="autoencoder")
mlflow.log_params({"code": CODE, "epochs": EPOCHS, "batch": BATCH})

for epoch in range(EPOCHS):
    losses = []
    for batch in images[torch.randperm(len(images))].split(BATCH):
        loss = loss_fn(model(batch), batch)
        opt.zero_grad(); loss.backward(); opt.step()
        losses.append(loss.item())
    epoch_loss = sum(losses) / len(losses)
    print("epoch", epoch, "reconstruction loss", round(epoch_loss, 5))
    mlflow.log_metric("reconstruction_loss", epoch_loss, step=epoch)

torch.save(model.state_dict(), 'autoencoder.pt')
mlflow.end_run()
