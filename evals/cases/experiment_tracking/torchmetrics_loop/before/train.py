"""Classify handwritten digits; torchmetrics keeps the counts."""

from dataclasses import dataclass

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split
from torchmetrics import MeanMetric, MetricCollection
from torchmetrics.classification import MulticlassAccuracy, MulticlassF1Score


@dataclass
class Config:
    epochs: int = 4
    lr: float = 3e-3
    batch_size: int = 64
    hidden: int = 48
    seed: int = 1


def make_loaders(cfg: Config) -> tuple[DataLoader, DataLoader]:
    digits = load_digits()
    images = torch.tensor(digits.data, dtype=torch.float32) / 16
    dataset = TensorDataset(images, torch.tensor(digits.target))
    split = torch.Generator().manual_seed(cfg.seed)
    train, val = random_split(dataset, [0.8, 0.2], generator=split)
    return (
        DataLoader(train, batch_size=cfg.batch_size, shuffle=True),
        DataLoader(val, batch_size=256),
    )


def main() -> None:
    cfg = Config()
    torch.manual_seed(cfg.seed)
    train_loader, val_loader = make_loaders(cfg)
    model = nn.Sequential(nn.Linear(64, cfg.hidden), nn.ReLU(), nn.Linear(cfg.hidden, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=cfg.lr)
    criterion = nn.CrossEntropyLoss()

    train_loss = MeanMetric()
    train_accuracy = MulticlassAccuracy(num_classes=10, average="micro")
    val_metrics = MetricCollection(
        {
            "accuracy": MulticlassAccuracy(num_classes=10, average="micro"),
            "f1": MulticlassF1Score(num_classes=10),
        },
        prefix="val_",
    )

    for epoch in range(cfg.epochs):
        model.train()
        train_loss.reset()
        train_accuracy.reset()
        for images, labels in train_loader:
            optimizer.zero_grad()
            logits = model(images)
            loss = criterion(logits, labels)
            loss.backward()
            optimizer.step()
            train_loss.update(loss.detach(), weight=len(labels))
            train_accuracy.update(logits, labels)

        model.eval()
        val_metrics.reset()
        with torch.no_grad():
            for images, labels in val_loader:
                val_metrics.update(model(images), labels)
        scores = val_metrics.compute()
        print(
            f"epoch {epoch + 1}/{cfg.epochs}",
            f"loss {train_loss.compute():.4f}",
            f"train acc {train_accuracy.compute():.4f}",
            f"val acc {scores['val_accuracy']:.4f}",
            f"val f1 {scores['val_f1']:.4f}",
        )


if __name__ == "__main__":
    main()
