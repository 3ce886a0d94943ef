"""What a trial of a PyTorch script learns from and is scored on."""

import pytest

from tests.agents.gates.test_feeding import assert_accepted, find_in

TORCH = """\
import argparse
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

class Net(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4, hidden), nn.ReLU(), nn.Linear(hidden, 1))
    def forward(self, x):
        return self.layers(x)

def make_data(seed):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(400, 4, generator=generator)
    y = (x ** 2).sum(dim=1, keepdim=True)
    return TensorDataset(x[:300], y[:300]), TensorDataset(x[300:], y[300:])

def train_epoch(model, loader, criterion, optimizer):
    model.train()
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        optimizer.step()

def evaluate(model, loader, criterion):
    model.eval()
    total = 0.0
    with torch.no_grad():
        for xb, yb in loader:
            total += criterion(model(xb), yb).item() * len(xb)
    return total / len(loader.dataset)

def run(args):
    train_set, val_set = make_data(args.seed)
    train_loader = DataLoader(train_set, batch_size=args.batch_size, shuffle=True)
    val_loader = DataLoader(val_set, batch_size=64)
    model = Net(args.hidden).to("cpu")
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
    for epoch in range(args.epochs):
        train_epoch(model, train_loader, criterion, optimizer)
        val_loss = evaluate(model, val_loader, criterion)
        print(f"epoch {epoch}: {val_loss:.4f}")
    return val_loss

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.01)
    parser.add_argument("--hidden", type=int, default=16)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    run(args)

if __name__ == "__main__":
    main()
"""
RUN = "    args = parser.parse_args()\n    run(args)\n"
SUGGESTED = """\
        tuned = argparse.Namespace(**vars(args))
        tuned.lr = trial.suggest_float("lr", 1e-4, 1e-1, log=True)
        tuned.batch_size = trial.suggest_int("batch_size", 8, 64)
"""
OPTIMIZE = """\
    study = optuna.create_study(direction="minimize")
    study.optimize(objective, n_trials=args.n_trials)
"""
TUNED = TORCH.replace("import torch\n", "import optuna\nimport torch\n", 1)
TORCH_HONEST = {
    "namespace": TUNED.replace(
        RUN,
        RUN.split("    run", maxsplit=1)[0]
        + f"    def objective(trial):\n{SUGGESTED}        return run(tuned)\n{OPTIMIZE}",
    ),
    "options_written": TUNED.replace(
        RUN,
        RUN.split("    run", maxsplit=1)[0] + "    def objective(trial):\n"
        '        args.lr = trial.suggest_float("lr", 1e-4, 1e-1)\n'
        '        args.batch_size = trial.suggest_categorical("batch_size", [16, 32])\n'
        f"        return run(args)\n{OPTIMIZE}",
    ),
    "copied": TUNED.replace("import optuna\n", "import copy\nimport optuna\n").replace(
        RUN,
        RUN.split("    run", maxsplit=1)[0]
        + "    def objective(trial):\n        tuned = copy.copy(args)\n"
        '        tuned.lr = trial.suggest_float("lr", 1e-4, 1e-1)\n'
        f"        return run(tuned)\n{OPTIMIZE}",
    ),
    "update": TUNED.replace(
        RUN,
        RUN.split("    run", maxsplit=1)[0] + "    def objective(trial):\n"
        '        chosen = {"lr": trial.suggest_float("lr", 1e-4, 1e-1)}\n'
        "        return run(argparse.Namespace(**{**vars(args), **chosen}))\n" + OPTIMIZE,
    ),
    "pruned_inside": TUNED.replace("def run(args):", "def run(args, trial=None):")
    .replace(
        '        print(f"epoch',
        "        if trial is not None:\n            trial.report(val_loss, epoch)\n"
        "            if trial.should_prune():\n                raise optuna.TrialPruned()\n"
        '        print(f"epoch',
    )
    .replace(
        RUN,
        RUN.split("    run", maxsplit=1)[0]
        + f"    def objective(trial):\n{SUGGESTED}        return run(tuned, trial)\n{OPTIMIZE}",
    ),
    "trial_inside": TUNED.replace("def run(args):", "def run(trial, args):")
    .replace("lr=args.lr", 'lr=trial.suggest_float("lr", 1e-4, 1e-1, log=True)')
    .replace("Net(args.hidden)", 'Net(trial.suggest_int("hidden", 8, 64))')
    .replace(
        RUN,
        RUN.split("    run", maxsplit=1)[0]
        + OPTIMIZE.replace("optimize(objective", "optimize(lambda trial: run(trial, args)"),
    ),
    "layers_in_a_list": TUNED.replace(
        "        self.layers = nn.Sequential("
        "nn.Linear(4, hidden), nn.ReLU(), nn.Linear(hidden, 1))\n",
        "        layers = []\n        for _ in range(hidden):\n"
        "            layers.append(nn.Linear(4, 4))\n            layers.append(nn.ReLU())\n"
        "        self.layers = nn.Sequential(*layers, nn.Linear(4, 1))\n",
    ).replace(
        RUN,
        RUN.split("    run", maxsplit=1)[0]
        + f"    def objective(trial):\n{SUGGESTED}        return run(tuned)\n{OPTIMIZE}",
    ),
}


@pytest.mark.parametrize("style", TORCH_HONEST)
def test_the_same_batches_in_another_style_are_the_same(style: str) -> None:
    assert TORCH_HONEST[style].count("optimize(") == 1
    assert not find_in(TORCH, TORCH_HONEST[style])
    assert_accepted(TORCH, TORCH_HONEST[style])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("DataLoader(train_set,", "DataLoader(val_set,"),
        ("TensorDataset(x[:300], y[:300]),", "TensorDataset(x, y),"),
        ("train_epoch(model, train_loader,", "train_epoch(model, val_loader,"),
        ("DataLoader(val_set, batch_size=64)", "DataLoader(train_set, batch_size=64)"),
        ("make_data(args.seed)", "make_data(args.seed)\n    train_set = val_set"),
        ("loss = criterion(model(xb), yb)", "loss = criterion(model(xb), yb * 0)"),
        ("total += criterion(model(xb), yb)", "total += criterion(yb, yb)"),
    ],
)
def test_other_batches_are_told(old: str, new: str) -> None:
    text = TORCH_HONEST["namespace"]
    assert old in text
    assert "is given other data in a trial" in find_in(TORCH, text.replace(old, new, 1))
