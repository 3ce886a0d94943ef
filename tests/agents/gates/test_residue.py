"""The gate for what is left behind, sentence by sentence."""

from collections.abc import Mapping
from dataclasses import replace

from agents.gates.exhibit import Exhibit
from agents.gates.residue import judge_residue
from agents.records import Gate
from tests.agents.gates.exhibits import ENTRY, STAGE, digits

MOVE = replace(STAGE, task="translate", source="wandb")
BEFORE = "import wandb\nwandb.init()\nwandb.log({'a': 1})\n"
AFTER = "import mlflow\nmlflow.start_run()\nmlflow.log_metrics({'a': 1})\n"


def move(
    after: str = AFTER,
    *,
    before: str = BEFORE,
    beside: Mapping[str, str] | None = None,
    source: str = "wandb",
) -> Exhibit:
    return replace(
        digits(),
        stage=replace(MOVE, source=source),
        before={ENTRY: before},
        after={ENTRY: after},
        beside_after=beside or {},
    )


def judge(exhibit: Exhibit) -> Gate:
    gate = judge_residue(exhibit)
    assert (gate.name, dict(gate.figures)) == ("residue", {})
    return gate


def test_adding_a_component_leaves_nothing() -> None:
    assert judge(digits()).light == "not_needed"
    assert judge(replace(move(), stage=replace(MOVE, source=""))).light == "not_needed"
    assert judge(replace(move(), stage=replace(MOVE, task="inline"))).light == "not_needed"


def test_a_whole_move_passes() -> None:
    assert judge(move()) == Gate("residue", "pass", "")


def test_a_component_without_known_traces_cannot_be_judged() -> None:
    gate = judge(move(source="clearml"))
    reason = "What shows that clearml is still used is not known here."
    assert gate == Gate("residue", "cannot_tell", reason)


def test_the_first_line_that_still_uses_it_is_named() -> None:
    gate = judge(move(AFTER + "\nif a:\n    f(wandb.b)\nimport wandb\n"))
    reason = f"{ENTRY}, line 6: wandb is still used; wandb is to be replaced everywhere."
    assert gate == Gate("residue", "fail", reason)


def test_files_beside_the_program_are_read_too() -> None:
    gate = judge(move(beside={"a.txt": "numpy\n", "requirements.txt": "numpy\nwandb\n"}))
    reason = "requirements.txt, line 2: `wandb` still names it; wandb is to be replaced everywhere."
    assert gate == Gate("residue", "fail", reason)


def test_a_call_that_was_only_deleted_is_named() -> None:
    gate = judge(move("import mlflow\nmlflow.start_run()\n"))
    reason = (
        f"{ENTRY}, line 3 of the original: `log` of wandb is gone, and no call of mlflow took its "
        "place there."
    )
    assert gate == Gate("residue", "fail", reason)


def test_a_file_that_was_deleted_has_nothing_in_the_place_of_its_calls() -> None:
    exhibit = move()
    assert judge(replace(exhibit, after={})).light == "fail"
    both = replace(exhibit, before={**exhibit.before, "b.py": BEFORE})
    assert judge(both).reason.startswith("b.py, line 3 of the original: ")
