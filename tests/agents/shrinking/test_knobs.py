"""What a program can be shortened by is found by name and use, in every shape people write it."""

from pathlib import Path

import pytest

from agents.shrinking.knobs import Knobs, find_knobs

LOOP = "for epoch in range({}):\n    print(epoch)\n"


def look(
    tmp_path: Path, text: str, command: tuple[str, ...] = ("python", "train.py"), **files: str
) -> Knobs:
    for name, content in files.items():
        (tmp_path / name.replace("__", ".")).write_text(content)
    return find_knobs({"train.py": text}, "train.py", tmp_path, command)


def names(knobs: Knobs) -> list[tuple[str, str, int]]:
    return [(knob.name, knob.kind, knob.full) for knob in knobs.found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("EPOCHS = 100_000\n" + LOOP.format("EPOCHS"), ("EPOCHS", "epochs", 100_000)),
        ("EPOCHS = 10 * 100\n" + LOOP.format("EPOCHS"), ("EPOCHS", "epochs", 1000)),
        ("EPOCHS = int(1e5)\n", ("EPOCHS", "epochs", 100_000)),
        ('EPOCHS = int(os.environ.get("EPOCHS", "100"))\n', ("EPOCHS", "epochs", 100)),
        (LOOP.format(500), ("epoch", "epochs", 500)),
        ("for _ in range(50_000):\n    pass\n", ("_", "steps", 50_000)),
        ("while step < 5000:\n    step += 1\n", ("step", "steps", 5000)),
        ("MAX = 5000\nwhile step < MAX:\n    step += 1\n", ("MAX", "steps", 5000)),
        ("def train(n_epochs=200):\n    pass\n", ("n_epochs", "epochs", 200)),
        ("class Config:\n    num_epochs: int = 50\n", ("num_epochs", "epochs", 50)),
        ("class C:\n    max_epochs: int = field(default=50)\n", ("max_epochs", "epochs", 50)),
        ("model.fit(x, y, epochs=300)\n", ("epochs", "epochs", 300)),
        ("GridSearchCV(model, grid, cv=10)\n", ("cv", "folds", 10)),
        ("RepeatedKFold(n_splits=5, n_repeats=400)\n", ("n_repeats", "folds", 400)),
        ("xgb.train(params, data, 5000)\n", ("num_boost_round", "steps", 5000)),
        ("study.optimize(objective, n_trials=500)\n", ("n_trials", "trials", 500)),
        ("study.optimize(objective, 500)\n", ("n_trials", "trials", 500)),
        ("make_moons(n_samples=90_000)\n", ("n_samples", "samples", 90_000)),
        ('CONFIG = {"epochs": 40, "lr": 0.1}\n', ("epochs", "epochs", 40)),
        ('config["epochs"] = 40\n', ("epochs", "epochs", 40)),
        ("GBM(n_estimators=4000)\n", ("n_estimators", "steps", 4000)),
        ('cli.add_argument("--epochs", type=int, default=70)\n', ("--epochs", "epochs", 70)),
        (
            '@click.option("--max-steps", "-s", default=7000)\ndef f(): pass\n',
            ("--max-steps", "steps", 7000),
        ),
    ],
)
def test_a_knob_is_found(tmp_path: Path, text: str, found: tuple[str, str, int]) -> None:
    assert found in names(look(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    [
        "HIDDEN = 5000\nmodel = Linear(HIDDEN, 10)\n",
        "NUM_CLASSES = 1000\nfor i in range(NUM_CLASSES):\n    pass\n",
        "warmup_steps = 1000\n",
        "SEQUENCE_STEPS = 500\n",
        "trainer = Trainer(logging_steps=500, gradient_accumulation_steps=64)\n",
        "xgb.fit(early_stopping_rounds=50)\n",
        "tree = Tree(min_samples_leaf=900, min_samples_split=900)\n",
        "for i in range(10):\n    pass\n",
        "EPOCHS = read()\n",
        "EPOCHS = 3\n",
        "batch_size = 4096\npatience_epochs = 20\n",
        'text = f"{run(epochs=100)}"\n',
        "while loss > 0.01:\n    pass\n",
        "epochs = True\n",
    ],
)
def test_what_is_no_length_of_the_work_is_left_alone(tmp_path: Path, text: str) -> None:
    assert names(look(tmp_path, text)) == []


def test_a_number_in_the_command_is_taken_for_the_default(tmp_path: Path) -> None:
    text = 'cli.add_argument("-e", "--epochs", type=int, default=70)\ncli.parse_args()\n'
    command = ("python", "train.py", "-e", "500")
    assert names(look(tmp_path, text, command)) == [("-e", "epochs", 500)]


def test_an_override_as_hydra_takes_it_is_found(tmp_path: Path) -> None:
    command = ("python", "train.py", "trainer.max_epochs=90")
    assert names(look(tmp_path, "", command)) == [("trainer.max_epochs", "epochs", 90)]


def test_a_configuration_counts_only_where_the_program_speaks_of_it(tmp_path: Path) -> None:
    text = 'config = yaml.safe_load(open("config.yaml"))\n'
    other = "epochs: 700\n"
    knobs = look(tmp_path, text, config__yaml="train:\n  epochs: 400  # many\n", other__yaml=other)
    assert [(knob.file, knob.line, knob.full) for knob in knobs.found] == [("config.yaml", 2, 400)]


def test_the_least_level_lets_the_program_speak_three_times(tmp_path: Path) -> None:
    text = "MAX_STEPS = 100_000\nEVERY = 50\nfor step in range(MAX_STEPS):\n    "
    knobs = look(tmp_path, text + "if step % EVERY == 0:\n        print(step)\n")
    assert knobs.least("steps") == 150


def test_epochs_come_before_samples(tmp_path: Path) -> None:
    knobs = look(tmp_path, "N_SAMPLES = 10_000\nEPOCHS = 50\n")
    assert knobs.kinds == ("epochs", "samples")
    assert [one.name for one in knobs.reduce({"epochs": 3})] == ["EPOCHS"]
