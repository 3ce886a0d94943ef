"""A character model that learns to continue a text."""

import argparse

import torch
import torch.nn.functional as F
from torch import nn

TEXT = (
    """
the quick brown fox jumps over the lazy dog and the dog sleeps on while the fox runs back into
the wood where nobody has seen it before or since and nobody will ever see it again they say
"""
    * 20
)


class CharModel(nn.Module):
    def __init__(self, vocabulary, width):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width)
        self.rnn = nn.LSTM(width, width, batch_first=True)
        self.head = nn.Linear(width, vocabulary)

    def forward(self, x):
        return self.head(self.rnn(self.embed(x))[0])


def batches(data, block, size):
    while True:
        starts = torch.randint(len(data) - block - 1, (size,))
        yield (
            torch.stack([data[s : s + block] for s in starts]),
            torch.stack([data[s + 1 : s + block + 1] for s in starts]),
        )


def parse_options():
    parser = argparse.ArgumentParser()
    parser.add_argument("-s", "--max_steps", type=int, default=int(1.5e6))
    parser.add_argument("--eval_every", type=int, default=50)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main():
    args = parse_options()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    letters = sorted(set(TEXT))
    data = torch.tensor([letters.index(letter) for letter in TEXT])
    split = int(len(data) * 0.9)
    stream = batches(data[:split], 32, 16)
    held_out = next(batches(data[split:], 32, 64))
    model = CharModel(len(letters), args.width)
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
    step = 0
    while step < args.max_steps:
        x, y = next(stream)
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        step += 1
        if step % args.eval_every == 0:
            with torch.no_grad():
                x, y = held_out
                val_loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten()).item()
            print(f"step {step}: val_loss {val_loss:.4f}")


if __name__ == "__main__":
    main()
