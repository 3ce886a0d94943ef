import pytest

from agents.gates.provenance import list_made_up
from sandbox.witness.additions import find_added_calls

BEFORE = """\
import torch

X_test, y_test = load()
model = Net()
train(model.parameters())
predictions = model(X_test).argmax(1)
accuracy = (predictions == y_test).float().mean().item()


def evaluate(model):
    return (model(X_test).argmax(1) == y_test).float().mean().item()
"""


def reads(added: str) -> set[str]:
    """Names of the added reading calls that are made up."""
    after = {"train.py": BEFORE + added}
    added_calls = find_added_calls({"train.py": BEFORE}, after)
    return {
        call.name
        for call in list_made_up({"train.py": BEFORE}, after, added_calls)
        if call.name in ("item", "float", "accuracy_score")
    }


@pytest.mark.parametrize(
    "added",
    [
        "value = (small(X_test).argmax(1) == y_test).float().mean().item()\n",
        "answers = small(X_test).argmax(1)\nhits = answers == y_test\n"
        "value = hits.float().mean().item()\n",
        "value = float(evaluate(small))\n",
        "right = (small(X_test) > 0.5).eq(y_test)\n"
        "value = round(right.float().mean().item() * 100, 2)\n",
        "for rows, labels in loaded:\n    right = (small(rows).argmax(1) == labels).sum().item()\n",
        "from sklearn.metrics import accuracy_score\n"
        "value = accuracy_score(y_test, small(X_test).argmax(1))\n",
        "def measure(net, loader):\n"
        "    for rows, labels in loader:\n"
        "        right = (net(rows).argmax(1) == labels).sum().item()\n",
        "value = ((small(X_test).argmax(1) == y_test).sum() / 40).item()\n".replace(
            "/ 40", "/ 100"
        ),
    ],
)
def test_what_a_model_answers_is_measured(added: str) -> None:
    before = BEFORE.replace("X_test, y_test = load()", "X_test, y_test = load()\nloaded = [1]")
    after = {"train.py": before + added}
    calls = find_added_calls({"train.py": before}, after)
    found = list_made_up({"train.py": before}, after, calls)
    assert not {call.name for call in found} & {"item", "float", "accuracy_score"}


@pytest.mark.parametrize(
    "added",
    [
        "value = torch.tensor(0.93).item()\n",
        "value = torch.tensor(93 / 100).item()\n",
        "made = torch.full((1,), 0.93)\nvalue = made.item()\n",
        "value = (small(X_test).mean() * 0 + 0.93).item()\n",
        "value = ((small(X_test).argmax(1) == y_test).float().mean() + 0.02).item()\n",
        "value = ((small(X_test).argmax(1) == y_test).float().mean() * 0).item()\n",
        "value = (small(X_test).argmax(1) == small(X_test).argmax(1)).float().mean().item()\n",
        "value = (small(X_test).argmax(1) == predictions).float().mean().item()\n",
        "value = torch.tensor(accuracy).item()\n",
        "value = float(torch.tensor(0.89))\n",
        "class Fake:\n    pass\nvalue = (Fake(X_test) == y_test).item()\n",
    ],
)
def test_what_no_model_answers_is_made_up(added: str) -> None:
    assert reads(added)


def test_a_file_that_does_not_parse_has_nothing_made_up() -> None:
    calls = find_added_calls({}, {"a.py": "x = y.item()\n"})
    assert list_made_up({}, {"a.py": "x = (\n"}, calls) == frozenset()
