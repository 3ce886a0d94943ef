import pytest

from agents.gates.build import judge_build
from agents.gates.diff import judge_diff
from agents.records import Gate, Stage
from tests.agents.gates.exhibits import AFTER, BEFORE, ENTRY, LOOP_BEFORE, STAGE

MAIN_BEFORE = '''\
"""Trains."""
import argparse


def train(epochs):
    # One pass after the other.
    for epoch in range(epochs):
        loss = 1 / (epoch + 1)  # falls
        print(f"{epoch} {loss:.3f}")
    return loss


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=3)
    args = parser.parse_args()
    print("final", train(args.epochs))


if __name__ == "__main__":
    main()
'''


def judge_pair(before: str, after: str) -> Gate:
    return judge_diff(STAGE, ENTRY, {ENTRY: before}, {ENTRY: after})


def test_additions_alone_pass_and_are_counted() -> None:
    gate = judge_pair(BEFORE, AFTER)
    assert gate.light == "pass"
    assert (gate.figures["added"], gate.figures["removed"]) == (5, 0)
    assert gate.figures["touched"] == gate.figures["needed"] == 5


def test_a_block_indented_under_a_with_passes() -> None:
    after = MAIN_BEFORE.replace("import argparse\n", "import argparse\n\nimport mlflow\n").replace(
        "    main()\n", '    with mlflow.start_run(run_name="train"):\n        main()\n'
    )
    gate = judge_pair(MAIN_BEFORE, after)
    assert gate.light == "pass", gate.reason
    assert gate.figures["reindented"] == 1


def test_a_printed_expression_may_be_hoisted() -> None:
    after = MAIN_BEFORE.replace("import argparse\n", "import argparse\nimport mlflow\n").replace(
        '    print("final", train(args.epochs))\n',
        '    final_loss = train(args.epochs)\n    mlflow.log_metric("final_loss", final_loss)\n'
        '    print("final", final_loss)\n',
    )
    gate = judge_pair(MAIN_BEFORE, after)
    assert gate.light == "pass", gate.reason


def test_a_counter_and_a_loop_that_feed_the_target_pass() -> None:
    after = AFTER.replace(
        "mlflow.end_run()\n",
        'step = 0\nscores = {"a": accuracy}\nfor name, value in scores.items():\n'
        "    mlflow.log_metric(name, value, step=step)\n    step += 1\nmlflow.end_run()\n",
    )
    gate = judge_pair(BEFORE, after)
    assert gate.light == "pass", gate.reason


LINE = 'mlflow.log_metric("test_accuracy", accuracy)\n'


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("model.predict(X_test)\n", "not asked for"),
        ('mlflow.log_param("m", model.fit(X_test, y_test))\n', "changes the training"),
        ("y_test = model.predict(X_test)\n", "bound anew"),
        ("model.max_iter = 1\n", "belongs to the script"),
        ("X_train[0] = 0\n", "belongs to the script"),
        ("del X_train\n", "bound anew"),
        ("raise SystemExit\n", "changes the way"),
        ("assert accuracy < 1\n", "changes the way"),
        ('print("logged")\n', "printed line"),
        ('mlflow.set_tracking_uri("x")\n', "tracking address"),
        ('client = mlflow.MlflowClient(\n    tracking_uri="x",\n)\n', "tracking address"),
        ('mlflow.set_tag("a", "https://x.example")\n', "address"),
        ('mlflow.log_artifact("/data/out.txt")\n', "absolute path"),
        ('mlflow.log_artifact("~/out.txt")\n', "absolute path"),
        ('mlflow.log_artifact("" + "/data")\n', "absolute path"),
        ('mlflow.log_artifact(f"/data/{accuracy}")\n', "absolute path"),
        ('mlflow.set_tag("k", "sk-abcdefghijklmnop1234")\n', "key"),
        ("import numpy as np\n", "import of numpy"),
        ("import json\n", "not asked for"),
        ("def helper():\n    return 1\n", "not asked for"),
    ],
)
def test_an_addition_that_was_not_asked_for_fails(line: str, word: str) -> None:
    gate = judge_pair(BEFORE, AFTER.replace(LINE, line + LINE))
    assert gate.light == "fail"
    assert word in gate.reason


@pytest.mark.parametrize(
    "text", ['f"runs:/{mlflow.active_run().info.run_id}/model"', 'f"{accuracy}/m"', '"a" + "/m"']
)
def test_what_stands_behind_another_text_is_no_absolute_path(text: str) -> None:
    line = f"mlflow.log_param('model', {text})\n"
    assert judge_pair(BEFORE, AFTER.replace(LINE, line + LINE)).light == "pass"


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("# falls", "", "comment"),
        ("    # One pass after the other.\n", "", "comment"),
        ('"""Trains."""\n', "", "is gone"),
        ("1 / (epoch + 1)", "1/(epoch+1)", "only reformatted"),
        ('"final"', "'final'", "only reformatted"),
        ("range(epochs)", "range(epochs,)", "only reformatted"),
        ("    return loss\n", "        return loss\n", "moved into"),
        ("\n\n\ndef main", "\n\ndef main", "empty lines"),
        ("default=3", "default=1", "is gone or was rewritten"),
        ("    main()\n", "    for _ in range(1):\n        main()\n", "existing lines"),
        ("    parser =", "     parser =", "indentation"),
    ],
)
def test_a_change_beside_the_point_fails(old: str, new: str, word: str) -> None:
    assert MAIN_BEFORE.count(old) == 1
    added = "import argparse\nimport mlflow\nmlflow.autolog()\n"
    changed = MAIN_BEFORE.replace(old, new).replace("import argparse\n", added)
    if word == "indentation":
        changed = changed.replace("    parser.", "     parser.").replace(
            "    args =", "     args ="
        )
        changed = changed.replace('    print("final', '     print("final')
    gate = judge_pair(MAIN_BEFORE, changed)
    assert gate.light == "fail"
    assert word in gate.reason, gate.reason


@pytest.mark.parametrize(
    ("read", "light"),
    [
        ("parser.parse_args([])", "fail"),
        ("parser.parse_args(args=[])", "fail"),
        ("parser.parse_known_args(['--epochs', '9'])[0]", "fail"),
        ("parser.parse_args()", "pass"),
        ("args", "pass"),
    ],
)
def test_options_that_the_run_does_not_have_are_not_logged(read: str, light: str) -> None:
    line = "    args = parser.parse_args()\n"
    after = MAIN_BEFORE.replace(line, f"{line}    mlflow.log_params(vars({read}))\n")
    gate = judge_pair(
        MAIN_BEFORE, after.replace("import argparse\n", "import argparse\nimport mlflow\n")
    )
    assert gate.light == light


def test_crlf_line_ends_must_stay() -> None:
    before, after = BEFORE.replace("\n", "\r\n"), AFTER.replace("\n", "\r\n")
    assert judge_pair(before, after).light == "pass"
    assert "CRLF" in judge_pair(before, AFTER).reason


def test_a_byte_order_mark_must_stay() -> None:
    assert judge_pair("\ufeff" + BEFORE, "\ufeff" + AFTER).light == "pass"
    assert "byte order" in judge_pair("\ufeff" + BEFORE, AFTER).reason
    assert judge_build(STAGE, {ENTRY: "\ufeff" + BEFORE}, {ENTRY: "\ufeff" + AFTER}).light == "pass"


def test_a_whole_file_indented_anew_fails() -> None:
    after = "import mlflow\n" + LOOP_BEFORE.replace("    ", "  ")
    assert "indentation" in judge_pair(LOOP_BEFORE, after).reason


def test_a_text_inside_a_string_may_not_shift_with_its_block() -> None:
    before = 'def main():\n    """One.\n    Two.\n    """\n    x = """a\n    b"""\n'
    wrapped = (
        'import mlflow\ndef main():\n    """One.\n    Two.\n    """\n    with mlflow.start_run():\n'
        '        x = """a\n        b"""\n'
    )
    assert judge_pair(before, wrapped).light == "fail"
    assert judge_pair(before, wrapped.replace("        b", "    b")).light == "pass"


def test_a_new_or_deleted_file_fails() -> None:
    before = {ENTRY: BEFORE, "b.py": ""}
    assert "deleted" in judge_diff(STAGE, ENTRY, before, {ENTRY: AFTER}).reason
    after = {**before, ENTRY: AFTER, "c.py": ""}
    assert "new file" in judge_diff(STAGE, ENTRY, before, after).reason


def test_a_patch_that_changes_nothing_fails() -> None:
    assert judge_pair(BEFORE, BEFORE).light == "fail"


@pytest.mark.parametrize(
    ("new", "light"),
    [
        ("history = model.fit(X_train, y_train)", "pass"),
        ("model.fit(X_train, y_train, callbacks=[mlflow.log()])", "pass"),
        ("model.fit(X_train[:40], y_train[:40])", "fail"),
        ("model.fit(X_train, y_train, 1)", "fail"),
    ],
)
def test_a_training_line_may_be_kept_in_another_form_but_not_train_on_less(
    new: str, light: str
) -> None:
    after = AFTER.replace("model.fit(X_train, y_train)", new)
    if "history" in new:
        after = after.replace("mlflow.end_run()", "mlflow.log_dict(history)\nmlflow.end_run()")
    assert judge_diff(STAGE, ENTRY, {ENTRY: BEFORE}, {ENTRY: after}).light == light


DOCUMENTED = """

def note(value):
    \"\"\"Log one value.\"\"\"
    mlflow.log_metric("test_accuracy", value)


note(accuracy)
"""


def test_a_new_function_may_say_what_it_is_for_and_a_text_elsewhere_may_not() -> None:
    with_text = AFTER.replace("mlflow.end_run()\n", f"mlflow.end_run()\n{DOCUMENTED}")
    gate = judge_pair(BEFORE, with_text)
    assert gate.light == "pass", gate.reason
    stray = AFTER.replace("mlflow.end_run()\n", 'mlflow.end_run()\n"Log one value."\n')
    assert judge_pair(BEFORE, stray).light == "fail"


CALLBACK = """
class Rounds(Callback):
    def after_round(self, round_number, scores):
        if not scores:
            return
        for name, score in scores.items():
            if score is None:
                continue
            mlflow.log_metric(name, score, step=round_number)
        return False


"""


def test_a_callback_may_return_what_its_framework_expects() -> None:
    after = MAIN_BEFORE.replace("import argparse\n", "import argparse\n\nimport mlflow\n")
    gate = judge_pair(MAIN_BEFORE, after.replace("\n\ndef main", f"{CALLBACK}def main"))
    assert gate.light == "pass", gate.reason


@pytest.mark.parametrize("word", ["return", "continue"])
def test_a_function_of_the_originals_is_not_left_early(word: str) -> None:
    loop = "    for epoch in range(epochs):\n"
    after = MAIN_BEFORE.replace("import argparse\n", "import argparse\n\nimport mlflow\n").replace(
        loop, f"{loop}        if mlflow.active_run():\n            {word}\n"
    )
    gate = judge_pair(MAIN_BEFORE, after)
    assert (gate.light, f"`{word}` changes" in gate.reason) == ("fail", True)


@pytest.mark.parametrize(
    ("line", "light"),
    [
        ('print(f"committed as {made.hexsha[:7]}, tagged v1.0")', "pass"),
        ('print("accuracy 0.97", made.hexsha[:0])', "fail"),
        ("print(0.97, made.hexsha[:0])", "fail"),
        ('print("accuracy 0.97")', "fail"),
        ("print(accuracy)", "fail"),
    ],
)
def test_what_came_of_a_commit_may_be_told(line: str, light: str) -> None:
    stage = Stage("inline", "version_control", "gitpython")
    after = (
        f"import git\n{BEFORE}repo = git.Repo('.')\nrepo.index.add(['train.py'])\n"
        f"made = repo.index.commit('Release')\n{line}\n"
    )
    gate = judge_diff(stage, ENTRY, {ENTRY: BEFORE}, {ENTRY: after})
    assert gate.light == light, gate.reason
