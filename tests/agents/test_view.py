"""Records -> what every face shows."""

from agents.records import (
    Attempted,
    Baseline,
    Candidate,
    Evidence,
    Gate,
    Plan,
    Prepared,
    Progress,
    Reason,
    Record,
    Refusal,
    Report,
    Request,
    Spent,
    Stage,
    Verdict,
)
from agents.settings import Settings
from agents.view import View, fold, fold_all, to_answer
from ui.lines import describe

REQUEST = Request(
    "r", "track", "/p/t.py", "/p", "t.py", ("python", "t.py"), Settings(), ("big.csv (90 MiB)",)
)
PREPARED = Prepared(
    python="/e/bin/python",
    packages={"mlflow": "3.17.2", "numpy": "2.4"},
    asked=("mlflow",),
    site_packages=(),
    import_path=(),
    readable=(),
    fingerprint="f",
    runner="process",
    isolation="not isolated",
    seconds=4.0,
    cached=False,
    notes=("a note",),
)
ATTEMPTED = Attempted("original-1", 0, "baseline", 0, "ok", 0, 1.0, 0.9, 9.0, False, False, "", {})
EVIDENCE = Evidence("mlflow.log_metric", "mlflow", "3.17.2", "mlflow/tracking/fluent.py", 901)
VERDICT = Verdict(
    1, 0, 1, "rules", "cold", "ok", 1.234, (Gate("build", "pass"), Gate("runs", "fail", "exit 3"))
)
ALL: tuple[Record, ...] = (
    REQUEST,
    Plan((Stage("inline", "experiment_tracking", "mlflow", steps=("one",)),)),
    Progress("environment", "building"),
    PREPARED,
    ATTEMPTED,
    Baseline(True),
    EVIDENCE,
    EVIDENCE,
    Candidate(1, 0, "rules", "explicit", {"t.py": "x"}, withheld=("api_token",)),
    VERDICT,
    Refusal(0, "rules", (Reason(3, "no-metric", "Nothing is measured."),)),
    Spent("--max-attempts", 1),
    Report("budget", "Spent.", patch="--- a", files=("t.py",), added=2, passes=0, seconds=9.9),
)


def test_the_answer_has_the_keys_that_checks_rely_on() -> None:
    answer = to_answer(fold_all(ALL))
    assert {**answer, "summary": "", "plan": "", "attempts": "", "evidence": ""} == {
        "schema": 1,
        "run": "r",
        "outcome": "budget",
        "summary": "",
        "plan": "",
        "patch": "--- a",
        "files": ["t.py"],
        "lines": {"added": 2, "removed": 0},
        "attempts": "",
        "passes": 0,
        "evidence": "",
        "refusals": [{"line": 3, "rule": "no-metric", "reason": "Nothing is measured."}],
        "overhead": {"seconds": 0.0, "per_point_ms": 0.0},
        "sabotage": [],
        "reduction": [],
        "checked": None,
        "cost": {"usd": 0.0, "prompt_tokens": 0, "completion_tokens": 0, "estimated": False},
        "seconds": 9.9,
    }
    assert answer["plan"]["stages"][0]["steps"] == ["one"]
    assert answer["attempts"][0]["gates"] == {"build": "pass", "runs": "fail"}
    assert answer["attempts"][0]["reason"] == "runs: exit 3"
    assert [item["line"] for item in answer["evidence"]] == [901]


def test_a_view_is_working_until_the_report_and_forgets_the_progress_then() -> None:
    before = fold_all(ALL[:-1])
    assert before.state == "working"
    assert before.progress is not None
    after = fold(before, ALL[-1])
    assert after.state == "ended"
    assert after.progress is None


def test_a_run_without_a_report_is_stopped() -> None:
    assert to_answer(fold_all(ALL[:3]))["outcome"] == "stopped"
    assert to_answer(View(), outcome="error")["outcome"] == "error"


def test_every_record_but_progress_and_candidates_attempts_is_said_in_lines() -> None:
    said = {type(record).__name__: "\n".join(describe(record)) for record in ALL}
    assert "big.csv (90 MiB)" in said["Request"]
    assert "mlflow 3.17.2 and 1 more; built in 4 s" in said["Prepared"]
    assert "mlflow/tracking/fluent.py:901" in said["Evidence"]
    assert "api_token" in said["Candidate"]
    assert "runs FAIL" in said["Verdict"]
    assert "exit 3" in said["Verdict"]
    assert "line 3: Nothing is measured. [no-metric]" in said["Refusal"]
    assert "--max-attempts" in said["Spent"]
    assert said["Progress"] == ""
    assert said["Report"].startswith("budget")
    moved = Stage("translate", "experiment_tracking", "mlflow", source="wandb")
    assert "from wandb to mlflow" in "\n".join(describe(Plan((moved,))))
    assert "It is broken" in "\n".join(describe(Baseline(False, "It is broken")))
    assert "already there" in "\n".join(
        describe(Refusal(0, "rules", (Reason(0, "already", "It is."),), already=True))
    )
