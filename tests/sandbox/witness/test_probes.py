"""What the witness keeps of the script's own models, with stand-ins for the libraries."""

from pathlib import Path

import pytest

from sandbox.witness.testimony import Probe, Rows
from tests.sandbox.witness.witnessed import run_witnessed

MODELS = """
import random, time
from sklearn.metrics import accuracy_score
class Model:
    def __init__(self): self.weight = 0
    def fit(self, X, y): self.weight += sum(y) / len(y); return self
    def predict(self, X): return [self.weight * row[0] for row in X]
    def score(self, X, y): return accuracy_score(y, self.predict(X))
class Search:
    def fit(self, X, y): self.best_estimator_ = Model().fit(X, y); return self
    def predict(self, X): return self.best_estimator_.predict(X)
class Wide:
    def predict(self, X): return [sum(row) for row in X]
class Chance:
    calls = 0
    def predict(self, X):
        self.calls += 1
        if self.calls > 1: random.random()
        return [row[0] for row in X]
class Slow:
    late = 0.0
    calls = 0
    def predict(self, X):
        self.calls += 1
        if self.calls == 2: time.sleep(0.5)
        return [row[0] + self.late for row in X]
class Noise:
    def predict(self, X): return [object() for row in X]
"""
FLAVOUR = "def save_model(model, path):\n    return model.predict([[9.0]])\n"
SCRIPT = "from sklearn.models import *\nX = [[float(n)] for n in range(16)]\n"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    for name, text in {
        "sklearn/__init__.py": "",
        "sklearn/metrics.py": "def accuracy_score(y, p): return 1.0\n",
        "sklearn/models.py": MODELS,
        "mlflow/__init__.py": "",
        "mlflow/sklearn.py": FLAVOUR,
    }.items():
        path = tmp_path / "site-packages" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "site-packages"


def see_all(tmp_path: Path, library: Path, text: str) -> tuple[Probe, ...]:
    ran = run_witnessed(tmp_path, SCRIPT + text, library=library)
    assert ran.code == 0, ran.stderr
    assert ran.testimony.complete
    assert ran.testimony.forged == 0
    return ran.testimony.probes


def see(tmp_path: Path, library: Path, text: str) -> tuple[Probe, ...]:
    """Without what the witness asked by the way."""
    return tuple(one for one in see_all(tmp_path, library, text) if one.occasion != "aside")


def asides(tmp_path: Path, library: Path, text: str) -> tuple[Probe, ...]:
    return tuple(one for one in see_all(tmp_path, library, text) if one.occasion == "aside")


def test_the_last_prediction_at_a_place_is_kept_with_its_rows(
    tmp_path: Path, library: Path
) -> None:
    text = "m = Model()\nfor y in (1, 2):\n    m.fit(X, [y])\n    m.predict(X)\n"
    (probe,) = see(tmp_path, library, text)
    assert probe.model == "sklearn.models.Model"
    assert (probe.occasion, probe.function, probe.sites) == ("call", "predict", (("train.py", 6),))
    even = tuple(float(n) for n in range(0, 16, 2))
    assert probe.inputs == Rows("list", ("object",), (8, 1), (), even)
    assert probe.outputs.values == tuple(3 * n for n in even)
    assert probe.trained_after == 0


def test_training_after_a_prediction_is_counted(tmp_path: Path, library: Path) -> None:
    (probe,) = see(tmp_path, library, "m = Model().fit(X, [1])\nm.predict(X)\nm.fit(X, [1])\n")
    assert probe.trained_after == 1


def test_a_prediction_inside_a_score_is_of_the_place_that_scores(
    tmp_path: Path, library: Path
) -> None:
    (probe,) = see(tmp_path, library, "Model().fit(X, [1]).score(X, 0)\n")
    assert probe.sites == (("train.py", 3),)
    assert probe.function == "predict"


def test_what_a_library_predicts_for_itself_is_not_kept(tmp_path: Path, library: Path) -> None:
    (probe,) = see(tmp_path, library, "Search().fit(X, [1]).predict(X)\n")
    assert probe.model == "sklearn.models.Search"


def test_when_something_is_saved_every_model_is_asked(tmp_path: Path, library: Path) -> None:
    text = "import mlflow.sklearn\nm = Model().fit(X, [1])\nmlflow.sklearn.save_model(m, 'p')\n"
    (probe,) = see(tmp_path, library, text + "m.fit(X, [1])\n")
    assert (probe.occasion, probe.sites) == ("save", (("train.py", 4), ("train.py", 6)))
    assert probe.outputs.values == probe.inputs.values
    assert probe.trained_after == 1


def test_a_search_is_asked_together_with_its_best_model(tmp_path: Path, library: Path) -> None:
    text = "import mlflow.sklearn\ns = Search().fit(X, [1])\nmlflow.sklearn.save_model(s, 'p')\n"
    probes = see(tmp_path, library, text)
    assert [probe.model for probe in probes] == ["sklearn.models.Search", "sklearn.models.Model"]
    assert {probe.sites for probe in probes} == {(("train.py", 4),)}


def test_mlflows_own_predictions_do_not_replace_the_scripts(tmp_path: Path, library: Path) -> None:
    text = "import mlflow.sklearn\nm = Model().fit(X, [1])\nm.predict(X)\n"
    probes = see(tmp_path, library, text + "mlflow.sklearn.save_model(m, 'p')\n")
    assert [probe.occasion for probe in probes] == ["call", "save"]
    assert probes[0].inputs == probes[1].inputs


def test_what_json_cannot_hold_is_left_out(tmp_path: Path, library: Path) -> None:
    assert see(tmp_path, library, "Noise().predict(X)\n") == ()


def test_a_model_is_asked_by_the_way_where_it_is_trained_or_called(
    tmp_path: Path, library: Path
) -> None:
    trained, called = asides(tmp_path, library, "m = Model().fit(X, [1])\nm.predict(X)\n")
    assert (trained.sites, called.sites) == ((("train.py", 3),), (("train.py", 4),))
    assert trained.outputs.values == called.outputs.values == called.inputs.values


def test_a_model_that_is_gone_was_asked_also_for_rows_it_never_saw(
    tmp_path: Path, library: Path
) -> None:
    text = "m = Wide()\nW = [[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]\nm.predict(W)\nm = None\n"
    given, crossed = asides(tmp_path, library, text)
    assert given.outputs.values == (11.0, 22.0, 33.0)
    assert crossed.inputs.values == (1.0, 20.0, 2.0, 30.0, 3.0, 10.0)
    assert crossed.outputs.values == (21.0, 32.0, 13.0)


def test_what_holds_code_of_the_scripts_own_is_not_asked_by_the_way(
    tmp_path: Path, library: Path
) -> None:
    text = "def half(row):\n    print('halved')\nm = Model()\nm.step = half\nm.predict(X)\n"
    assert asides(tmp_path, library, text) == ()
    own = "class Mine(Model):\n    pass\nMine().predict(X)\n"
    assert asides(tmp_path, library, own) == ()


def test_asking_by_the_way_moves_no_generator(tmp_path: Path, library: Path) -> None:
    text = "import random\nrandom.seed(1)\nm = Chance()\nm.predict(X)\nprint(random.random())\n"
    ran = run_witnessed(tmp_path, SCRIPT + text, library=library)
    assert ran.stdout == "0.13436424411240122\n"
    assert len([one for one in ran.testimony.probes if one.occasion == "aside"]) == 1


def test_a_dear_model_is_asked_at_the_end_only(tmp_path: Path, library: Path) -> None:
    text = "m = Slow()\nfor n in range(30):\n    m.predict(X)\nm.late = 1.0\n"
    (probe,) = asides(tmp_path, library, text)
    assert probe.outputs.values[0] == 1.0


def test_an_endless_line_of_models_keeps_the_newest(tmp_path: Path, library: Path) -> None:
    text = "for n in range(200):\n    Model().fit(X, [n]).predict(X)\n"
    probes = see(tmp_path, library, text)
    assert len(probes) == 64
    assert probes[-1].outputs.values[1] == 199 * 2.0
