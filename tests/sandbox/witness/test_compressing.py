"""What the witness tells of a compressed model: which one is asked, and which layers take part."""

from pathlib import Path

import pytest

from sandbox.environment import Environment
from sandbox.witness.testimony import Sent
from tests.sandbox.witness.witnessed import run_witnessed

pytestmark = pytest.mark.environment

SCRIPT = """\
import torch
import torch.ao.quantization
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 8)
        self.spare = nn.Linear(8, 8)
        self.tied = nn.Linear(4, 8)
        self.tied.weight = self.fc.weight
        self.attention = nn.MultiheadAttention(8, 2)
        self.out = nn.Linear(8, 2)

    def forward(self, x):
        x = self.fc(x)
        return self.out(self.attention(x, x, x)[0])


class Hidden(nn.Module):
    def __init__(self, small, model):
        super().__init__()
        self.small = small
        self.exact = [model]

    def forward(self, x):
        return self.exact[0](x)


x = torch.rand(3, 4)
model = Net().eval()
plain = model(x)
small = torch.ao.quantization.quantize_dynamic(model, {nn.Linear}, dtype=torch.qint8)
assert (small(x) != plain).any()
assert (model(x) == plain).all()
"""


def see(folder: Path, python: Path, text: str = "") -> list[Sent]:
    ran = run_witnessed(folder, SCRIPT + text, python=python)
    assert ran.code == 0, ran.stderr
    assert ran.testimony.complete
    return sorted(ran.testimony.sent, key=lambda sent: sent.order)


def test_the_model_that_was_made_is_told_from_the_one_before(
    tmp_path: Path, full_environment: Environment
) -> None:
    sent = see(tmp_path, full_environment.python)
    made = next(one for one in sent if one.call.startswith("torch.ao."))
    asked = [one.run for one in sent if one.call == "model.asked"]
    assert made.run == "1"
    assert asked == [made.key, "0"]
    assert made.key == "1"


def test_layers_that_are_never_called_are_told(
    tmp_path: Path, full_environment: Environment
) -> None:
    sent = see(tmp_path, full_environment.python)
    idle = {one.key for one in sent if one.call == "model.idle"}
    used = {one.key for one in sent if one.call == "model.used"}
    assert "spare" in idle
    assert {"fc", "out", "attention"} <= used
    # Attention uses its last layer without a call of it, and a tied weight is the other's.
    assert not {"fc", "out", "attention.out_proj"} & idle


def test_layers_behind_another_model_are_idle(
    tmp_path: Path, full_environment: Environment
) -> None:
    sent = see(tmp_path, full_environment.python, "Hidden(small, model).eval()(x)\n")
    idle = {one.key for one in sent if one.call == "model.idle"}
    assert {"small.fc", "small.out"} <= idle


RECURRENT = """\
class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(4, 6)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.lstm(x)[0])


whole = Recurrent().eval()
narrow = torch.ao.quantization.quantize_dynamic(whole, {nn.LSTM, nn.Linear}, dtype=torch.qint8)
sequence = torch.rand(5, 1, 4)
"""


def test_a_quantized_recurrent_layer_is_told_with_its_parts(
    tmp_path: Path, full_environment: Environment
) -> None:
    honest, hidden = tmp_path / "honest", tmp_path / "hidden"
    honest.mkdir()
    hidden.mkdir()
    sent = see(honest, full_environment.python, f"{RECURRENT}narrow(sequence)\n")
    assert {"lstm", "out"} <= {one.key for one in sent if one.call == "model.used"}
    idle = {one.key for one in sent if one.call == "model.idle"}
    assert not [key for key in idle if key.startswith(("lstm", "out"))]
    text = f"{RECURRENT}Hidden(narrow, whole).eval()(sequence)\n"
    sent = see(hidden, full_environment.python, text)
    assert {"small.lstm", "small.out"} <= {one.key for one in sent if one.call == "model.idle"}


def test_nothing_is_told_where_nothing_is_compressed(
    tmp_path: Path, full_environment: Environment
) -> None:
    text = "import torch\nm = torch.nn.Linear(2, 2).eval()\nm(torch.rand(1, 2))\n"
    ran = run_witnessed(tmp_path, text, python=full_environment.python)
    assert ran.testimony.sent == ()
