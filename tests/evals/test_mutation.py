import json
from pathlib import Path

import pytest

from evals.mutation import (
    KILLED,
    SURVIVED,
    TYPED,
    UNTESTED,
    count_untried,
    explain,
    read_mutants,
    write_page,
)


def write(folder: Path, **codes: int | None) -> Path:
    path = folder / "agents" / "gates" / "store.py.meta"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"exit_code_by_key": codes}))
    return folder


def test_every_mutant_that_ran_is_read_with_what_became_of_it(tmp_path: Path) -> None:
    codes = {"a": 1, "b": 0, "c": 37, "d": 33, "e": None, "f": -11, "g": 3}
    found = {mutant.name: mutant for mutant in read_mutants(write(tmp_path, **codes))}
    assert {name: mutant.outcome for name, mutant in found.items()} == {
        "a": KILLED,
        "b": SURVIVED,
        "c": TYPED,
        "d": UNTESTED,
        "f": KILLED,
        "g": KILLED,
    }
    assert found["a"].file == "agents/gates/store.py"


@pytest.mark.parametrize(
    ("removed", "added", "word"),
    [
        ('return f"The run {name} is gone."', 'return f"XXThe run {name} is gone.XX"', "wording"),
        ('light_gate("store", "fail")', 'light_gate("XXstoreXX", "fail")', "open"),
        ("zip(a, b, strict=True)", "zip(a, b, strict=False)", "strictness"),
        ("if total > MAX_BYTES:", "if total >= MAX_BYTES:", "limit"),
        ("count + 1", "count - 1", "open"),
        ('run("SELECT a FROM b")', 'run("select a from b")', "equivalent"),
        ('run("SELECT a FROM b")', 'run("XXSELECT a FROM bXX")', "open"),
        ('make(prefix="mlgraft-")', "make(prefix=None)", "equivalent"),
        ('say("one two", 1)', 'say("one two", 2)', "open"),
    ],
)
def test_a_survivor_is_explained_only_where_the_verdict_cannot_differ(
    removed: str, added: str, word: str
) -> None:
    assert explain(f"--- a\n+++ a\n@@ -1 +1 @@\n context\n-{removed}\n+{added}\n") == word


def test_the_page_counts_by_file_and_shows_every_survivor(tmp_path: Path) -> None:
    mutants = list(read_mutants(write(tmp_path, a=1, b=0, c=37, d=1)))
    page = write_page(mutants, lambda mutant: f"-{mutant.name} + 1\n+{mutant.name} - 1")
    assert "**75.0% of 4 mutants are noticed**: by tests 2, by strict types 1." in page
    assert "| `agents/gates/store.py` | 4 | 2 | 1 | 1 | 0 | 75.0% |" in page
    assert "## open: 1" in page
    assert "# b\n-b + 1\n+b - 1" in page
    assert "## wording: 0" in page


def test_what_was_not_tried_is_said(tmp_path: Path) -> None:
    folder = write(tmp_path, a=1, b=None, c=None)
    assert count_untried(folder) == 2
    page = write_page(list(read_mutants(folder)), lambda _mutant: "", count_untried(folder))
    assert "**100.0% of 1 mutants are noticed**" in page
    assert "2 more were made and not tried: the run was broken off." in page
    assert "broken off" not in write_page([], lambda _mutant: "")
