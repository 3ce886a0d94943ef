"""Forecasts the next value of a noisy wave with a GRU."""

from dataclasses import dataclass

import torch
from torch import nn


@dataclass
class Config:
    num_epochs: int = 20_000
    hidden_size: int = 48
    window: int = 40
    batch_size: int = 64
    learning_rate: float = 3e-3
    seed: int = 5


class Forecaster(nn.Module):
    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.gru = nn.GRU(1, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        states, _ = self.gru(x)
        return self.head(states[:, -1]).squeeze(-1)


def make_windows(config: Config) -> tuple[torch.Tensor, torch.Tensor]:
    t = torch.arange(1200) / 20
    wave = torch.sin(t) + 0.5 * torch.sin(2.7 * t) + 0.05 * torch.randn(len(t))
    x = torch.stack([wave[i : i + config.window] for i in range(len(wave) - config.window)])
    return x.unsqueeze(-1), wave[config.window :]


def run_epoch(model, optimizer, x, y, batch_size):
    model.train()
    order = torch.randperm(len(x))
    losses = []
    for start in range(0, len(x), batch_size):
        batch = order[start : start + batch_size]
        loss = nn.functional.mse_loss(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)


def main() -> None:
    config = Config()
    torch.manual_seed(config.seed)
    torch.set_num_threads(1)
    x, y = make_windows(config)
    split = int(0.8 * len(x))
    model = Forecaster(config.hidden_size)
    optimizer = torch.optim.AdamW(model.parameters(), lr=config.learning_rate)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=config.num_epochs)
    for epoch in range(config.num_epochs):
        train_loss = run_epoch(model, optimizer, x[:split], y[:split], config.batch_size)
        scheduler.step()
        model.eval()
        with torch.no_grad():
            val_loss = nn.functional.mse_loss(model(x[split:]), y[split:]).item()
        print(f"epoch={epoch} train_loss={train_loss:.5f} val_loss={val_loss:.5f}")
    torch.save(model.state_dict(), "forecaster.pt")


if __name__ == "__main__":
    main()
