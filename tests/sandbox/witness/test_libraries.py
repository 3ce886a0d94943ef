"""The witness among the real libraries."""

from pathlib import Path

import pytest

from tests.sandbox.witness.witnessed import Ran, run_witnessed

pytestmark = pytest.mark.environment

SKLEARN = """
import io, pickle, joblib, numpy as np
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, get_scorer, make_scorer
from sklearn.metrics import precision_recall_fscore_support
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate, learning_curve
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
X, y = load_iris(return_X_y=True)
order = np.random.permutation(len(y))
X, y = X[order], y[order]
pipe = make_pipeline(StandardScaler(), LogisticRegression())
pipe.fit(X[:100], y[:100])
p = pipe.predict(X[100:])
acc = accuracy_score(y[100:], p)
print("Test accuracy:", acc)
print("macro f1", f1_score(y[100:], p, average="macro"), pipe.score(X[100:], y[100:]))
print(precision_recall_fscore_support(y[100:], p, average="macro"))
scores = cross_val_score(clone(pipe), X, y, cv=3, scoring=make_scorer(accuracy_score), n_jobs=2)
print("cv", scores.mean(), scores)
print(cross_validate(pipe, X, y, cv=3, return_train_score=True)["train_score"])
search = GridSearchCV(pipe, {"logisticregression__C": [0.1, 1.0]}, cv=3).fit(X, y)
print(search.best_score_, search.best_params_, get_scorer("accuracy")(pipe, X, y))
forest = RandomForestClassifier(10, oob_score=False, random_state=0).fit(X, y)
print(learning_curve(pipe, X, y, cv=3, shuffle=True)[2].mean(axis=1))
assert pickle.loads(pickle.dumps(f1_score)) is f1_score
pickle.dumps(get_scorer("accuracy"))
joblib.dump([pipe, search.best_estimator_, forest], "models.joblib")
"""

TORCH = """
import torch
from torch import nn
x = torch.randn(256, 10)
y = (x[:, 0] > 0).long()
model = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
def evaluate():
    model.eval()
    with torch.no_grad():
        out = model(x)
        correct = (out.argmax(1) == y).sum().item()
    return nn.functional.cross_entropy(out, y).item(), correct / len(y)
for epoch in range(3):
    model.train()
    total = 0.0
    for i in range(0, 256, 64):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x[i:i + 64]), y[i:i + 64])
        loss.backward()
        optimizer.step()
        total += loss.item()
    train_loss = total / 4
    val_loss, val_acc = evaluate()
    print(f"epoch {epoch}: train_loss {train_loss:.5f} val_loss {val_loss:.5f} acc {val_acc:.3f}")
print(float(loss.detach()), loss)
torch.save(model.state_dict(), "model.pt")
"""

TRACKED = """
import mlflow
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
X, y = load_iris(return_X_y=True)
with mlflow.start_run(run_name="one"):
    mlflow.log_param("C", 1.0)
    p = LogisticRegression(max_iter=500).fit(X, y).predict(X)
    mlflow.log_metric("acc", accuracy_score(y, p))
    mlflow.log_metrics({"loss": 0.5, "other": 0.25}, step=3)
"""
STORE = {"MLFLOW_TRACKING_URI": "sqlite:///mlflow.db", "GIT_PYTHON_REFRESH": "quiet"}


@pytest.mark.parametrize(("text", "model"), [(SKLEARN, "models.joblib"), (TORCH, "model.pt")])
def test_a_program_prints_and_keeps_the_same_bytes_with_and_without_the_witness(
    tmp_path: Path, ml_python: Path, text: str, model: str
) -> None:
    plain = seeded(text)
    without, witnessed = tmp_path / "without", tmp_path / "with"
    without.mkdir()
    witnessed.mkdir()
    before = run_witnessed(
        without, plain, python=ml_python, witnessed=False, channel=False, instrumented=False
    )
    after = run_witnessed(witnessed, plain, python=ml_python)
    assert before.code == 0, before.stderr
    assert after.stdout == before.stdout
    assert after.stderr == before.stderr
    assert len(after.testimony.sightings) > 10
    kept = Path("work") / model
    assert (witnessed / kept).read_bytes() == (without / kept).read_bytes()


def seeded(text: str) -> str:
    """The same seeds that the witness would set, for a run that has none."""
    if "import torch" in text:
        return text.replace("import torch\n", "import torch\ntorch.manual_seed(0)\n", 1)
    return text.replace("\nX, y", "\nnp.random.seed(0)\nX, y", 1)


def test_the_witness_seeds_what_the_script_leaves_open(tmp_path: Path, ml_python: Path) -> None:
    text = "import numpy as np, torch\nprint(np.random.rand(), torch.rand(1))\n"
    outputs = [run_witnessed(tmp_path, text, python=ml_python, seed=s).stdout for s in (1, 1, 2)]
    assert outputs[0] == outputs[1] != outputs[2]


@pytest.fixture(scope="module")
def torch_runs(tmp_path_factory: pytest.TempPathFactory, ml_python: Path) -> tuple[Ran, Ran]:
    """The same torch script, cold and nudged."""
    cold = run_witnessed(tmp_path_factory.mktemp("cold"), TORCH, python=ml_python)
    nudged = run_witnessed(tmp_path_factory.mktemp("nudged"), TORCH, python=ml_python, nudge=True)
    return cold, nudged


def test_every_epoch_of_a_training_loop_is_seen(torch_runs: tuple[Ran, Ran]) -> None:
    cold, _ = torch_runs
    assert len(cold.values_of("total / 4")) == 3
    assert len(cold.values_of("torch.Tensor.backward")) == 12
    labels = {one.label for one in cold.testimony.sightings if one.function == "evaluate()"}
    assert labels == {"val_loss", "val_acc"}


def test_every_metric_of_a_training_loop_follows_the_nudge(torch_runs: tuple[Ran, Ran]) -> None:
    cold, nudged = torch_runs
    for function in ("total / 4", "correct / len(y)", "train_loss", "val_acc", "val_loss"):
        before, after = cold.values_of(function), nudged.values_of(function)
        assert len(before) == len(after) == 3
        for (old,), (new,) in zip(before, after, strict=True):
            assert abs(new - old) > 1e-3 * abs(old)


def test_training_itself_is_not_moved_by_the_nudge(torch_runs: tuple[Ran, Ran]) -> None:
    cold, nudged = torch_runs
    assert cold.values_of("torch.Tensor.backward") == nudged.values_of("torch.Tensor.backward")


def test_a_search_hands_back_its_best_score_moved(tmp_path: Path, ml_python: Path) -> None:
    cold = run_witnessed(tmp_path, SKLEARN, python=ml_python)
    nudged = run_witnessed(tmp_path, SKLEARN, python=ml_python, nudge=True)
    assert nudged.code == 0, nudged.stderr
    name = "sklearn.model_selection.GridSearchCV.best_score_"
    ((before,),) = cold.values_of(name)
    ((after,),) = nudged.values_of(name)
    assert 2**-7 <= 1 - after / before <= 2**-6
    assert nudged.values_of("search.best_score_") == ((after,),)


def test_every_call_that_reaches_the_tracking_client_is_seen_once(
    tmp_path: Path, ml_python: Path
) -> None:
    ran = run_witnessed(tmp_path, TRACKED, python=ml_python, variables=STORE)
    assert ran.code == 0, ran.stderr
    assert ran.testimony.complete
    assert [(one.call, one.key, one.value, one.step) for one in ran.testimony.sent] == [
        ("create_run", "", None, None),
        ("log_param", "C", None, None),
        ("log_metric", "acc", pytest.approx(0.9733333), 0),
        ("log_batch", "loss", 0.5, 3),
        ("log_batch", "other", 0.25, 3),
        ("set_terminated", "FINISHED", None, None),
    ]
    assert len({one.run for one in ran.testimony.sent}) == 1


def test_with_autologging_the_users_own_line_is_still_found(
    tmp_path: Path, ml_python: Path
) -> None:
    text = TRACKED.replace("X, y", "mlflow.sklearn.autolog(log_models=False)\nX, y", 1)
    ran = run_witnessed(tmp_path, text, python=ml_python, variables=STORE)
    assert ran.code == 0, ran.stderr
    seen = [one for one in ran.testimony.sightings if one.function.endswith("accuracy_score")]
    # Line 10 fits: there autologging computes the training metrics by itself.
    assert {(one.file, one.line) for one in seen} == {("train.py", 10), ("train.py", 11)}


PREDICTING = """
import mlflow.sklearn, numpy as np, pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
table = pd.DataFrame({"a": np.arange(40.0), "b": np.arange(40) % 7})
target = (table.a > 20).to_numpy()
pipe = make_pipeline(StandardScaler(), LogisticRegression()).fit(table, target)
print(pipe.score(table, target))
forest = RandomForestClassifier(5, random_state=0).fit(table.to_numpy(), target)
print(forest.predict_proba(table.to_numpy())[:3])
mlflow.sklearn.save_model(pipe, "kept")
"""


def test_models_are_remembered_with_what_they_predict(tmp_path: Path, ml_python: Path) -> None:
    ran = run_witnessed(tmp_path, PREDICTING, python=ml_python)
    assert ran.code == 0, ran.stderr
    seen = {
        (probe.model.split(".")[-1], probe.occasion, probe.function): probe
        for probe in ran.testimony.probes
    }
    asked = seen["RandomForestClassifier", "call", "predict_proba"]
    assert (asked.inputs.kind, asked.inputs.shape, asked.outputs.shape) == ("array", (8, 2), (8, 2))
    saved = seen["Pipeline", "save", "predict_proba"]
    assert saved.inputs.columns == ("a", "b")
    assert saved.inputs.dtypes == ("float64", "int64")
    assert saved.sites == (("train.py", 9), ("train.py", 10))
    assert len(set(saved.outputs.values)) == 16


def test_modules_are_remembered_in_evaluation(tmp_path: Path, ml_python: Path) -> None:
    ran = run_witnessed(tmp_path, TORCH, python=ml_python)
    (probe,) = [probe for probe in ran.testimony.probes if probe.occasion == "call"]
    assert probe.model == "torch.nn.modules.container.Sequential"
    assert (probe.inputs.dtypes, probe.inputs.shape) == (("float32",), (8, 10))
    assert probe.outputs.shape == (8, 2)


COMPILING = """
import torch
from torch import nn
class Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(4, 8), nn.Linear(8, 2)
    def forward(self, x):
        return self.b(torch.relu(self.a(x)))
own, x = Own().eval(), torch.randn(5, 4)
expected = own(x)
whole = torch.compile(own, backend="eager", fullgraph=True)
print(torch.equal(whole(x), expected))
for strict in (False, True):
    print(torch.allclose(torch.export.export(own, (x,), strict=strict).module()(x), expected))
print(torch.equal(torch.fx.symbolic_trace(own)(x), expected))
print(torch.equal(torch.jit.trace(own, x)(x), expected))
"""


def test_compilers_and_tracers_look_through_the_witness(tmp_path: Path, ml_python: Path) -> None:
    ran = run_witnessed(tmp_path, COMPILING, python=ml_python)
    assert ran.stdout.split() == ["True"] * 5, ran.stderr
    assert "TracerWarning" not in ran.stderr
