import json
from pathlib import Path

import pytest

from sandbox.witness import testimony
from tests.sandbox.witness.witnessed import run_witnessed

pytestmark = pytest.mark.process

METRICS = """
def accuracy_score(y, p):
    return sum(a == b for a, b in zip(y, p)) / len(y)
def twice(y, p):
    return 2 * accuracy_score(y, p)
def _hidden(y, p):
    return 0.25
def report(y, p):
    return {"all": {"accuracy": 0.5, "support": 4.0}}
"""
BASE = """
class ClassifierMixin:
    def score(self, X, y):
        return 0.75
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A stand-in of a few lines for scikit-learn."""
    metrics = tmp_path / "library" / "sklearn" / "metrics"
    metrics.mkdir(parents=True)
    (metrics.parent / "__init__.py").write_text("")
    (metrics.parent / "base.py").write_text(BASE)
    (metrics / "_classification.py").write_text(METRICS)
    (metrics / "__init__.py").write_text("from sklearn.metrics._classification import *\n")
    return tmp_path / "library"


SCORE = "from sklearn.metrics import accuracy_score, twice, report\n"


def test_a_metric_is_seen_with_its_line_and_value(tmp_path: Path, library: Path) -> None:
    ran = run_witnessed(tmp_path, SCORE + "accuracy_score([1, 0], [1, 1])\n", library=library)
    (seen,) = ran.testimony.sightings
    assert seen.site == ("train.py", 2, "sklearn.metrics.accuracy_score")
    assert seen.values == (0.5,)
    assert ran.testimony.present
    assert ran.testimony.complete
    assert ran.testimony.forged == 0


def test_a_metric_called_by_a_metric_is_not_seen_by_itself(tmp_path: Path, library: Path) -> None:
    ran = run_witnessed(tmp_path, SCORE + "twice([1, 0], [1, 1])\n", library=library)
    assert [seen.function for seen in ran.testimony.sightings] == ["sklearn.metrics.twice"]


def test_the_leaves_of_a_report_are_seen_but_not_its_counts(tmp_path: Path, library: Path) -> None:
    ran = run_witnessed(tmp_path, SCORE + "report(0, 0)\n", library=library)
    assert [(seen.label, seen.values) for seen in ran.testimony.sightings] == [
        ("all.accuracy", (0.5,))
    ]


def test_a_score_is_named_after_the_class_it_was_called_on(tmp_path: Path, library: Path) -> None:
    text = "from sklearn.base import ClassifierMixin\nclass Mine(ClassifierMixin): pass\n"
    ran = run_witnessed(tmp_path, text + "Mine().score(0, 0)\n", library=library)
    assert [seen.function for seen in ran.testimony.sightings] == ["__main__.Mine.score"]


def test_a_nudged_metric_moves_once_and_keeps_its_bounds(tmp_path: Path, library: Path) -> None:
    text = SCORE + "acc = accuracy_score([1], [1])\nprint('acc', acc)\n"
    ran = run_witnessed(tmp_path, text, library=library, nudge=True)
    moved = float(ran.stdout.removeprefix("acc "))
    assert 2**-7 <= 1 - moved <= 2**-6
    assert {seen.values for seen in ran.testimony.sightings} == {(moved,)}
    assert [seen.nudged for seen in ran.testimony.sightings] == [True, True, False]


def test_wrapped_functions_keep_their_identity_and_their_name(
    tmp_path: Path, library: Path
) -> None:
    text = SCORE + (
        "import inspect, pickle, sklearn.metrics as m, sklearn.metrics._classification as c\n"
        "assert accuracy_score is m.accuracy_score is c.accuracy_score\n"
        "assert pickle.loads(pickle.dumps(accuracy_score)) is accuracy_score\n"
        "assert str(inspect.signature(accuracy_score)) == '(y, p)'\n"
        "assert accuracy_score.__module__ == 'sklearn.metrics._classification'\n"
    )
    assert run_witnessed(tmp_path, text, library=library).code == 0


def test_expressions_are_seen_with_what_the_script_calls_them(tmp_path: Path) -> None:
    text = "right, n = 3, 4\nacc = right / n\nprint(f'Test accuracy: {acc:.2f}')\n"
    ran = run_witnessed(tmp_path, text)
    assert ran.stdout == "Test accuracy: 0.75\n"
    assert [
        (seen.function, seen.label, seen.line, seen.values, seen.integral)
        for seen in ran.testimony.sightings
    ] == [
        ("right / n", "acc", 2, (0.75,), False),
        ("acc", "test_accuracy", 3, (0.75,), False),
    ]


def test_values_given_back_together_are_seen_under_their_own_names(tmp_path: Path) -> None:
    text = "def f():\n    return 0.5, [0.1, 0.2]\nloss, accs = f()\nprint(loss, accs)\n"
    ran = run_witnessed(tmp_path, text)
    seen = {one.label: one.values for one in ran.testimony.sightings if one.function == "f()"}
    assert seen == {"loss": (0.5,), "accs": (0.1, 0.2)}


def test_a_nudged_expression_moves_but_a_setting_does_not(tmp_path: Path) -> None:
    text = "lr = float('0.5')\nacc = lr / 1\nprint(lr, acc, len('ab') * 2)\n"
    setting, moved, count = run_witnessed(tmp_path, text, nudge=True).stdout.split()
    assert (setting, count) == ("0.5", "4")
    assert 2**-7 <= 1 - float(moved) / 0.5 <= 2**-6


def test_the_same_value_moves_by_another_share_each_time(tmp_path: Path, library: Path) -> None:
    text = SCORE + "print(*(accuracy_score([1], [1]) for _ in range(40)))\n"
    ran = run_witnessed(tmp_path, text, library=library, nudge=True)
    assert len({round(float(word), 5) for word in ran.stdout.split()}) == 40


def test_truth_values_and_long_lists_are_not_seen(tmp_path: Path) -> None:
    text = "ok = bool(1)\nmany = list(map(float, range(65)))\nprint(ok, len(many), many)\n"
    ran = run_witnessed(tmp_path, text)
    assert [seen.function for seen in ran.testimony.sightings] == []


def test_a_script_that_fails_has_an_orderly_end_but_one_that_is_killed_has_not(
    tmp_path: Path,
) -> None:
    assert run_witnessed(tmp_path, "raise SystemExit(3)").testimony.complete
    killed = run_witnessed(tmp_path, "import os\nos._exit(0)").testimony
    assert killed.present
    assert not killed.complete


def test_the_program_finds_no_trace_of_the_witness(tmp_path: Path) -> None:
    text = (
        "import json, os, sys\n"
        "names = [n for n in (*os.environ, *sys.modules) if 'mlgraft' in n or 'STREAM' in n]\n"
        "paths = [p for p in sys.path if p.endswith('witness/child')]\n"
        "open_fds = sorted(int(n) for n in os.listdir('/proc/self/fd'))\n"
        "inherited = [fd for fd in open_fds if fd > 2 and fd < 500]\n"
        "sys.stdout.write(json.dumps([names, paths, len(inherited)]))\n"
    )
    # The listing itself holds one descriptor.
    assert json.loads(run_witnessed(tmp_path, text).stdout) == [[], [], 1]


def test_a_program_that_writes_records_of_its_own_is_found_out(tmp_path: Path) -> None:
    row = b'00 7:1:[["seen",1,"library","f","","t",1,[0.9],false,false]]\n'
    text = (
        "import os\n"
        "for fd in range(3, 1024):\n"
        f"    try:\n        os.write(fd, {row!r})\n"
        "    except OSError:\n        pass\n"
    )
    ran = run_witnessed(tmp_path, text)
    assert ran.testimony.forged == 1
    assert ran.values_of("f") == ()


def test_without_a_channel_an_instrumented_script_runs_as_it_is(tmp_path: Path) -> None:
    ran = run_witnessed(tmp_path, "acc = abs(-0.75)\nprint(acc)\n", nudge=True, channel=False)
    assert ran.stdout == "0.75\n"
    assert ran.testimony == testimony.Testimony()


def test_the_next_sitecustomize_still_runs(tmp_path: Path, library: Path) -> None:
    (library / "sitecustomize.py").write_text("import sys; sys.flag = __file__\n")
    text = "import sys, sitecustomize\nprint(sys.flag == sitecustomize.__file__)\n"
    ran = run_witnessed(tmp_path, text, library=library)
    assert ran.stdout == "True\n"
    assert ran.testimony.present


def test_a_seed_starts_the_global_generator_and_no_seed_leaves_it_alone(tmp_path: Path) -> None:
    text = "import random, sys\nsys.stdout.write(repr(random.random()))\n"
    runs = [run_witnessed(tmp_path, text, seed=seed).stdout for seed in (3, 3, 4, None, None)]
    assert runs[0] == runs[1]
    assert len(set(runs)) == 4


def test_what_is_too_much_is_cut_and_said(tmp_path: Path) -> None:
    text = "values = []\nfor i in range(60_000):\n    values.append(i / 2)\n"
    got = run_witnessed(tmp_path, text).testimony
    assert got.truncated
    assert got.complete
    assert len(got.sightings) == 50_000


def test_a_warning_still_points_at_the_users_line(tmp_path: Path, library: Path) -> None:
    noisy = "import warnings\ndef loud(y):\n    warnings.warn('hm', stacklevel=2)\n    return 0.5\n"
    (library / "sklearn" / "metrics" / "_ranking.py").write_text(noisy)
    text = "from sklearn.metrics._ranking import loud\nloud(1)\n"
    assert "train.py:2: UserWarning: hm" in run_witnessed(tmp_path, text, library=library).stderr


@pytest.mark.parametrize("pair", ["(0.5, 0.75)", "[0.5, 0.75]"])
def test_what_is_unpacked_has_a_name_for_each_of_its_values(tmp_path: Path, pair: str) -> None:
    text = f"def evaluate():\n    return {pair}\n\nloss, acc = evaluate()\nprint(loss, acc)\n"
    ran = run_witnessed(tmp_path, text)
    seen = [(item.label, item.values) for item in ran.testimony.sightings if item.line == 4]
    assert seen == [("loss", (0.5,)), ("acc", (0.75,))]
