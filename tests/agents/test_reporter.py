"""All of it -> Report; and patches that git takes."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.records import (
    Baseline,
    Candidate,
    Gate,
    Plan,
    Reason,
    Record,
    Refusal,
    Request,
    Spent,
    Stage,
    Verdict,
)
from agents.reporter import make_patch, make_report
from agents.settings import Settings

REQUEST = Request("r", "track", "/p/t.py", "/p", "t.py", ("python", "t.py"), Settings())
PLAN = Plan((Stage("inline", "experiment_tracking", "mlflow"),))
SOURCES = {"t.py": "x = 1\n"}


def _candidate(number: int, text: str = "x = 2\n") -> Candidate:
    return Candidate(number, 0, "rules", f"style {number}", {"t.py": text})


def _verdict(number: int, candidate: int, *, failing: str = "") -> Verdict:
    gates = tuple(
        Gate(name, "fail" if name == failing else "pass", "why" if name == failing else "")
        for name in ("build", "runs", "store")
    )
    return Verdict(number, 0, candidate, "rules", "cold", "ok", 1.0, gates, 0.5, 2.0)


@pytest.mark.parametrize(
    ("told", "outcome", "said"),
    [
        ((Refusal(0, "rules", (Reason(3, "r", "No metric."),)),), "refused", "No metric."),
        ((Baseline(False, "It does not run."),), "not_accepted", "It does not run."),
        ((Baseline(False, "Tracked already.", already=True),), "refused", "Tracked already."),
        ((_candidate(1), _verdict(1, 1, failing="store")), "not_accepted", "store: why"),
        ((_candidate(1), _verdict(1, 1), Spent("--max-attempts", 1)), "budget", "--max-attempts"),
        ((_candidate(1), *(_verdict(n, 1) for n in (1, 2, 3))), "accepted", "1 candidate x 3"),
    ],
)
def test_a_run_ends_in_one_outcome_with_its_reason(
    told: tuple[Record, ...], outcome: str, said: str
) -> None:
    report = make_report((REQUEST, PLAN, *told), SOURCES, 12.34)
    assert report.outcome == outcome
    assert said in report.summary
    assert report.seconds == 12.3


def test_the_candidate_with_most_passes_is_handed_over() -> None:
    told = (
        _candidate(1, "x = 3\n"),
        _verdict(1, 1),
        _verdict(2, 1, failing="runs"),
        _candidate(2),
        _verdict(3, 2),
        _verdict(4, 2),
        _verdict(5, 2),
    )
    report = make_report((REQUEST, PLAN, *told), SOURCES, 1.0)
    assert (report.candidate, report.passes, report.added, report.removed) == (2, 3, 1, 1)
    assert "+x = 2" in report.patch
    assert report.store == "artifacts/3/work/mlflow.db"
    assert (report.overhead_seconds, report.overhead_point_ms) == (0.5, 2.0)


LINES = st.lists(st.text(alphabet="ab \t#é\f", max_size=4), max_size=12)
ENDS = st.sampled_from(["\n", "\r\n"])


@settings(max_examples=25, deadline=None)
@given(before=LINES, after=LINES, end=ENDS, last=st.booleans())
def test_git_applies_every_patch_to_the_byte(
    before: list[str], after: list[str], end: str, last: bool
) -> None:
    old = "x = 1" + end + end.join(before) + (end if last else "")
    new = "x = 1" + end + end.join(after) + (end if not last else "")
    patch = make_patch({"t.py": old}, {"t.py": new})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        (folder / "t.py").write_bytes(old.encode())
        if patch.text:
            subprocess.run(
                ["git", "apply", "--whitespace=nowarn", "-"],
                cwd=folder,
                input=patch.text.encode(),
                check=True,
                env={**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)},
            )
        assert (folder / "t.py").read_bytes() == new.encode()


def test_files_that_did_not_change_are_not_in_the_patch() -> None:
    patch = make_patch({"a.py": "1\n", "b.py": "2\n"}, {"a.py": "1\n", "b.py": "3\n"})
    assert patch.files == ("b.py",)
    assert (patch.added, patch.removed) == (1, 1)
    assert "a.py" not in patch.text
