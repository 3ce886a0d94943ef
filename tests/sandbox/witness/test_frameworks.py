"""The witness among the real training frameworks."""

from pathlib import Path

import pytest

from sandbox.environment import Environment
from tests.sandbox.witness.witnessed import Ran, run_witnessed

pytestmark = [pytest.mark.environment, pytest.mark.thorough]

VARIABLES = {
    "KERAS_BACKEND": "torch",
    "OMP_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "HF_HUB_OFFLINE": "1",
    "MLFLOW_TRACKING_URI": "sqlite:///mlflow.db",
    "GIT_PYTHON_REFRESH": "quiet",
}

LIGHTNING = """
import lightning as L
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torchmetrics.classification import MulticlassAccuracy


class Net(L.LightningModule):
    def __init__(self):
        super().__init__()
        self.net = nn.Linear(8, 2)
        self.acc = MulticlassAccuracy(num_classes=2)

    def training_step(self, batch, index):
        x, y = batch
        loss = nn.functional.cross_entropy(self.net(x), y)
        self.log("train_loss", loss, on_step=True, on_epoch=True)
        return loss

    def validation_step(self, batch, index):
        x, y = batch
        out = self.net(x)
        self.acc(out, y)
        self.log_dict({"val_loss": nn.functional.cross_entropy(out, y), "val_acc": self.acc})

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.05)


L.seed_everything(0, verbose=False)
x = torch.randn(128, 8)
data = TensorDataset(x, (x[:, 0] > 0).long())
model = Net()
trainer = L.Trainer(max_epochs=2, logger=False, enable_checkpointing=False, accelerator="cpu",
                    log_every_n_steps=2, enable_progress_bar=False, enable_model_summary=False)
trainer.fit(model, DataLoader(data, 32, shuffle=True), DataLoader(data, 64))
print(trainer.callback_metrics["train_loss"].item(), trainer.logged_metrics)
results = trainer.validate(model, DataLoader(data, 64), verbose=False)
print(results)
torch.save(model.state_dict(), "model.pt")
"""

TRANSFORMERS = """
import torch
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments
from transformers import set_seed

set_seed(0)
config = BertConfig(vocab_size=50, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
                    intermediate_size=16, max_position_embeddings=16)
model = BertForSequenceClassification(config)


class Tokens(torch.utils.data.Dataset):
    def __init__(self, count):
        self.x = torch.randint(0, 50, (count, 8))
        self.y = (self.x[:, 0] > 25).long()

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return {"input_ids": self.x[index], "labels": self.y[index]}


def compute_metrics(p):
    return {"accuracy": float((p.predictions.argmax(-1) == p.label_ids).mean())}


args = TrainingArguments(output_dir="out", num_train_epochs=2, per_device_train_batch_size=16,
                         eval_strategy="epoch", logging_steps=2, report_to="none",
                         save_strategy="no", disable_tqdm=True, use_cpu=True, log_level="error")
trainer = Trainer(model=model, args=args, train_dataset=Tokens(64), eval_dataset=Tokens(32),
                  compute_metrics=compute_metrics)
trainer.remove_callback(__import__("transformers").PrinterCallback)
result = trainer.train()
metrics = trainer.evaluate()
print(result.training_loss, metrics["eval_loss"], metrics["eval_accuracy"])
print([log["loss"] for log in trainer.state.log_history if "loss" in log])
torch.save(model.state_dict(), "model.pt")
"""

KERAS = """
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(200, 8)).astype("float32")
y = (x[:, 0] > 0).astype("int64")
model = keras.Sequential([layers.Input((8,)), layers.Dense(8, "relu"), layers.Dense(2)])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])


class Keep(keras.callbacks.Callback):
    logs = []

    def on_epoch_end(self, epoch, logs=None):
        self.logs.append(dict(logs))


rate = keras.callbacks.LearningRateScheduler(lambda epoch, lr: lr * 0.9)
history = model.fit(x, y, epochs=3, batch_size=32, validation_split=0.25, verbose=2 * 0,
                    callbacks=[rate, Keep()])
test_loss, test_acc = model.evaluate(x, y, verbose=0)
first = model.train_on_batch(x[:32], y[:32])
print(history.history, Keep.logs[-1] == {k: v[-1] for k, v in history.history.items()})
print(test_loss, test_acc, first, model.evaluate(x, y, verbose=0, return_dict=True))
model.save_weights("model.weights.h5")
"""

XGBOOST = """
import xgboost as xgb
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
dtrain, dtest = xgb.DMatrix(X_train, y_train), xgb.DMatrix(X_test, y_test)
params = {"objective": "binary:logistic", "eval_metric": ["auc", "logloss"], "nthread": 1}
found = {}
booster = xgb.train(params, dtrain, 12, evals=[(dtrain, "train"), (dtest, "eval")],
                    evals_result=found, early_stopping_rounds=3, verbose_eval=False)
print(found, booster.best_score, booster.best_iteration)
model = xgb.XGBClassifier(n_estimators=5, n_jobs=1, eval_metric="error")
model.fit(X_train, y_train, eval_set=[(X_test, y_test)], verbose=False)
print(model.evals_result(), model.score(X_test, y_test))
print(xgb.cv(params, dtrain, 4, nfold=3, seed=0))
booster.save_model("model.json")
"""

LIGHTGBM = """
import lightgbm as lgb
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
params = {"objective": "binary", "metric": ["auc", "binary_logloss"], "verbosity": -1,
          "num_threads": 1, "deterministic": True}
found = {}
data = lgb.Dataset(X_train, y_train)
booster = lgb.train(params, data, 12, valid_sets=[lgb.Dataset(X_test, y_test, reference=data)],
                    callbacks=[lgb.record_evaluation(found), lgb.early_stopping(5, verbose=False)])
print(found, dict(booster.best_score), booster.best_iteration)
model = lgb.LGBMClassifier(n_estimators=5, n_jobs=1, verbosity=-1)
model.fit(X_train, y_train, eval_set=[(X_test, y_test)], eval_metric="auc")
print(model.evals_result_, model.best_score_, model.score(X_test, y_test))
print(lgb.cv(params, lgb.Dataset(X_train, y_train), 4, nfold=3, seed=0))
booster.save_model("model.txt")
"""

TORCHMETRICS = """
import pickle
import torch
import torchmetrics
from torchmetrics.classification import MulticlassAccuracy, MulticlassF1Score
from torchmetrics.functional.classification import multiclass_precision

torch.manual_seed(0)
accuracy = MulticlassAccuracy(num_classes=3)
each = MulticlassAccuracy(num_classes=3, average=None)
loss = torchmetrics.MeanMetric()
both = torchmetrics.MetricCollection({"f1": MulticlassF1Score(3), "acc": MulticlassAccuracy(3)})
for epoch in range(3):
    for batch in range(4):
        out, y = torch.randn(16, 3), torch.randint(0, 3, (16,))
        batch_acc = accuracy(out, y)
        each.update(out, y)
        both.update(out, y)
        loss.update(torch.nn.functional.cross_entropy(out, y))
    print(epoch, accuracy.compute().item(), loss.compute(), both.compute(), batch_acc)
    print(each.compute(), multiclass_precision(out, y, num_classes=3))
    accuracy.reset()
copy = pickle.loads(pickle.dumps(loss))
print(copy.compute(), loss.compute())
torch.save(loss.state_dict(), "model.pt")
"""

PROGRAMS = {
    "keras": (KERAS, "model.weights.h5"),
    "xgboost": (XGBOOST, "model.json"),
    "lightgbm": (LIGHTGBM, "model.txt"),
    "torchmetrics": (TORCHMETRICS, "model.pt"),
    "lightning": (LIGHTNING, "model.pt"),
    "transformers": (TRANSFORMERS, "model.pt"),
}


HANDING = (
    "lightning.Trainer",
    "transformers.Trainer",
    "keras",
    "xgboost",
    "lightgbm",
    "torchmetrics",
)
LABELS = {
    "keras": {"loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"},
    "xgboost": {"train-auc", "eval-logloss", "validation_0-error", "test-auc-mean", "best_score"},
    "lightgbm": {"valid_0-auc", "valid_0-binary_logloss", "valid-auc-mean"},
    "torchmetrics": {"", "f1", "acc"},
    "lightning": {"train_loss_step", "train_loss_epoch", "val_loss", "val_acc"},
    "transformers": {"loss", "eval_loss", "eval_accuracy", "epoch", "train_loss", "learning_rate"},
}
"""What each framework hands to its loggers."""


def run_program(
    folder: Path, environment: Environment, name: str, *, seen: bool = True, nudge: bool = False
) -> Ran:
    folder.mkdir(exist_ok=True)
    return run_witnessed(
        folder,
        PROGRAMS[name][0],
        python=environment.python,
        variables=VARIABLES,
        witnessed=seen,
        channel=seen,
        instrumented=seen,
        nudge=nudge,
    )


def hash_files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted((folder / "work").rglob("*"))
        if path.is_file() and path.name != "train.py" and ".cache" not in path.parts
    }


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_prints_and_keeps_the_same_bytes_with_and_without_the_witness(
    tmp_path: Path, full_environment: Environment, name: str
) -> None:
    before = run_program(tmp_path / "bare", full_environment, name, seen=False)
    after = run_program(tmp_path / "seen", full_environment, name)
    assert before.code == 0, before.stderr
    assert after.stdout == before.stdout
    kept = hash_files(tmp_path / "bare")
    assert f"work/{PROGRAMS[name][1]}" in kept
    assert hash_files(tmp_path / "seen") == kept
    assert after.testimony.complete


@pytest.mark.parametrize("name", PROGRAMS)
def test_everything_that_is_handed_to_loggers_is_seen_and_follows_the_nudge(
    tmp_path: Path, full_environment: Environment, name: str
) -> None:
    cold = run_program(tmp_path / "cold", full_environment, name)
    nudged = run_program(tmp_path / "nudged", full_environment, name, nudge=True)
    assert nudged.code == 0, nudged.stderr
    before, after = handed_values(cold), handed_values(nudged)
    assert LABELS[name] <= {label for _, label in before}
    for place, values in before.items():
        assert len(after[place]) == len(values), place
        assert not set(values) & set(after[place]), place


def handed_values(ran: Ran) -> dict[tuple[str, str], list[float]]:
    found: dict[tuple[str, str], list[float]] = {}
    for seen in ran.testimony.sightings:
        if seen.function.startswith(HANDING) and not seen.integral:
            found.setdefault((seen.function, seen.label), []).extend(seen.values)
    return found
