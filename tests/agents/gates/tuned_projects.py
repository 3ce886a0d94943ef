"""Small training scripts made of classes, records and several files, and what tunes them."""

EXPERIMENT = """\
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Lasso
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split

class Experiment:
    def __init__(self, alpha=0.1, seed=0):
        self.alpha = alpha
        self.seed = seed
        self.load()
    def load(self):
        X, y = load_diabetes(return_X_y=True)
        halves = train_test_split(X, y, random_state=self.seed)
        self.X_train, self.X_test, self.y_train, self.y_test = halves
    def train(self):
        self.model = Lasso(alpha=self.alpha)
        self.model.fit(self.X_train, self.y_train)
    def evaluate(self):
        mae = mean_absolute_error(self.y_test, self.model.predict(self.X_test))
        print(f"MAE {mae:.3f}")
        return mae

if __name__ == "__main__":
    experiment = Experiment()
    experiment.train()
    experiment.evaluate()
"""
EXPERIMENT_TUNED = """\
import numpy as np
import optuna
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Lasso
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split

class Experiment:
    def __init__(self, alpha=0.1, seed=0):
        self.alpha = alpha
        self.seed = seed
        self.load()
    def load(self):
        X, y = load_diabetes(return_X_y=True)
        halves = train_test_split(X, y, random_state=self.seed)
        self.X_train, self.X_test, self.y_train, self.y_test = halves
    def train(self):
        self.model = Lasso(alpha=self.alpha)
        self.model.fit(self.X_train, self.y_train)
    def evaluate(self):
        mae = mean_absolute_error(self.y_test, self.model.predict(self.X_test))
        print(f"MAE {mae:.3f}")
        return mae

def objective(trial):
    experiment = Experiment(alpha=trial.suggest_float("alpha", 1e-3, 10.0, log=True))
    experiment.train()
    return experiment.evaluate()

if __name__ == "__main__":
    study = optuna.create_study(direction="minimize")
    study.enqueue_trial({"alpha": 0.1})
    study.optimize(objective, n_trials=10)
"""
RECORD = """\
from dataclasses import dataclass
import numpy as np
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score

@dataclass
class Config:
    alpha: float = 1.0
    n: int = 300
    seed: int = 0

def make_data(cfg):
    rng = np.random.default_rng(cfg.seed)
    X = rng.normal(size=(cfg.n, 5))
    y = X @ np.arange(5) + rng.normal(size=cfg.n)
    return X[:200], y[:200], X[200:], y[200:]

def run(cfg):
    X_train, y_train, X_test, y_test = make_data(cfg)
    model = Ridge(alpha=cfg.alpha)
    model.fit(X_train, y_train)
    r2 = r2_score(y_test, model.predict(X_test))
    print(f"R2: {r2:.4f}")
    return r2

if __name__ == "__main__":
    run(Config())
"""
FILES = {
    "model.py": """\
from torch import nn

def build(hidden):
    return nn.Sequential(nn.Linear(4, hidden), nn.ReLU(), nn.Linear(hidden, 3))
""",
    "data.py": """\
import torch
from torch.utils.data import DataLoader, TensorDataset

def loaders(batch_size):
    x = torch.randn(300, 4)
    y = (x.sum(1) > 0).long()
    train = TensorDataset(x[:200], y[:200])
    val = TensorDataset(x[200:], y[200:])
    return DataLoader(train, batch_size=batch_size, shuffle=True), DataLoader(val, batch_size=256)
""",
    "train.py": """\
import torch
from torch import nn

from data import loaders
from model import build


def fit(model, loader, optimizer, loss_fn):
    for inputs, targets in loader:
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = loss_fn(outputs, targets)
        loss.backward()
        optimizer.step()


def test(model, loader):
    correct = total = 0
    with torch.no_grad():
        for inputs, targets in loader:
            predicted = model(inputs).argmax(dim=1)
            correct += (predicted == targets).sum().item()
            total += targets.size(0)
    return correct / total


def main(lr=0.1, hidden=16, batch_size=32, epochs=2):
    torch.manual_seed(0)
    train_loader, val_loader = loaders(batch_size)
    model = build(hidden)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    loss_fn = nn.CrossEntropyLoss()
    for epoch in range(epochs):
        fit(model, train_loader, optimizer, loss_fn)
        accuracy = test(model, val_loader)
        print(f"epoch {epoch} accuracy {accuracy:.4f}")
    return accuracy


if __name__ == "__main__":
    main()
""",
}
FILES_TUNED = """\
def objective(trial):
    return main(
        lr=trial.suggest_float("lr", 1e-3, 1.0, log=True),
        hidden=trial.suggest_int("hidden", 4, 64, step=4),
        batch_size=trial.suggest_categorical("batch_size", [16, 32, 64]),
    )


if __name__ == "__main__":
    storage = "sqlite:///study.db"
    study = optuna.create_study(direction="maximize", storage=storage, load_if_exists=True)
    study.enqueue_trial({"lr": 0.1, "hidden": 16, "batch_size": 32})
    study.optimize(objective, n_trials=10)
"""
