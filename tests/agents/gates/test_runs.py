from dataclasses import replace
from pathlib import Path

import pytest

from agents.gates.judgement import judge
from agents.gates.runs import judge_runs
from agents.gates.wording import clip_text, hide_paths
from agents.records import Gate
from sandbox.trial import Status
from tests.agents.gates.exhibits import digits, finish, light


def judge_attempt(**more: object) -> Gate:
    exhibit = digits()
    return judge_runs(
        replace(exhibit, observed=replace(exhibit.observed, attempt=finish("", **more)))
    )


@pytest.mark.parametrize(
    ("status", "code", "word"),
    [
        ("error", 3, "exit code 3"),
        ("ok", 1, "exit code 1"),
        ("timeout", None, "did not end"),
        ("oom", None, "memory"),
        ("output_limit", None, "output"),
    ],
)
def test_an_attempt_that_did_not_end_well_fails(
    status: Status, code: int | None, word: str
) -> None:
    gate = judge_attempt(status=status, exit_code=code)
    assert gate.light == "fail"
    assert word in gate.reason


def test_a_child_killed_for_its_memory_fails_in_spite_of_exit_code_zero() -> None:
    assert "memory" in judge_attempt(oom=True).reason


def test_a_broken_house_is_not_the_candidates_fault() -> None:
    gate = judge_attempt(status="infra_error", exit_code=None, detail="No space is left.")
    assert (gate.light, "No space" in gate.reason) == ("cannot_tell", True)


def test_the_reason_holds_what_helps_and_no_place_of_this_machine() -> None:
    stderr = (
        "2026/11/23 07:38:25 INFO mlflow.store.db.utils: Updating database tables\n"
        "FutureWarning: old\n"
        "Traceback (most recent call last):\n"
        '  File "/somewhere/deep/work/train.py", line 3, in <module>\n'
        '  File "/opt/env/lib/python3.11/site-packages/sklearn/base.py", line 9\n'
        "ValueError: \x1b[31mbad\x1b[0m\n"
    )
    gate = judge_attempt(
        status="error",
        exit_code=1,
        stderr=stderr,
        folder=Path("/somewhere/deep/work"),
        detail="The script wants the network.",
    )
    assert "wants the network" in gate.reason
    assert 'File "train.py", line 3' in gate.reason
    assert 'File "sklearn/base.py"' in gate.reason
    assert "ValueError: bad" in gate.reason
    for noise in ("/somewhere", "/opt", "INFO", "FutureWarning", "\x1b"):
        assert noise not in gate.reason


def test_a_long_reason_is_cut_at_its_beginning() -> None:
    stderr = "\n".join(f"line {number}" for number in range(5000)) + "\nKeyError: 'last'\n"
    gate = judge_attempt(status="error", exit_code=1, stderr=stderr)
    assert len(gate.reason) <= 2000
    assert gate.reason.endswith("KeyError: 'last'")


def test_texts_are_cut_and_paths_are_shortened() -> None:
    assert len(clip_text("x" * 5000)) == 2000
    assert hide_paths("see /home/me/work/a.py now") == "see a.py now"
    assert hide_paths("a/b and /proc/self/fd") == "a/b and /proc/self/fd"


def test_of_an_attempt_that_did_not_run_only_the_text_is_judged() -> None:
    exhibit = digits()
    failed = replace(exhibit.observed, attempt=finish(status="timeout", exit_code=None))
    gates = judge(replace(exhibit, observed=failed))
    assert [gate.light for gate in gates] == [
        "pass",
        "fail",
        "cannot_tell",
        "cannot_tell",
        "cannot_tell",
        "not_needed",
        "pass",
    ]
    assert light(gates, "store").reason
