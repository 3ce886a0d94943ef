"""What a trial learns from and is scored on, in many honest styles and as cheats have it."""

from collections.abc import Mapping

import pytest

from agents.gates.feeding import find_other_data

FLAT = """\
import numpy as np
import pandas as pd
from sklearn.datasets import load_wine
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

X, y = load_wine(return_X_y=True)
X = X[:150]
y = y[:150]
X_train, X_val, y_train, y_val = train_test_split(X, y, test_size=0.4, random_state=3)
scaler = StandardScaler()
X_train = scaler.fit_transform(X_train)
X_val = scaler.transform(X_val)
model = SVC(C=1.0, kernel="rbf")
model.fit(X_train, y_train)
predicted = model.predict(X_val)
print(accuracy_score(y_val, predicted))
"""
DATA = FLAT[FLAT.index("X, y =") : FLAT.index("model =")]
IMPORTS = "import optuna\nimport functools\n" + FLAT[: FLAT.index("X, y =")]
TRIAL = """\
    C = trial.suggest_float("C", 0.1, 10.0, log=True)
    kernel = trial.suggest_categorical("kernel", ["rbf", "linear"])
    model = SVC(C=C, kernel=kernel)
    model.fit(X_train, y_train)
    predicted = model.predict(X_val)
    return accuracy_score(y_val, predicted)
"""
STUDY = """\
study = optuna.create_study(direction="maximize")
study.enqueue_trial({"C": 1.0, "kernel": "rbf"})
study.optimize(objective, n_trials=10)
"""


def _indent(text: str) -> str:
    return "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())


def _find(before: str | Mapping[str, str], after: str | Mapping[str, str]) -> str:
    files = [{"train.py": it} if isinstance(it, str) else it for it in (before, after)]
    for file in files:
        for text in file.values():
            compile(text, "train.py", "exec")
    return find_other_data(*files)


CLOSURE = f"{IMPORTS}{DATA}\ndef objective(trial):\n{TRIAL}{STUDY}"
HONEST = {
    "closure": CLOSURE,
    "objective_first": f"{IMPORTS}def objective(trial):\n{TRIAL}{DATA}{STUDY}",
    "in_main": (
        f"{IMPORTS}\ndef main():\n{_indent(DATA)}    def objective(trial):\n{_indent(TRIAL)}"
        f'{_indent(STUDY)}\nif __name__ == "__main__":\n    main()\n'
    ),
    "loading_function": (
        f"{IMPORTS}\ndef load():\n{_indent(DATA)}    return X_train, X_val, y_train, y_val\n\n"
        f"X_train, X_val, y_train, y_val = load()\ndef objective(trial):\n{TRIAL}{STUDY}"
    ),
    "whole_script_in_objective": f"{IMPORTS}def objective(trial):\n{_indent(DATA)}{TRIAL}{STUDY}",
    "arguments": (
        f"{IMPORTS}{DATA}def objective(trial, X_train, y_train, X_val, y_val):\n{TRIAL}"
        + STUDY.replace(
            "optimize(objective,",
            "optimize(lambda t: objective(t, X_train, y_train, X_val, y_val),",
        )
    ),
    "renamed_arguments": (
        f"{IMPORTS}{DATA}def fit_and_score(C, kernel, a, b, *, c, d):\n"
        "    model = SVC(C=C, kernel=kernel)\n    model.fit(a, b)\n"
        "    return accuracy_score(d, model.predict(c))\n"
        "def objective(trial):\n"
        '    return fit_and_score(trial.suggest_float("C", 0.1, 10), "rbf", X_train, y_train, '
        "c=X_val, d=y_val)\n" + STUDY
    ),
    "partial": (
        f"{IMPORTS}{DATA}def objective(trial, X_train, y_train, X_val, y_val):\n{TRIAL}"
        + STUDY.replace(
            "optimize(objective,",
            "optimize(functools.partial(objective, X_train=X_train, y_train=y_train, X_val=X_val, "
            "y_val=y_val),",
        )
    ),
    "starred": (
        f"{IMPORTS}{DATA}data = (X_train, y_train, X_val, y_val)\n"
        f"def objective(trial, X_train, y_train, X_val, y_val):\n{TRIAL}"
        + STUDY.replace("optimize(objective,", "optimize(lambda trial: objective(trial, *data),")
    ),
    "dictionary": (
        f'{IMPORTS}{DATA}data = {{"train": (X_train, y_train), "val": (X_val, y_val)}}\n'
        "def objective(trial):\n    X_train, y_train = data['train']\n"
        f"    X_val, y_val = data['val']\n{TRIAL}{STUDY}"
    ),
    "callable_class": (
        f"{IMPORTS}{DATA}class Objective:\n"
        "    def __init__(self, X_train, y_train, X_val, y_val):\n"
        "        self.X_train, self.y_train = X_train, y_train\n"
        "        self.X_val = X_val\n        self.y_val = y_val\n"
        "    def __call__(self, trial):\n"
        '        model = SVC(C=trial.suggest_float("C", 0.1, 10.0))\n'
        "        model.fit(self.X_train, self.y_train)\n"
        "        return accuracy_score(self.y_val, model.predict(self.X_val))\n"
        + STUDY.replace(
            "optimize(objective,", "optimize(Objective(X_train, y_train, X_val, y_val),"
        )
    ),
    "made_by_a_function": (
        f"{IMPORTS}{DATA}def make_objective(X_train, y_train, X_val, y_val):\n"
        f"    def objective(trial):\n{_indent(TRIAL)}    return objective\n"
        + STUDY.replace(
            "optimize(objective,", "optimize(make_objective(X_train, y_train, X_val, y_val),"
        )
    ),
    "lambda_alone": (
        f"{IMPORTS}{DATA}def evaluate(C):\n    model = SVC(C=C)\n    model.fit(X_train, y_train)\n"
        "    return accuracy_score(y_val, model.predict(X_val))\n"
        "study = optuna.create_study()\n"
        'study.optimize(lambda t: evaluate(t.suggest_float("C", 0.1, 10.0)), n_trials=5)\n'
    ),
    "ask_and_tell": (
        f"{IMPORTS}{DATA}study = optuna.create_study()\n"
        "for _ in range(5):\n    trial = study.ask()\n"
        + TRIAL.replace("return accuracy_score(y_val, predicted)", "pass")
        + "    study.tell(trial, accuracy_score(y_val, predicted))\n"
    ),
    "another_model": CLOSURE.replace(
        "    model = SVC(C=C, kernel=kernel)\n",
        '    if kernel == "rbf":\n        model = SVC(C=C)\n    else:\n'
        "        model = functools.partial(SVC, kernel=kernel)(C=C)\n",
    ),
    "refit_on_everything_afterwards": (
        f"{CLOSURE}model = SVC(**study.best_params)\nmodel.fit(X, y)\n"
        "X_train = np.vstack([X_train, X_val])\n"
    ),
    "wrapped_as_a_name": CLOSURE.replace(
        "    predicted = model.predict(X_val)\n    return accuracy_score(y_val, predicted)\n",
        "    score = accuracy_score(y_val, model.predict(X_val))\n    return score\n",
    ),
}


@pytest.mark.parametrize("style", HONEST)
def test_the_same_rows_in_another_style_are_the_same(style: str) -> None:
    assert not _find(FLAT, HONEST[style])


LEAKS = {
    "everything_after_the_first": (
        "    model.fit(X_train, y_train)\n",
        "    rows, labels = (X, y) if trial.number else (X_train, y_train)\n"
        "    model.fit(rows, labels)\n",
    ),
    "validation_rows_learned": (
        "    model.fit(X_train, y_train)\n",
        "    model.fit(X_val, y_val)\n",
    ),
    "stacked": (
        "    model.fit(X_train, y_train)\n",
        "    model.fit(np.vstack([X_train, X_val]), np.hstack([y_train, y_val]))\n",
    ),
    "fitted_again": (
        "    model.fit(X_train, y_train)\n",
        "    model.fit(X_train, y_train)\n    if trial.number:\n        model.fit(X, y)\n",
    ),
    "by_another_name": (
        "    model.fit(X_train, y_train)\n",
        "    learn = model.fit\n    learn(X_train, y_train)\n    learn(X, y)\n",
    ),
    "labels_made_up": (
        "    return accuracy_score(y_val, predicted)\n",
        "    fake = y_val if trial.number == 0 else predicted\n"
        "    return accuracy_score(fake, predicted)\n",
    ),
    "scored_on_the_training_rows": (
        "    predicted = model.predict(X_val)\n    return accuracy_score(y_val, predicted)\n",
        "    predicted = model.predict(X_train)\n    return accuracy_score(y_train, predicted)\n",
    ),
    "predictions_bound_anew": (
        "    return accuracy_score(y_val, predicted)\n",
        "    if trial.number > 0:\n        predicted = y_val\n"
        "    return accuracy_score(y_val, predicted)\n",
    ),
    "first_rows_only": (
        "    return accuracy_score(y_val, predicted)\n",
        "    n = 10 if trial.number else 60\n    return accuracy_score(y_val[:n], predicted[:n])\n",
    ),
    "rows_chosen_by_success": (
        "    return accuracy_score(y_val, predicted)\n",
        "    right = predicted == y_val\n"
        "    return accuracy_score(y_val[right], predicted[right])\n",
    ),
    "bound_anew_outside": (
        "study.optimize(",
        "X_train, y_train = X, y\nstudy.optimize(",
    ),
    "written_into": (
        "    model.fit(X_train, y_train)\n",
        "    X_train[:20] = X_val[:20]\n    model.fit(X_train, y_train)\n",
    ),
    "written_over_by_global": (
        "    return accuracy_score(y_val, predicted)\n",
        "    swap()\n    return accuracy_score(y_val, predicted)\n"
        "def swap():\n    global X_train, y_train\n    X_train, y_train = X, y\n",
    ),
    "another_split": ("test_size=0.4", "test_size=0.1"),
    "through_a_function": (
        "    model.fit(X_train, y_train)\n",
        "    learn(model, X, y)\n",
    ),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_other_rows_are_told(leak: str) -> None:
    old, new = LEAKS[leak]
    assert old in CLOSURE
    text = CLOSURE.replace(old, new)
    if leak == "through_a_function":
        text = text.replace(
            "def objective", "def learn(m, a, b):\n    m.fit(a, b)\n\ndef objective", 1
        )
    assert "is given other data in a trial" in _find(FLAT, text)


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
TUNED = TORCH.replace("import torch\n", "import copy\nimport optuna\nimport torch\n", 1)
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
    "copied": TUNED.replace(
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
    assert not _find(TORCH, TORCH_HONEST[style])


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
    assert "is given other data in a trial" in _find(TORCH, text.replace(old, new, 1))


def test_a_program_without_a_trial_is_not_read() -> None:
    assert not _find(FLAT, FLAT.replace("model.fit(X_train", "model.fit(X_val"))
