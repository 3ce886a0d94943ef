"""Tell rising from falling sequences with an LSTM."""
import argparse
import logging

import torch
import torch.ao.quantization
from torch import nn

logging.basicConfig(level=logging.INFO, format="%(message)s")
log = logging.getLogger(__name__)


class SequenceClassifier(nn.Module):
    """Two classes from a sequence of numbers."""

    def __init__(self, hidden):
        super().__init__()
        self.lstm = nn.LSTM(1, hidden, batch_first=True)
        self.out = nn.Linear(hidden, 2)

    def forward(self, x):
        _, (h, _) = self.lstm(x)
        return self.out(h[-1])


def make_data(n, length, generator):
    slope = torch.rand(n, 1, generator=generator) * 2 - 1
    steps = torch.linspace(0, 1, length).repeat(n, 1)
    noise = 0.5 * torch.randn(n, length, generator=generator)
    return (slope * steps + noise).unsqueeze(-1), (slope[:, 0] > 0).long()


def score(model, x, y):
    with torch.inference_mode():
        return float((model(x).argmax(-1) == y).float().mean())


def main(args):
    torch.manual_seed(args.seed)
    generator = torch.Generator().manual_seed(args.seed)
    x, y = make_data(600, args.length, generator)
    x_val, y_val = make_data(300, args.length, generator)
    model = SequenceClassifier(args.hidden)
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
    for epoch in range(args.epochs):
        model.train()
        for i in range(0, len(x), 100):
            loss = nn.functional.cross_entropy(model(x[i : i + 100]), y[i : i + 100])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        val_acc = score(model, x_val, y_val)
        print(f"epoch {epoch + 1}/{args.epochs} loss={loss.item():.4f} val_acc={val_acc:.4f}")
    torch.save({"model": model.state_dict(), "val_acc": val_acc}, args.out)
    log.info("wrote %s", args.out)
    int8_model = torch.ao.quantization.quantize_dynamic(
        model, {nn.LSTM, nn.Linear}, dtype=torch.qint8
    )
    int8_acc = score(int8_model, x_val, y_val)
    print(f"int8_acc={int8_acc:.4f}")
    torch.save(int8_model.state_dict(), "lstm_int8.pt")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--hidden", type=int, default=24)
    parser.add_argument("--length", type=int, default=12)
    parser.add_argument("--lr", type=float, default=0.02)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default="lstm.pt")
    main(parser.parse_args())
