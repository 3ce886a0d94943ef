"""All gates of an attempt, in their order, and what is said where some cannot be asked."""

from dataclasses import replace

from agents.gates.judgement import judge, judge_original, judge_text
from agents.records import GATES, Gate
from tests.agents.gates.exhibits import (
    AFTER,
    BEFORE,
    ENTRY,
    STAGE,
    digits,
    finish,
    hear,
    light,
    observe,
)

ASKED = ("store", "witness", "behaviour")


def test_an_honest_attempt_has_every_light_in_order() -> None:
    gates = judge(digits())
    assert tuple(gate.name for gate in gates) == GATES
    lights = {gate.name: gate.light for gate in gates}
    assert lights.pop("residue") == "not_needed"
    assert set(lights.values()) == {"pass"}


def test_an_attempt_that_did_not_run_is_judged_by_its_text_alone() -> None:
    exhibit = digits()
    attempt = finish(status="error", exit_code=1)
    gates = judge(replace(exhibit, observed=replace(exhibit.observed, attempt=attempt)))
    assert light(gates, "runs").light == "fail"
    assert light(gates, "build").light == light(gates, "diff").light == "pass"
    reason = "The attempt did not run to its end."
    for name in ASKED:
        assert light(gates, name) == Gate(name, "cannot_tell", reason)


def test_a_functionality_without_a_panel_cannot_be_told() -> None:
    stage = replace(STAGE, functionality="data_validation_x")  # type: ignore[arg-type]
    gates = judge(replace(digits(), stage=stage))
    reason = "Nothing here can judge data validation x yet."
    for name in ASKED:
        assert light(gates, name) == Gate(name, "cannot_tell", reason)
    gate = judge_original(stage, observe(hear()))
    reason = "Nothing here can judge this functionality yet."
    assert gate == Gate("store", "cannot_tell", reason)


def test_the_programs_as_they_were_run_are_for_gates_that_look_at_the_run() -> None:
    exhibit = digits()
    other = {ENTRY: BEFORE.replace("500", "5")}
    shrunk = replace(exhibit, shrunk_before=other, shrunk_after={ENTRY: AFTER.replace("500", "5")})
    assert light(judge(shrunk), "diff").light == "pass"
    assert light(judge(shrunk), "store").light == "pass"


def test_files_that_are_no_python_are_judged_by_what_changed_alone() -> None:
    before = {ENTRY: BEFORE, "data.txt": "def ("}
    build, diff = judge_text(STAGE, ENTRY, before, {**before, ENTRY: AFTER})
    assert (build.light, diff.light) == ("pass", "pass")
    _, diff = judge_text(STAGE, ENTRY, before, {ENTRY: AFTER})
    assert diff.reason == "data.txt was deleted: that was not asked for."


def test_files_beside_the_programs_are_judged_with_them() -> None:
    move = replace(STAGE, task="translate", source="wandb")
    exhibit = replace(
        digits(),
        stage=move,
        beside_before={"requirements.txt": "wandb\nnumpy\n"},
        beside_after={"requirements.txt": "wandb\n"},
    )
    diff = light(judge(exhibit), "diff")
    assert "requirements.txt: the line `numpy` is gone" in diff.reason
    residue = light(judge(exhibit), "residue")
    assert residue.light == "fail"
