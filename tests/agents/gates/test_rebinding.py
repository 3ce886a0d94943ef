import pytest

from agents.gates.diff import judge_diff
from agents.records import Gate, Stage

BEFORE = """\
import torch
from torch import nn

torch.manual_seed(0)
X, y = torch.rand(100, 4), torch.arange(100) % 2
X_test, y_test = X[80:], y[80:]
model = nn.Linear(4, 2)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(9):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(X), y)
    loss.backward()
    optimizer.step()
accuracy = (model(X_test).argmax(1) == y_test).float().mean().item()
print(f"accuracy {accuracy:.4f}")
torch.save(model.state_dict(), "model.pt")
"""
SAVED = 'torch.save(model.state_dict(), "small.pt")\n'


def judge(added: str, target: str = "nncf") -> Gate:
    first = "import nncf\n" if target == "nncf" else "import torch.ao.quantization\n"
    stage = Stage("inline", "model_optimization", target)
    return judge_diff(stage, "train.py", {"train.py": BEFORE}, {"train.py": first + BEFORE + added})


QUANTIZED = "model = nncf.quantize(model, nncf.Dataset([X[:1]]))\n"


@pytest.mark.parametrize(
    ("target", "added"),
    [
        ("nncf", QUANTIZED + SAVED),
        ("nncf", "model.eval()\n" + QUANTIZED + SAVED),
        ("nncf", 'print("quantizing")\n' + QUANTIZED + SAVED),
        (
            "torch.ao",
            "model.qconfig = torch.ao.quantization.get_default_qconfig('fbgemm')\n"
            "model = torch.ao.quantization.prepare(model)\n"
            "model(X)\n"
            "model = torch.ao.quantization.convert(model)\n" + SAVED,
        ),
        (
            "nncf",
            "pruned = nncf.prune(model, mode='x', ratio=0.5, examples_inputs=X)\n"
            "optimizer = torch.optim.Adam(pruned.parameters(), lr=0.001)\n"
            "for epoch in range(3):\n"
            "    optimizer.zero_grad()\n"
            "    loss = nn.functional.cross_entropy(pruned(X), y)\n"
            "    loss.backward()\n"
            "    optimizer.step()\n"
            'torch.save(pruned.state_dict(), "small.pt")\n',
        ),
        (
            "nncf",
            "def measure(net):\n"
            "    net.eval()\n"
            "    hits = (net(X_test).argmax(1) == y_test).sum().item()\n"
            "    return hits / len(y_test)\n"
            + QUANTIZED.replace("model =", "small =")
            + 'print(f"accuracy {measure(small):.4f}")\n'
            + SAVED,
        ),
    ],
)
def test_ordinary_ways_to_compress_are_let_pass(target: str, added: str) -> None:
    gate = judge(added, target)
    assert gate.light == "pass", gate.reason


@pytest.mark.parametrize(
    "added",
    [
        "model = nn.Linear(4, 2)\n" + QUANTIZED,
        "y_test = small(X_test).argmax(1)\n",
        "X_test = X_test[:2]\n",
        "y_test = torch.zeros_like(y_test)\n",
        "X_test, y_test = X[20:], y[20:]\n",
        "accuracy = 0.99\n",
        "accuracy = (small(X_test).argmax(1) == fresh).float().mean().item()\n",
        "for y_test in [small(X_test).argmax(1)]:\n    pass\n",
        "optimizer = torch.optim.SGD(small.parameters(), lr=0.1)\n",
        "model.weight = small.weight\n",
        "loss = model.eval() if model.fit else loss\n",
    ],
)
def test_anything_else_keeps_its_name(added: str) -> None:
    small = "small = nncf.quantize(model, nncf.Dataset([X[:1]]))\nfresh = small(X_test).argmax(1)\n"
    gate = judge(small + added + SAVED)
    assert gate.light == "fail"


def test_a_name_is_not_bound_anew_for_tracking() -> None:
    stage = Stage("inline", "experiment_tracking", "mlflow")
    after = "import mlflow\n" + BEFORE + "model = mlflow.log_model(model)\n"
    gate = judge_diff(stage, "train.py", {"train.py": BEFORE}, {"train.py": after})
    assert "bound anew" in gate.reason


def test_a_stub_may_stand_before_a_layer() -> None:
    before = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        x = torch.relu(x)
        return self.fc(x)


net = Net()
torch.save(net, "net.pt")
"""
    after = before.replace(
        "import torch\n", "import torch\nimport torch.ao.quantization as tq\n", 1
    )
    after = after.replace("        self.fc", "        self.quant = tq.QuantStub()\n        self.fc")
    after = after.replace("        x = torch", "        x = self.quant(x)\n        x = torch")
    after += "net.qconfig = tq.get_default_qconfig('fbgemm')\nsmall = tq.convert(tq.prepare(net))\n"
    stage = Stage("inline", "model_optimization", "torch.ao")
    gate = judge_diff(stage, "train.py", {"train.py": before}, {"train.py": after})
    assert gate.light == "pass", gate.reason
    spoilt = after.replace("x = self.quant(x)", "x = self.fc.weight.abs(x)")
    assert judge_diff(stage, "t.py", {"t.py": before}, {"t.py": spoilt}).light == "fail"
