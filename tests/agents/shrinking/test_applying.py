"""The same numbers become smaller in both programs, and nothing else changes."""

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.shrinking.applying import find_missing, shrink_folder, shrink_texts
from agents.shrinking.command import shrink_command
from agents.shrinking.knobs import find_knobs
from agents.verdict import Reduction

EPOCHS = Reduction("EPOCHS", "train.py", 1, "epochs", "constant", 2000, 3)


def shrink(text: str, *reductions: Reduction) -> str:
    return shrink_texts({"train.py": text}, reductions or (EPOCHS,))["train.py"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "EPOCHS = 2000  # many\nwarmup = EPOCHS // 10\n",
            "EPOCHS = 3  # many\nwarmup = EPOCHS // 10\n",
        ),
        ("EPOCHS = 2_000\r\nx = 2000\r\n", "EPOCHS = 3\r\nx = 2000\r\n"),
        ("\ufeffEPOCHS = 20 * 100; LR = 0.1\n", "\ufeffEPOCHS = 3; LR = 0.1\n"),
        ("if x:\n    EPOCHS = 2e3\n", "if x:\n    EPOCHS = 3.0\n"),
        ("EPOCHS = int(getenv('E', '2000'))\n", "EPOCHS = int(getenv('E', \"3\"))\n"),
        ("é = 'ü'; EPOCHS = 2000\n", "é = 'ü'; EPOCHS = 3\n"),
        ("EPOCHS = 2000\ndef f():\n    EPOCHS = 5\n", "EPOCHS = 3\ndef f():\n    EPOCHS = 5\n"),
        ("EPOCHS = 2000 if full else 1\n", "EPOCHS = 3 if full else 1\n"),
    ],
)
def test_a_number_is_replaced_where_it_stands(before: str, after: str) -> None:
    assert shrink(before) == after
    assert shrink(after) == after


def test_a_candidate_that_moved_the_number_is_given_the_same_work() -> None:
    moved = "import mlflow\n\ndef main():\n    with run():\n        fit(epochs=2000, hidden=2000)\n"
    assert find_missing({"train.py": moved}, (EPOCHS,)) is None
    assert "epochs=3, hidden=2000" in shrink(moved)


def test_a_candidate_without_the_number_is_told_so() -> None:
    assert find_missing({"train.py": "EPOCHS = 1999\n"}, (EPOCHS,)) == EPOCHS
    assert find_missing({"train.py": "EPOCHS = 2000\n"}, (EPOCHS,)) is None


def test_options_are_replaced_in_the_command_or_appended() -> None:
    option = Reduction("--epochs", "train.py", 4, "epochs", "option", 500, 3)
    run = ("python", "train.py")
    assert shrink_command((*run, "--epochs", "500"), (option,)) == (*run, "--epochs", "3")
    assert shrink_command((*run, "--epochs=500"), (option,)) == (*run, "--epochs=3")
    assert shrink_command(run, (option,)) == (*run, "--epochs", "3")
    text = 'cli.add_argument("--epochs", default=500)\n'
    assert shrink(text, option) == text


def test_a_configuration_keeps_its_formatting(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        "# epochs: 400\ntrain: {epochs: 400, lr: 0.1}   # as in the paper\nother: 400\n"
    )
    item = Reduction("epochs", "config.yaml", 2, "epochs", "configuration", 400, 3)
    shrink_folder(tmp_path, (item,))
    expected = "# epochs: 400\ntrain: {epochs: 3, lr: 0.1}   # as in the paper\nother: 400\n"
    assert path.read_text() == expected


LINES = st.sampled_from(
    (
        "EPOCHS = 2000",
        "for epoch in range(2000): pass",
        "fit(x, epochs=2000, cv=10)",
        "EPOCHS, BATCH = 1_500, 32",
        "x = f'{2000}'; MAX_STEPS = 10 ** 5",
        "def train(n_epochs=100, /, *, n_trials=50): return n_epochs",
        "s = '''EPOCHS = 2000'''",
        "hidden = 2000",
        "while step < 9000: step += 1",
        "n_samples = (\n  5000)",
        "é = [range(4000)[i] for i in range(4000)]",
    )
)


@settings(deadline=None)
@given(st.lists(LINES, max_size=12))
def test_any_program_keeps_its_lines_and_stays_a_program(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    knobs = find_knobs({"train.py": text}, "train.py", Path("/nowhere"), ("python", "train.py"))
    reductions = knobs.reduce({kind: knobs.least(kind) for kind in knobs.kinds})
    small = shrink(text, *reductions) if reductions else text
    assert small.count("\n") == text.count("\n")
    ast.parse(small)
    assert (small != text) == bool(reductions)
    again = shrink_texts({"train.py": small}, reductions)["train.py"]
    assert again == small
    candidate = "import mlflow\n" + text
    assert find_missing({"train.py": candidate}, reductions) is None
    assert shrink_texts({"train.py": candidate}, reductions)["train.py"].endswith(small)
