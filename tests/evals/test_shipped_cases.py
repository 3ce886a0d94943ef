"""Every shipped case is complete: it loads, it compiles, and each of its cheats still applies."""

import ast
import difflib
import os
from collections import Counter
from pathlib import Path

import pytest

from agents.intake import is_beside
from evals.case import Case, apply_cheat, find_cases, read_cheat, read_sources
from evals.proof import entry_of

ROOT = Path(__file__).parents[2] / "evals" / "cases"
CASES = find_cases(ROOT)
ADAPTED = tuple(case for case in CASES if case.expect == "accepted")
TRACKED = tuple(
    case
    for case in ADAPTED
    if (case.task, case.functionality, case.target) == ("inline", "experiment_tracking", "mlflow")
)
OTHERS = tuple(case for case in CASES if case.expect != "accepted")
SOLVED = tuple(case for case in CASES if case.reference)
"""Those with a solution, also one that the offline coder has no rules for."""
MOST_ADDED = 25
MOST_REMOVED = 5

ALL_TRACKING_CHEATS = {
    "constant": "witness",
    "one": "witness",
    "rows": "witness",
    "wrong_name": "witness",
    "literal_from_output": "witness",
    "crash_after_logging": "runs",
    "training_removed": "behaviour",
    "store_by_sql": "build",
    "logged_twice": "store",
    "witness_forged": "build",
}


def count_changes(case: Case) -> Counter[str]:
    assert case.reference is not None
    before, after = read_sources(case.before), read_sources(case.reference)
    assert set(before) == set(after)
    changes: Counter[str] = Counter()
    for path, text in before.items():
        for line in difflib.ndiff(text.splitlines(), after[path].splitlines()):
            changes[line[0]] += 1
    return changes


def test_there_are_enough_cases_of_each_kind() -> None:
    frameworks = Counter(case.framework for case in ADAPTED)
    assert frameworks["scikit-learn"] >= 12
    assert frameworks["pytorch"] >= 8
    assert {case.split for case in ADAPTED} == {"dev", "test"}
    assert {case.expect for case in OTHERS} == {"refused", "not_accepted"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_shipped_case_can_be_run_as_it_says(case: Case) -> None:
    room = "translation" if case.task == "translate" else case.functionality
    assert case.folder.parent.name == room
    assert case.license == "Apache-2.0"
    first, *words = case.run.split()
    assert first == "python"
    assert [word for word in words if (case.before / word).is_file()] == [entry_of(case)]
    assert words == [entry_of(case)] or words[:2] == ["-m", "torch.distributed.run"]
    assert all("==" in need for need in case.needs)
    for folder in (case.before, case.reference):
        for path, text in read_sources(folder).items() if folder else ():
            compile(text, path, "exec")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_shipped_case_holds_no_leftovers_of_a_run(case: Case) -> None:
    kept = {".py", ".csv", ".toml", ".patch", ".yaml", ".md", ".txt"}
    files = [Path(base) / name for base, _, names in os.walk(case.folder) for name in names]
    assert [str(file) for file in files if file.suffix not in kept] == []


@pytest.mark.parametrize("case", TRACKED, ids=lambda case: case.name)
def test_a_reference_is_a_small_change_that_tracks(case: Case) -> None:
    assert case.reference is not None
    changes = count_changes(case)
    assert 0 < changes["+"] <= MOST_ADDED
    assert changes["-"] <= MOST_REMOVED
    text = "\n".join(read_sources(case.reference).values())
    assert "run_name=" in text
    assert "mlflow.log_metric" in text
    assert "set_tracking_uri" not in text


@pytest.mark.parametrize("case", SOLVED, ids=lambda case: case.name)
def test_files_that_are_not_code_are_the_same_in_the_reference(case: Case) -> None:
    assert case.reference is not None
    for path in case.before.rglob("*"):
        moved = case.task == "translate" and is_beside(path.name)
        if path.is_file() and path.suffix != ".py" and not moved:
            copy = case.reference / path.relative_to(case.before)
            assert copy.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("case", SOLVED, ids=lambda case: case.name)
def test_every_cheat_applies_and_changes_what_the_code_does(case: Case) -> None:
    assert case.reference is not None
    assert len(case.cheats) >= 3
    honest = read_sources(case.reference, beside=case.task == "translate")
    for path in case.cheats:
        cheat = read_cheat(path)
        files = apply_cheat(case, cheat)
        assert files != honest, path
        programs = [name for name in files if name.endswith(".py")]
        for name in programs:
            compile(files[name], name, "exec")
        # What only the diff gate can see leaves the program as it was.
        same = all(
            ast.dump(ast.parse(files[name])) == ast.dump(ast.parse(honest[name]))
            for name in programs
        ) and all(files[name] == honest[name] for name in files.keys() - set(programs))
        assert not same or cheat.gate == "diff", path


@pytest.mark.parametrize("case", OTHERS, ids=lambda case: case.name)
def test_a_case_has_a_solution_and_cheats_or_neither(case: Case) -> None:
    # Where the rules refuse, somebody else may know a solution; where nothing is to be done, none.
    assert case.reference is None or case.expect == "refused"
    assert bool(case.reference) == bool(case.cheats)


def test_four_cases_carry_every_cheat_that_concerns_tracking() -> None:
    full: Counter[str] = Counter()
    for case in ADAPTED:
        named = {path.stem: read_cheat(path).gate for path in case.cheats}
        asked = dict(ALL_TRACKING_CHEATS)
        if case.framework == "pytorch":
            asked["last_epoch_only"] = "store"
        full[case.framework] += asked.items() <= named.items()
    assert full["scikit-learn"] >= 2
    assert full["pytorch"] >= 2


def test_the_demo_is_where_people_are_told_it_is() -> None:
    assert (ROOT / "experiment_tracking" / "digits_sklearn" / "before" / "train.py").is_file()
