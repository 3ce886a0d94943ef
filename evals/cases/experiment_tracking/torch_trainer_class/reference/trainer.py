import mlflow
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split


class Trainer:
    def __init__(self, model, train_loader, val_loader, lr=0.1, epochs=10):
        self.model = model
        self.train_loader = train_loader
        self.val_loader = val_loader
        self.lr = lr
        self.epochs = epochs
        self.loss_fn = nn.BCEWithLogitsLoss()
        self.opt = torch.optim.SGD(model.parameters(), lr=lr)

    def _train_epoch(self):
        self.model.train()
        total = 0.0
        for xb, yb in self.train_loader:
            self.opt.zero_grad()
            loss = self.loss_fn(self.model(xb).squeeze(1), yb)
            loss.backward()
            self.opt.step()
            total += loss.item()
        return total / len(self.train_loader)

    def _validate(self):
        self.model.eval()
        hits, seen = 0, 0
        with torch.no_grad():
            for xb, yb in self.val_loader:
                guess = (self.model(xb).squeeze(1) > 0).float()
                hits += int((guess == yb).sum())
                seen += len(yb)
        return hits / seen

    def fit(self):
        for epoch in range(self.epochs):
            train_loss = self._train_epoch()
            val_acc = self._validate()
            print("[%02d/%02d] train_loss=%.4f val_acc=%.4f" % (epoch + 1, self.epochs, train_loss, val_acc))
            mlflow.log_metrics({"train_loss": train_loss, "val_acc": val_acc}, step=epoch + 1)


if __name__ == "__main__":
    torch.manual_seed(3)
    x = torch.randn(600, 6)
    # xor-ish target: linear models cannot do it
    y = ((x[:, 0] * x[:, 1]) > 0).float()
    train_set, val_set = random_split(TensorDataset(x, y), [480, 120])
    net = nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Linear(32, 1))
    trainer = Trainer(
        net,
        DataLoader(train_set, batch_size=32, shuffle=True),
        DataLoader(val_set, batch_size=120),
        lr=0.5,
        epochs=8,
    )
    with mlflow.start_run(run_name="xor"):
        mlflow.log_params({"lr": trainer.lr, "epochs": trainer.epochs})
        trainer.fit()
