"""Why an added line is none that may be added, word for word, and what may be added beside it."""

from dataclasses import replace

import pytest

from agents.gates.layout import compare_layouts, read_layout
from agents.gates.licence import Licence
from agents.gates.unasked import find_unasked

BEFORE = """\
import argparse
import torch

class Net:
    def fit(self, data):
        self.history = []
        for row in data:
            loss = step(row)
            self.history.append(loss)
        return loss

def main(args):
    net = Net()
    score = net.fit(args.data)
    scores = [0]
    print("score", score)
    if not score:
        return None
    return score

parser = argparse.ArgumentParser()
args = parser.parse_args()
main(args)
"""
PLAIN = Licence(modules=frozenset({"mlflow"}))
PLACE = "    scores = [0]\n"


def told(lines: str, licence: Licence = PLAIN, place: str = PLACE) -> str:
    """What is said of lines added inside `main`, behind those that feed them."""
    indented = "".join(f"    {line}\n" for line in lines.splitlines())
    after = "import mlflow\n" + BEFORE.replace(place, place + indented)
    old, new = read_layout(BEFORE), read_layout(after)
    assert old is not None
    assert new is not None
    return find_unasked(licence, BEFORE, after, old, new, compare_layouts(old, new))


LOG = 'mlflow.log_metric("a", score)'


@pytest.mark.parametrize(
    "lines",
    [
        LOG,
        f"with mlflow.start_run():\n    {LOG}",
        "best = max(scores)\nmlflow.log_metric('best', best)",
        "for name, value in {'a': score}.items():\n    mlflow.log_metric(name, value)",
        "logged = {}\nlogged['a'] = score\nmlflow.log_metrics(logged)",
        "import json\nmlflow.log_text(json.dumps(scores), 'a.json')",
        "def note(value):\n    mlflow.log_metric('a', value)\nnote(score)",
        "run = mlflow.start_run()\nrun.x = 1",
        "client = mlflow.MlflowClient()\nclient.log_metric([s for s in scores])",
        "mlflow.log_params(vars(parser.parse_args()))",
        "mlflow.log_param('path', 'out/a.txt')",
        "mlflow.log_param('a', 'score')",
    ],
)
def test_what_serves_the_component_may_be_added(lines: str) -> None:
    assert told(lines) == ""


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            "mlflow.set_tracking_uri(score)",
            "a tracking address belongs to the settings of who runs the script, not into it.",
        ),
        (
            "mlflow.x(registry_uri = score)",
            "a tracking address belongs to the settings of who runs the script, not into it.",
        ),
        (
            "mlflow.x('see http://a.b')",
            "an address was added. It belongs to the settings, not into the script.",
        ),
        (
            "mlflow.x('SQLite:///a.db')",
            "an address was added. It belongs to the settings, not into the script.",
        ),
        (
            f"mlflow.x('/{'d' * 90}')",
            f"the absolute path {'/' + 'd' * 79!r} was added. It means nothing elsewhere.",
        ),
        ("mlflow.x('~')", "the absolute path '~' was added. It means nothing elsewhere."),
        (
            "mlflow.x('C:/a')",
            "the absolute path 'C:/a' was added. It means nothing elsewhere.",
        ),
        (
            "mlflow.x('hf_abcdefghijkl')",
            "a text that looks like a key was added. Keys never belong into a script.",
        ),
        (
            f"mlflow.x('{'aB3' * 11}')",
            "a text that looks like a key was added. Keys never belong into a script.",
        ),
        ("import numpy as mlflow_x", "import of numpy was not asked for."),
        ("from numpy.linalg import x", "import of numpy.linalg was not asked for."),
        ("from . import x", "import of . was not asked for."),
        (
            "mlflow.x(parser.parse_args([]))",
            "`mlflow.x(parser.parse_args([]))` reads options that are not those of the run.",
        ),
        (
            "mlflow.x(parser.parse_known_args(args=[]))",
            "`mlflow.x(parser.parse_known_args(args=[]))` reads options that are not those of the "
            "run.",
        ),
        (
            "mlflow.x(parser.get_default('a'))",
            "`mlflow.x(parser.get_default('a'))` reads options that are not those of the run.",
        ),
        (
            "score = mlflow.x()",
            "`score` is a name of the script's own and was bound anew. Take a new name.",
        ),
        (
            "net, score = mlflow.x()",
            "`net` is a name of the script's own and was bound anew. Take a new name.",
        ),
        ("scores[0] = mlflow.x()", "`scores[0]` belongs to the script and was changed."),
        ("net.x.y = mlflow.x()", "`net.x.y` belongs to the script and was changed."),
        (
            f"net.{'x' * 90} = mlflow.x()",
            f"`net.{'x' * 76}` belongs to the script and was changed.",
        ),
        ("raise mlflow.X()", "`raise mlflow.X()` changes the way the script goes."),
        ("assert mlflow.x()", "`assert mlflow.x()` changes the way the script goes."),
        (
            "mlflow.x(net.fit(scores))",
            "`mlflow.x(net.fit(scores))` calls fit(): that changes the training.",
        ),
        (
            "torch.manual_seed(mlflow.x())",
            "`torch.manual_seed(mlflow.x())` calls manual_seed(): that changes the training.",
        ),
        ("max(scores)", "`max(scores)` was not asked for."),
        ("other = 1", "`other = 1` was not asked for."),
    ],
)
def test_any_other_line_has_its_reason(line: str, reason: str) -> None:
    if reason.endswith("asked for.") and not reason.startswith("import"):
        assert told(line) == f", line 17: {reason}"
    assert told(f"{LOG}\n{line}") == f", line 18: {reason}"


def test_what_cannot_be_read_is_told() -> None:
    layout = read_layout("x\n")
    assert layout is not None
    changes = compare_layouts(layout, layout)
    reason = ": the file cannot be read as Python."
    assert find_unasked(PLAIN, "def (", "x\n", layout, layout, changes) == reason
    assert find_unasked(PLAIN, "x\n", "def (", layout, layout, changes) == reason


def test_texts_that_the_script_has_itself_may_be_repeated() -> None:
    before = "x = '/data/a'\ny = 'http://a.b'\n"
    after = f"import mlflow\n{before}mlflow.x('/data/a', 'http://a.b', '/data/b')\n"
    old, new = read_layout(before), read_layout(after)
    assert old is not None
    assert new is not None
    changes = compare_layouts(old, new)
    told = find_unasked(PLAIN, before, after, old, new, changes)
    assert told == ", line 4: the absolute path '/data/b' was added. It means nothing elsewhere."


def test_a_name_whose_line_was_replaced_may_be_bound_anew() -> None:
    after = BEFORE.replace("scores = [0]", "scores = mlflow.x([0])")
    old, new = read_layout(BEFORE), read_layout(f"import mlflow\n{after}")
    assert old is not None
    assert new is not None
    changes = compare_layouts(old, new)
    assert find_unasked(PLAIN, BEFORE, f"import mlflow\n{after}", old, new, changes) == ""


def test_fields_that_a_script_has_not_may_be_given_to_self() -> None:
    place = "        self.history = []\n"
    for field, changed in (("run", ""), ("history", "`self.history` belongs to the script")):
        lines = f"    self.{field} = mlflow.start_run()"
        after = told(lines, place=place)
        assert changed in after if changed else after == ""


def test_a_returned_or_ended_line_of_ones_own_function_changes_no_way() -> None:
    own = "def note(x):\n    mlflow.x(x)\n    return mlflow.x(x)\nnote(score)"
    assert told(own) == ""
    assert told(f"{LOG}\nreturn mlflow.x()").endswith("changes the way the script goes.")
    assert told(f"{LOG}\ndel scores[:]").endswith("was changed.")


@pytest.mark.parametrize(("printing", "told_of"), [(False, True), (True, False)])
def test_a_line_may_be_printed_where_it_is_witnessed(printing: bool, told_of: bool) -> None:
    licence = replace(PLAIN, printing=printing)
    problem = told("print(mlflow.x())", licence)
    assert (problem == ", line 17: a printed line was added: that was not asked for.") is told_of
    assert (problem == "") is not told_of


def test_training_may_be_added_where_it_is_licensed() -> None:
    line = "mlflow.x(net.fit(scores))"
    assert told(line, replace(PLAIN, training=True)) == ""
    assert told("mlflow.x(net.fit(args.data))") == ""
    assert told("mlflow.x(net.fit(args.data, callbacks=[mlflow.y()]))") == ""
    for other in ("net.fit(args.data, 1)", "net.fit(args.data, n=1)", "other.fit(args.data)"):
        assert "changes the training" in told(f"mlflow.x({other})")


def test_programs_may_be_started_where_it_is_licensed() -> None:
    line = "import subprocess\nmlflow.x(1)\nsubprocess.run(['git', 'add'])"
    assert told(line, replace(PLAIN, commands={"git": frozenset({"add"})})) == ""
    assert told(line) == ", line 17: `import subprocess` was not asked for."


def test_modules_that_the_script_imports_may_be_imported_again_where_lines_move() -> None:
    rewriting = replace(PLAIN, rewriting=True)
    assert told("import torch.nn\nmlflow.x(torch.nn)", rewriting) == ""
    assert told("import numpy\nmlflow.x(numpy)", rewriting).endswith("was not asked for.")
    # Where lines move into functions, names are bound anew and ways are left.
    assert told("score = mlflow.x()\nreturn score", rewriting) == ""
