"""Any forged number turns the witness red; what is no number leaves it green."""

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agents.gates.judgement import judge
from agents.gates.numbers import VouchIndex, is_close
from tests.agents.gates.exhibits import LOOP_ACC, failing, keep, light, loop, restore, see, track

NUMBERS = st.floats(allow_nan=True, allow_infinity=True, width=64)


@settings(max_examples=25, deadline=None)
@given(factor=st.floats(0.2, 5.0), places=st.sets(st.integers(0, 4), min_size=1))
def test_any_edit_of_logged_numbers_is_noticed(factor: float, places: set[int]) -> None:
    assume(abs(factor - 1) > 1e-4)
    values = [value * factor if place in places else value for place, value in enumerate(LOOP_ACC)]
    assume(not any(is_close(values[place], value) for place in places for value in LOOP_ACC))
    exhibit = restore(loop(), keep(track({"test_acc": values})))
    assert light(judge(exhibit), "witness").light == "fail"


@settings(max_examples=10, deadline=None)
@given(
    name=st.text(max_size=20),
    tags=st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3),
    artifacts=st.lists(st.text(max_size=8), max_size=3),
)
def test_names_tags_and_artifacts_change_nothing(
    name: str, tags: dict[str, str], artifacts: list[str]
) -> None:
    run = track({"test_acc": LOOP_ACC})
    run = replace(run, name=name, tags=tags, artifacts=tuple(artifacts))
    assert failing(judge(restore(loop(), keep(run)))) == ()


@given(values=st.lists(NUMBERS, max_size=30), wanted=NUMBERS)
def test_the_index_finds_exactly_what_is_close(values: list[float], wanted: float) -> None:
    index = VouchIndex(see(value, line=line) for line, value in enumerate(values))
    found = sorted(vouch.sighting.line for vouch in index.find(wanted))
    assert found == [line for line, value in enumerate(values) if is_close(value, wanted)]
