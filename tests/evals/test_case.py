"""Reading one case and its cheats, and what is said when either is wrong."""

from pathlib import Path

import pytest

from evals.case import (
    Case,
    CaseError,
    Cheat,
    apply_cheat,
    find_cases,
    read_case,
    read_cheat,
    read_sources,
)

GOOD = """\
request = "Track this run with MLflow"
task = "inline"
functionality = "experiment_tracking"
target = "mlflow"
version = "3.17.2"
framework = "scikit-learn"
run = "python train.py"
needs = ["scikit-learn==1.9.1"]
seconds = 30
split = "dev"
license = "Apache-2.0"
expect = "accepted"
"""

PATCH = """\
diff --git a/train.py b/train.py
--- a/train.py
+++ b/train.py
@@ -1,2 +1,2 @@
 score = 0.5
-print(score)
+print(1.0)
"""


def write_case(folder: Path, stated: str = GOOD) -> Path:
    (folder / "before").mkdir(parents=True)
    (folder / "before" / "train.py").write_text("score = 0.5\nprint(score)\n")
    (folder / "reference").mkdir()
    (folder / "reference" / "train.py").write_text("score = 0.5\nprint(score)\n")
    (folder / "reference" / "table.csv").write_text("a,b\n")
    (folder / "cheats").mkdir()
    (folder / "case.toml").write_text(stated)
    return folder


def write_cheat(case: Case, patch: str, gate: str = "witness") -> Cheat:
    path = case.folder / "cheats" / "one.patch"
    path.write_text(f"# stopped by: {gate}\n{patch}")
    return read_cheat(path)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return read_case(write_case(tmp_path / "tiny"))


def test_a_case_is_read_with_everything_it_states(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "tiny")
    (folder / "cheats" / "b.patch").write_text("")
    (folder / "cheats" / "a.patch").write_text("")
    assert read_case(folder) == Case(
        name="tiny",
        folder=folder,
        request="Track this run with MLflow",
        task="inline",
        functionality="experiment_tracking",
        source="",
        target="mlflow",
        version="3.17.2",
        framework="scikit-learn",
        run="python train.py",
        needs=("scikit-learn==1.9.1",),
        seconds=30.0,
        split="dev",
        license="Apache-2.0",
        expect="accepted",
        rule="",
        before=folder / "before",
        reference=folder / "reference",
        cheats=(folder / "cheats" / "a.patch", folder / "cheats" / "b.patch"),
    )


def test_a_users_case_needs_neither_reference_nor_cheats(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    (folder / "before").mkdir(parents=True)
    (folder / "before" / "train.py").write_text("print(1)\n")
    (folder / "case.toml").write_text(GOOD)
    case = read_case(folder)
    assert case.reference is None
    assert case.cheats == ()


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        (GOOD + 'colour = "red"\n', "colour"),
        (GOOD.replace('run = "python train.py"\n', ""), "run"),
        (GOOD.replace('"inline"', '"outline"'), "task"),
        (GOOD.replace('"accepted"', '"perhaps"'), "expect"),
        (GOOD.replace('"experiment_tracking"', '"juggling"'), "functionality"),
        (GOOD.replace('"dev"', '"train"'), "split"),
        (GOOD.replace("= 30", "= 0"), "seconds"),
        (GOOD.replace("= 30", '= "30"'), "seconds"),
        (GOOD.replace("= 30", "= inf"), "seconds"),
        (GOOD.replace("= 30", "= nan"), "seconds"),
        (GOOD.replace("= 30", "= true"), "seconds"),
        (GOOD + 'name = "other"\n', "name"),
        (GOOD.replace('["scikit-learn==1.9.1"]', '"scikit-learn==1.9.1"'), "needs"),
        (GOOD.replace('"Track this run with MLflow"', '"  "'), "request"),
        (GOOD.replace("task", "task =", 1), "cannot be read"),
    ],
)
def test_a_wrong_case_file_is_refused_by_the_key_that_is_wrong(
    tmp_path: Path, stated: str, said: str
) -> None:
    folder = write_case(tmp_path / "tiny", stated)
    with pytest.raises(CaseError, match=said) as caught:
        read_case(folder)
    assert str(folder / "case.toml") in str(caught.value)


def test_a_case_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "tiny")
    (folder / "case.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CaseError, match="cannot be read"):
        read_case(folder)


def test_a_folder_without_a_case_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="is missing"):
        read_case(tmp_path)


def test_a_case_without_a_script_is_refused(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "tiny")
    (folder / "before" / "train.py").unlink()
    with pytest.raises(CaseError, match="no Python file"):
        read_case(folder)


def test_cases_are_found_at_any_depth_in_the_order_of_their_paths(tmp_path: Path) -> None:
    write_case(tmp_path / "tracking" / "b")
    write_case(tmp_path / "tracking" / "a")
    write_case(tmp_path / "c")
    assert [case.name for case in find_cases(tmp_path)] == ["c", "a", "b"]


def test_a_root_without_cases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="no case"):
        find_cases(tmp_path)
    with pytest.raises(CaseError, match="not a folder"):
        find_cases(tmp_path / "missing")


def test_a_cheat_gives_the_changed_file_and_leaves_the_case_alone(case: Case) -> None:
    cheat = write_cheat(case, PATCH)
    assert cheat.gate == "witness"
    assert apply_cheat(case, cheat) == {"train.py": "score = 0.5\nprint(1.0)\n"}
    assert case.reference is not None
    assert read_sources(case.reference) == {"train.py": "score = 0.5\nprint(score)\n"}


@pytest.mark.parametrize("gate", ["", "wittness", "build, diff"])
def test_a_cheat_that_names_no_gate_is_refused(case: Case, gate: str) -> None:
    with pytest.raises(CaseError, match="is no gate"):
        write_cheat(case, PATCH, gate)


def test_a_cheat_without_its_first_line_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.patch"
    path.write_text(PATCH)
    with pytest.raises(CaseError, match="first line"):
        read_cheat(path)
    with pytest.raises(CaseError, match="cannot be read"):
        read_cheat(tmp_path / "missing.patch")


@pytest.mark.parametrize(
    "patch",
    [
        PATCH.replace("score = 0.5", "score = 0.6"),
        PATCH.replace("/train.py", "/other.py"),
        PATCH.replace("/train.py", "/../../escaped.py"),
        PATCH[:-8],
        "not a patch\n",
        "",
    ],
)
def test_a_cheat_that_does_not_fit_is_refused(case: Case, patch: str) -> None:
    cheat = write_cheat(case, patch)
    with pytest.raises(CaseError, match="does not apply"):
        apply_cheat(case, cheat)


def test_a_cheat_on_a_case_without_a_reference_is_refused(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "tiny")
    (folder / "reference" / "train.py").unlink()
    (folder / "reference" / "table.csv").unlink()
    (folder / "reference").rmdir()
    case = read_case(folder)
    cheat = write_cheat(case, PATCH)
    with pytest.raises(CaseError, match="has no reference"):
        apply_cheat(case, cheat)


def test_code_that_is_not_utf8_is_refused(case: Case) -> None:
    (case.before / "latin.py").write_bytes(b"# caf\xe9\n")
    with pytest.raises(CaseError, match="not UTF-8"):
        read_sources(case.before)


def test_a_repository_named_in_the_environment_does_not_hide_a_cheat(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / ".git"))
    assert apply_cheat(case, write_cheat(case, PATCH)) == {"train.py": "score = 0.5\nprint(1.0)\n"}


def test_a_machine_without_git_is_told_so(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CaseError, match="git is not installed"):
        apply_cheat(case, write_cheat(case, PATCH))


def test_a_link_that_a_cheat_plants_is_not_followed(case: Case, tmp_path: Path) -> None:
    private = tmp_path / "private.py"
    private.write_text("token = 1\n")
    link = (
        "diff --git a/peek.py b/peek.py\nnew file mode 120000\n--- /dev/null\n+++ b/peek.py\n"
        f"@@ -0,0 +1 @@\n+{private}\n\\ No newline at end of file\n"
    )
    assert set(apply_cheat(case, write_cheat(case, link))) == {"train.py"}
