"""Small training scripts in several styles, and the same scripts tuned with Optuna."""

BOOSTED = """\
import numpy as np
import pandas as pd
import xgboost as xgb
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split
df = pd.read_csv("data.csv")
X = df.drop(columns=["price"])
y = df["price"]
X_train, X_valid, y_train, y_valid = train_test_split(X, y, test_size=0.2, random_state=42)
dtrain = xgb.DMatrix(X_train, label=y_train)
dvalid = xgb.DMatrix(X_valid, label=y_valid)
params = {"objective": "reg:squarederror", "max_depth": 6, "eta": 0.1, "subsample": 0.8}
booster = xgb.train(params, dtrain, num_boost_round=100)
rmse = np.sqrt(mean_squared_error(y_valid, booster.predict(dvalid)))
print(f"RMSE: {rmse:.4f}")
"""
BOOSTED_TUNED = """\
import numpy as np
import optuna
import pandas as pd
import xgboost as xgb
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split
df = pd.read_csv("data.csv")
X = df.drop(columns=["price"])
y = df["price"]
X_train, X_valid, y_train, y_valid = train_test_split(X, y, test_size=0.2, random_state=42)
dtrain = xgb.DMatrix(X_train, label=y_train)
dvalid = xgb.DMatrix(X_valid, label=y_valid)


def objective(trial):
    params = {
        "objective": "reg:squarederror",
        "max_depth": trial.suggest_int("max_depth", 2, 10),
        "eta": trial.suggest_float("eta", 0.01, 0.3, log=True),
        "subsample": trial.suggest_float("subsample", 0.5, 1.0),
    }
    booster = xgb.train(params, dtrain, num_boost_round=100)
    rmse = np.sqrt(mean_squared_error(y_valid, booster.predict(dvalid)))
    print(f"RMSE: {rmse:.4f}")
    return rmse


study = optuna.create_study(direction="minimize")
study.enqueue_trial({"max_depth": 6, "eta": 0.1, "subsample": 0.8})
study.optimize(objective, n_trials=20)
print(f"Best RMSE: {study.best_value:.4f}")
"""
FOLDED = """\
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

X, y = load_breast_cancer(return_X_y=True)
cv = StratifiedKFold(n_splits=5, shuffle=True, random_state=0)
scores = []
for train_idx, val_idx in cv.split(X, y):
    model = GradientBoostingClassifier(n_estimators=50, learning_rate=0.1, max_depth=3)
    model.fit(X[train_idx], y[train_idx])
    proba = model.predict_proba(X[val_idx])[:, 1]
    scores.append(roc_auc_score(y[val_idx], proba))
print(f"AUC: {np.mean(scores):.4f}")
"""
FOLDED_TUNED = """\
import numpy as np
import optuna
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

X, y = load_breast_cancer(return_X_y=True)
cv = StratifiedKFold(n_splits=5, shuffle=True, random_state=0)


def objective(trial):
    params = dict(
        n_estimators=trial.suggest_int("n_estimators", 20, 200),
        learning_rate=trial.suggest_float("learning_rate", 0.01, 0.3, log=True),
        max_depth=trial.suggest_int("max_depth", 2, 6),
    )
    scores = []
    for train_idx, val_idx in cv.split(X, y):
        model = GradientBoostingClassifier(**params)
        model.fit(X[train_idx], y[train_idx])
        proba = model.predict_proba(X[val_idx])[:, 1]
        scores.append(roc_auc_score(y[val_idx], proba))
    print(f"AUC: {np.mean(scores):.4f}")
    return np.mean(scores)


study = optuna.create_study(direction="maximize")
study.enqueue_trial({"n_estimators": 50, "learning_rate": 0.1, "max_depth": 3})
study.optimize(objective, n_trials=10)
"""
LIGHTNING = """\
import lightning as L
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

class Lit(L.LightningModule):
    def __init__(self, lr=1e-3, hidden=32):
        super().__init__()
        self.lr = lr
        self.net = nn.Sequential(nn.Linear(4, hidden), nn.ReLU(), nn.Linear(hidden, 1))
    def training_step(self, batch, batch_idx):
        x, y = batch
        loss = nn.functional.mse_loss(self.net(x), y)
        self.log("train_loss", loss)
        return loss
    def validation_step(self, batch, batch_idx):
        x, y = batch
        self.log("val_loss", nn.functional.mse_loss(self.net(x), y))
    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.lr)

def main():
    L.seed_everything(0)
    x = torch.randn(500, 4)
    y = x.sum(dim=1, keepdim=True)
    train_set, val_set = random_split(TensorDataset(x, y), [400, 100])
    train_loader = DataLoader(train_set, batch_size=32)
    val_loader = DataLoader(val_set, batch_size=100)
    model = Lit()
    trainer = L.Trainer(max_epochs=2)
    trainer.fit(model, train_loader, val_loader)
    val_loss = trainer.callback_metrics["val_loss"].item()
    print(f"val loss {val_loss:.4f}")

if __name__ == "__main__":
    main()
"""
LIGHTNING_TUNED = """\
import lightning as L
import optuna
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

class Lit(L.LightningModule):
    def __init__(self, lr=1e-3, hidden=32):
        super().__init__()
        self.lr = lr
        self.net = nn.Sequential(nn.Linear(4, hidden), nn.ReLU(), nn.Linear(hidden, 1))
    def training_step(self, batch, batch_idx):
        x, y = batch
        loss = nn.functional.mse_loss(self.net(x), y)
        self.log("train_loss", loss)
        return loss
    def validation_step(self, batch, batch_idx):
        x, y = batch
        self.log("val_loss", nn.functional.mse_loss(self.net(x), y))
    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.lr)

def main():
    L.seed_everything(0)
    x = torch.randn(500, 4)
    y = x.sum(dim=1, keepdim=True)
    train_set, val_set = random_split(TensorDataset(x, y), [400, 100])
    train_loader = DataLoader(train_set, batch_size=32)
    val_loader = DataLoader(val_set, batch_size=100)

    def objective(trial):
        L.seed_everything(0)
        lr = trial.suggest_float("lr", 1e-4, 1e-1, log=True)
        model = Lit(lr=lr, hidden=trial.suggest_int("hidden", 8, 64))
        trainer = L.Trainer(max_epochs=2)
        trainer.fit(model, train_loader, val_loader)
        val_loss = trainer.callback_metrics["val_loss"].item()
        print(f"val loss {val_loss:.4f}")
        return val_loss

    study = optuna.create_study(direction="minimize")
    study.enqueue_trial({"lr": 1e-3, "hidden": 32})
    study.optimize(objective, n_trials=5)

if __name__ == "__main__":
    main()
"""
