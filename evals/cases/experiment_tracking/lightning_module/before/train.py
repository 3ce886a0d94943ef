"""A Lightning module for noisy sine regression."""

import argparse

import lightning as L
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class SineRegressor(L.LightningModule):
    def __init__(self, hidden: int, lr: float):
        super().__init__()
        self.save_hyperparameters()
        self.net = nn.Sequential(nn.Linear(1, hidden), nn.Tanh(), nn.Linear(hidden, 1))

    def forward(self, x):
        return self.net(x)

    def training_step(self, batch, batch_idx):
        x, y = batch
        loss = F.mse_loss(self(x), y)
        self.log("train_loss", loss, on_step=False, on_epoch=True)
        return loss

    def validation_step(self, batch, batch_idx):
        x, y = batch
        prediction = self(x)
        self.log("val_loss", F.mse_loss(prediction, y))
        self.log("val_mae", F.l1_loss(prediction, y))

    def test_step(self, batch, batch_idx):
        x, y = batch
        self.log("test_mae", F.l1_loss(self(x), y))

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)


def make_loader(points, seed, shuffle=False):
    noise = torch.Generator().manual_seed(seed)
    x = torch.rand(points, 1, generator=noise) * 6 - 3
    y = torch.sin(x) + 0.1 * torch.randn(points, 1, generator=noise)
    return DataLoader(TensorDataset(x, y), batch_size=32, shuffle=shuffle)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--hidden", type=int, default=32)
    parser.add_argument("--lr", type=float, default=0.02)
    args = parser.parse_args()

    L.seed_everything(7)
    model = SineRegressor(args.hidden, args.lr)
    trainer = L.Trainer(
        max_epochs=args.epochs,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(model, make_loader(512, 1, shuffle=True), make_loader(128, 2))
    print(f"final validation loss: {trainer.callback_metrics['val_loss'].item():.4f}")
    (result,) = trainer.test(model, make_loader(128, 3), verbose=False)
    print(f"test MAE: {result['test_mae']:.4f}")


if __name__ == "__main__":
    main()
