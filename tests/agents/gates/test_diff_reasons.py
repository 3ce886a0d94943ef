"""Why a patch changes more than it should, word for word, and the lines it touches."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from agents.gates.diff import judge_diff
from agents.records import Gate, Stage
from tests.agents.gates.exhibits import AFTER, BEFORE, ENTRY, STAGE

TEXT = """\
import argparse

# Trains.
def train(epochs):
    for epoch in range(epochs):
        loss = step(epoch)  # falls
    return loss


def main():
    score = train(3)
    print("score", score)
"""


def judge(before: str, after: str, stage: Stage = STAGE) -> Gate:
    return judge_diff(stage, ENTRY, {ENTRY: before}, {ENTRY: after})


def change(*pairs: tuple[str, str]) -> str:
    """The reason against a patch that also does what was asked for."""
    after = TEXT
    for old, new in (("import argparse\n", "import argparse\nimport mlflow\n"), *pairs):
        assert after.count(old) == 1, old
        after = after.replace(old, new)
    gate = judge(TEXT, after)
    assert gate.light == ("fail" if gate.reason else "pass")
    return gate.reason


def counted(gate: Gate) -> tuple[float, ...]:
    return tuple(
        gate.figures[name] for name in ("added", "removed", "reindented", "touched", "needed")
    )


def test_lines_that_are_touched_and_needed_are_counted() -> None:
    assert counted(judge(BEFORE, AFTER)) == (5, 0, 0, 5, 5)
    wrapped = TEXT.replace("import argparse\n", "import argparse\nimport mlflow\n").replace(
        '    score = train(3)\n    print("score", score)\n',
        '    with mlflow.start_run():\n        score = train(3)\n        print("score", score)\n',
    )
    gate = judge(TEXT, wrapped)
    assert (gate.light, counted(gate)) == ("pass", (2, 0, 2, 4, 2))
    hoisted = TEXT.replace("import argparse\n", "import argparse\nimport mlflow\n").replace(
        '    print("score", score)\n',
        '    mlflow.log_metric(\n        "score", score\n    )\n    print("score", score)\n',
    )
    assert counted(judge(TEXT, hoisted)) == (4, 0, 0, 4, 4)
    replaced = TEXT.replace("import argparse\n", "import argparse\nimport mlflow\n").replace(
        "    return loss\n",
        "    mlflow.log_metric(name, loss)\n    found = loss\n    return found\n",
    )
    assert counted(judge(TEXT, replaced))[:2] == (4, 1)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ({}, {ENTRY: "x"}, f"{ENTRY} is a new file: that was not asked for."),
        ({ENTRY: "x", "b": ""}, {ENTRY: "x"}, "b was deleted: that was not asked for."),
        (
            {ENTRY: "x", "b": "", "a": ""},
            {ENTRY: "x"},
            "a was deleted: that was not asked for.",
        ),
        ({ENTRY: "x"}, {ENTRY: "x"}, f"Nothing was changed in {ENTRY}."),
        ({ENTRY: "x"}, {ENTRY: "def ("}, f"{ENTRY}: the file cannot be read as Python."),
        ({ENTRY: "def ("}, {ENTRY: "x"}, f"{ENTRY}: the file cannot be read as Python."),
        (
            {ENTRY: "x", "a.txt": "b\n"},
            {ENTRY: "x", "a.txt": "c\n"},
            "a.txt: the line `b` is gone: that was not asked for.",
        ),
    ],
)
def test_files_are_changed_and_neither_made_nor_deleted(
    before: Mapping[str, str], after: Mapping[str, str], reason: str
) -> None:
    gate = judge_diff(STAGE, ENTRY, before, after)
    assert gate == Gate(
        "diff",
        "fail",
        reason,
        dict.fromkeys(("added", "removed", "reindented", "touched", "needed"), 0),
    )


def test_another_file_may_be_changed_as_well() -> None:
    before = {ENTRY: BEFORE, "b.py": TEXT, "c.py": ""}
    after = {**before, "b.py": TEXT + "\nimport mlflow\nmlflow.end_run()\n"}
    assert judge_diff(STAGE, ENTRY, before, after).light == "pass"


@pytest.mark.parametrize(
    ("pairs", "reason"),
    [
        ((), ""),
        (
            (("# Trains.\n", ""),),
            ": the comment `# Trains.` was lost. Keep every comment.",
        ),
        (
            (("  # falls", "  # Falls"),),
            ": the comment `# falls` was lost. Keep every comment.",
        ),
        ((("\n\n\ndef main", "\n\ndef main"),), ": empty lines were removed. Do not reformat."),
        (
            (("    return loss\n", "        return loss\n"),),
            ", line 8: `return loss` was moved into or out of a block.",
        ),
        (
            (
                ("    score = train(3)\n", "      score = train(3)\n"),
                ('    print("score"', '      print("score"'),
            ),
            ", line 12: only the indentation of `score = train(3)` was changed.",
        ),
        (
            (("    score = train(3)\n", "    while mlflow.x:\n        score = train(3)\n"),),
            ", line 12: `while mlflow.x:` now holds existing lines.",
        ),
        (
            (("    score = train(3)\n", "    def f():\n        score = train(3)\n"),),
            ", line 12: `def f():` now holds existing lines.",
        ),
        (
            (("step(epoch)", "step( epoch )"),),
            ", line 7: `loss = step( epoch )  # falls` was only reformatted or moved.",
        ),
        (
            (("train(3)", "train(2)"),),
            ": line 11 of the original, `score = train(3)`, is gone or was rewritten (missing: 3). "
            "Add lines, do not remove them.",
        ),
        (
            (('    print("score", score)\n', "    mlflow.x(score, a=print)\n"),),
            ': line 12 of the original, `print("score", score)`, is gone or was rewritten '
            "(missing: score). Add lines, do not remove them.",
        ),
        (
            (("    score = train(3)\n", "    score = mlflow.x(train(3))\n"),),
            "",
        ),
    ],
)
def test_a_change_beside_the_point_has_its_reason(
    pairs: tuple[tuple[str, str], ...], reason: str
) -> None:
    assert change(*pairs) == (f"{ENTRY}{reason}" if reason else "")


@pytest.mark.parametrize("header", ["with mlflow.x():", "if mlflow.x:", "try:"])
def test_blocks_that_run_their_lines_once_may_hold_existing_ones(header: str) -> None:
    tail = "\n    finally:\n        mlflow.end_run()\n" if header == "try:" else "\n"
    held = f"    {header}\n        score = train(3){tail}"
    assert change(("    score = train(3)\n", held)) == ""


def test_a_long_line_and_a_long_comment_are_shown_in_part() -> None:
    before = f"{'x' * 150} = 1\n# {'c' * 250}\n"
    gate = judge(before, "import mlflow\nmlflow.x()\n")
    assert gate.reason == f"{ENTRY}: the comment `# {'c' * 198}` was lost. Keep every comment."
    gate = judge(before, f"import mlflow\nmlflow.x()\n# {'c' * 250}\n")
    assert f"line 1 of the original, `{'x' * 120}`, is gone" in gate.reason


def test_as_many_lines_as_are_sensible_may_be_added() -> None:
    log = "mlflow.log_metric('a', score)\n"
    for lines, limit in (("", 80), ("y = 1\n" * 49, 100)):
        before = "score = 1\n" + lines
        for count, light in ((limit - 1, "pass"), (limit, "fail")):
            gate = judge(before, f"import mlflow\n{before}{log * count}")
            assert gate.light == light
            if light == "fail":
                assert gate.reason == (
                    f"{ENTRY}: {limit + 1} lines were added, at most {limit} are sensible here."
                )


def test_ends_of_lines_and_the_mark_at_the_beginning_stay() -> None:
    crlf = BEFORE.replace("\n", "\r\n")
    assert judge(crlf, AFTER).reason == (
        f"{ENTRY}: line endings were changed; the original ends its lines with CRLF."
    )
    reason = f"{ENTRY}: the byte order mark at the beginning was changed."
    assert judge("\ufeff" + BEFORE, AFTER).reason == reason
    assert judge(BEFORE, "\ufeff" + AFTER).reason == reason


MOVE = replace(STAGE, task="translate", source="wandb")


def test_lines_comments_and_empty_lines_of_what_is_moved_away_from_may_go() -> None:
    before = "import wandb\n\n# to W&B\nwandb.init()\n\nx = 1\nwandb.log({'x': x})\n"
    after = "import mlflow\n\nmlflow.start_run()\nx = 1\nmlflow.log_metric('x', x)\n"
    assert judge(before, after, MOVE).light == "pass"
    assert judge(before, after).light == "fail"
    gone = after.replace("x = 1\n", "")
    assert "`x = 1`, is gone" in judge(before, gone, MOVE).reason
    spaced = before.replace("wandb.init()\n\n", "wandb.init()\n\n\n\n\n\n")
    reason = f"{ENTRY}: empty lines were removed. Do not reformat."
    assert judge(spaced, after, MOVE).reason == reason
