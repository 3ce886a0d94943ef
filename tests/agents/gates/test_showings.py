import re

import pytest

from agents.gates.showings import Showing, list_showings
from sandbox.witness.additions import find_added_calls

BEFORE = """\
X_test, y_test = load()
model = Net()
model.eval()


def evaluate(model):
    return (model(X_test).argmax(1).numpy() == y_test).mean()


print("accuracy", evaluate(model))
"""
WANTED = re.compile("acc")


def read(added: str) -> Showing:
    before, after = {"train.py": BEFORE}, {"train.py": BEFORE + added}
    (showing,) = list_showings(before, after, find_added_calls(before, after), WANTED)
    return showing


MEASURE = "value = (small(X_test).argmax(1).numpy() == y_test).mean()\n"
MADE = "small = nncf.quantize(model)\n"


@pytest.mark.parametrize(
    "shown",
    [
        'print(f"size {size:.1f}, int8 acc {value:.4f}, lr {lr}")',
        'print("int8 acc %.4f" % value)',
        'print("int8 acc %.4f of %d" % (value, 3))',
        'print("int8 acc {:.4f}".format(value))',
        'print("int8 acc", value)',
        'logger.info("int8 acc %.4f", value)',
    ],
)
def test_what_a_line_shows_is_followed_to_the_model(shown: str) -> None:
    showing = read(MADE + MEASURE + shown + "\n")
    assert showing.measured
    assert showing.new
    assert "int8 acc" in " ".join(showing.pieces)


@pytest.mark.parametrize(
    "added",
    [
        'print("int8 acc 0.93")\n',
        'print(f"int8 acc {0.93}")\n',
        MEASURE + 'print("int8 acc", value + 0.02)\n',
        MEASURE + 'print(f"int8 acc {0.93:.4f}, other {value}")\n',
        'def fake(small):\n    return 0.93\n\n\nprint("int8 acc", fake(small))\n',
        # The witness sees what the original's own code measures: there it has to be found.
        'print("int8 acc", evaluate(small))\n',
    ],
)
def test_what_was_not_answered_is_not_measured(added: str) -> None:
    assert not read(MADE + added).measured


def test_a_function_that_only_the_candidate_has_may_measure() -> None:
    function = """\
def measure(net):
    hits = total = 0
    for row, label in zip(X_test, y_test):
        hits += int(net(row).argmax() == label)
        total += 1
    return hits / total


"""
    assert read(MADE + function + 'print("int8 acc", measure(small))\n').measured


def test_the_name_of_the_model_that_was_there_before_is_told() -> None:
    assert not read(MADE + MEASURE.replace("small", "model") + 'print("acc", value)\n').new
    rebound = MADE.replace("small", "model") + MEASURE.replace("small", "model")
    assert read(rebound + 'print("acc", value)\n').new


def test_a_line_is_known_by_its_words() -> None:
    showing = read(MADE + MEASURE + 'print(f"int8 acc {value:.3f} ({size} kB)\\n")\n')
    assert showing.prints("int8 acc 0.931 (12 kB)")
    assert not showing.prints("acc 0.931 (12 kB)")
    assert not Showing(("0.93",), measured=True).prints("0.93")
