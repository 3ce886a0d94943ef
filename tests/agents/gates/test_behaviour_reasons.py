"""What the behaviour gate says, word for word, with the figures beside it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from agents.gates.behaviour import judge_behaviour
from agents.gates.exhibit import Exhibit, Observation
from agents.records import Gate, Light
from sandbox.witness.testimony import Sighting
from tests.agents.gates.exhibits import ENTRY, digits, hear, observe, see, see_expression

METRIC = "sklearn.metrics.accuracy_score"


def lay(
    first: Observation, observed: Observation, second: Observation | None = None, **more: object
) -> Exhibit:
    pair = (first, second or first)
    exhibit = replace(digits(), baselines=pair, observed=observed)
    return replace(exhibit, **more)  # type: ignore[arg-type]


def show(*seen: Sighting, out: str = "", files: Mapping[str, str] | None = None) -> Observation:
    return observe(hear(*seen), stdout=out, products=files)


def lit(light: Light, reason: str, compared: int, left_out: int = 0, outcome: int = 0) -> Gate:
    figures = {"compared": compared, "left_out": left_out, "outcome": outcome}
    return Gate("behaviour", light, reason, figures)


def judge(first: Observation, observed: Observation, **more: object) -> Gate:
    return judge_behaviour(lay(first, observed, **more))  # type: ignore[arg-type]


def test_what_cannot_be_compared_is_said() -> None:
    one = show(see(0.5))
    assert judge(one, one, proof="nudged") == Gate(
        "behaviour", "not_needed", "Values were moved on purpose."
    )
    assert judge(one, one, baselines=()) == Gate(
        "behaviour", "cannot_tell", "The original was not run."
    )
    reason = "The original itself does not run to its end: there is nothing to compare."
    for more in ({"status": "timeout"}, {"exit_code": 3}):
        failed = replace(one, attempt=replace(one.attempt, **more))
        for pair in ((one, failed), (failed, one)):
            gate = judge(one, one, baselines=pair)
            assert gate == Gate("behaviour", "cannot_tell", reason)
    nothing = "The original prints nothing, writes nothing and shows no value to compare."
    assert judge(show(), show()) == lit("cannot_tell", nothing, 0)


def test_everything_that_is_the_same_is_counted() -> None:
    one = show(see(0.5), see(0.25), out="a 1\nb\n", files={"x": "1", "y": "2"})
    assert judge(one, one) == lit("pass", "", 6)


def test_a_value_that_is_close_is_within_tolerance() -> None:
    assert judge(show(see(0.5)), show(see(0.500001))) == lit("pass", "", 1, outcome=1)
    assert judge(show(see(math.nan)), show(see(math.nan))) == lit("pass", "", 1)


CHANGED = f"{ENTRY}: value {{}} of `{METRIC}` was {{}} in the original, found {{}}."


@pytest.mark.parametrize(
    ("found", "place", "value", "after", "compared"),
    [
        ((0.5, 0.7), 2, "0.25", "0.7", 2),
        ((0.25, 0.5), 2, "0.25", "nothing more", 2),
        ((), 1, "0.5", "nothing more", 2),
        ((0.7, 0.8), 1, "0.5", "0.7", 2),
    ],
)
def test_a_value_that_changed_is_named(
    found: Sequence[float], place: int, value: str, after: str, compared: int
) -> None:
    gate = judge(show(see(0.5), see(0.25)), show(*(see(one) for one in found)))
    reason = CHANGED.format(place, value, after)
    assert gate == lit("fail", reason, compared, outcome=2)


def test_a_value_of_another_process_is_named_with_it() -> None:
    first = show(see(0.5, process=2), see(0.25))
    gate = judge(first, show(see(0.6, process=2), see(0.25)))
    reason = CHANGED.format(1, "0.5", "0.6").replace("` was", "` (process 2) was")
    assert (gate.light, gate.reason) == ("fail", reason)
    assert judge(first, show(see(0.5, process=1), see(0.25))).light == "pass"
    assert judge(first, show(see(0.5, process=1, file="b.py"), see(0.25))).light == "fail"


def test_where_not_all_is_recorded_it_may_be_wrong() -> None:
    first, other = show(see(0.5)), show(see(0.7))
    reason = "More was computed than is recorded, so that this may be wrong: " + CHANGED.format(
        1, "0.5", "0.7"
    )
    for short in (
        (first, replace(other, testimony=replace(other.testimony, truncated=True))),
        (replace(first, testimony=replace(first.testimony, truncated=True)), other),
    ):
        assert judge(*short) == lit("cannot_tell", reason, 1, outcome=1)
    # What is printed is all there.
    cut = show(see(0.5), out="b 1\n")
    cut = replace(cut, testimony=replace(cut.testimony, truncated=True))
    assert judge(show(see(0.5), out="a 1\n"), cut).light == "fail"


def test_values_between_those_of_the_original_are_allowed() -> None:
    seen = [see(value) for value in (0.1, 0.5, 0.2, 0.25, 0.3)]
    assert judge(show(see(0.5), see(0.25)), show(*seen)) == lit("pass", "", 2)


RANDOM = (
    "{} of {} {} differ between two runs of the original: it draws random numbers without a seed. "
    "Seed it, or pass an option that does."
)


@pytest.mark.parametrize(("moved", "light"), [(1, "pass"), (2, "pass"), (3, "cannot_tell")])
def test_half_of_the_values_must_stay_the_same(moved: int, light: Light) -> None:
    values = (0.1, 0.2, 0.3, 0.4)
    first = show(*(see(value) for value in values))
    second = show(*(see(value + 0.01 * (n < moved)) for n, value in enumerate(values)))
    reason = RANDOM.format(3, 4, "measured values") if light == "cannot_tell" else ""
    assert judge(first, first, second=second) == lit(light, reason, 4 - moved, moved)


def test_half_of_the_printed_numbers_must_stay_the_same() -> None:
    first, second = show(out="x\na 1\nb 2\nc 3\n"), show(out="x\na 1\nb 5\nc 6\n")
    reason = RANDOM.format(2, 3, "printed lines with a number")
    assert judge(first, first, second=second) == lit("cannot_tell", reason, 1, 2)
    half = show(out="x\na 1\nb 2\nc 6\n")
    assert judge(first, first, second=half) == lit("pass", "", 3, 1)


PRINTED = (
    "The printed line `{}` was expected, found {}. The script must print what it printed before."
)


@pytest.mark.parametrize(
    ("out", "expected", "found", "compared"),
    [
        ("a 1\nb 3\n", "b 2", "`b 3`", 1),
        ("b 2\n", "a 1", "`b 2`", 0),
        ("b 2\na 1\n", "b 2", "no more output", 1),
        ("", "a 1", "no more output", 0),
    ],
)
def test_a_line_that_is_gone_is_named(out: str, expected: str, found: str, compared: int) -> None:
    gate = judge(show(out="a 1\nb 2\n"), show(out=out))
    assert gate == lit("fail", PRINTED.format(expected, found), compared, outcome=2)


def test_a_line_is_shown_in_part() -> None:
    gate = judge(show(out="a" * 400), show(out="b" * 400))
    assert gate.reason == PRINTED.format("a" * 300, f"`{'b' * 300}`")


def test_lines_within_the_tolerance_are_not_identical() -> None:
    assert judge(show(out="a 1.0\n"), show(out="x\na 1.000001\n")) == lit("pass", "", 1, outcome=1)


def test_files_and_their_contents_must_be_there() -> None:
    first = show(files={"a": "1", "b": "2", "c": "3"})
    assert judge(first, show(files={"a": "1", "c": "3"})) == lit(
        "fail", "The file b is not written any more.", 1, outcome=2
    )
    assert judge(first, show(files={"a": "1", "b": "9", "c": "3"})) == lit(
        "fail", "The content of the file b has changed.", 1, outcome=2
    )
    alone = lay(first, show(files={"a": "1", "b": "9", "c": "3"}), baselines=(first,))
    assert judge_behaviour(alone) == lit("pass", "", 3)
    varied = show(files={"a": "1", "b": "7", "c": "8"})
    assert judge(first, varied, second=show(files={"a": "1", "b": "5", "c": "6"})) == lit(
        "pass", "", 3
    )


def test_options_must_be_there() -> None:
    text = "p.add_argument('-l', '--lr')\np.add_argument('--n')\n"
    one = show(see(0.5))
    kept = judge(one, one, before={ENTRY: text}, after={ENTRY: "x = 1\n" + text})
    assert kept == lit("pass", "", 1)
    gone = text.replace("'-l', ", "")
    reason = f"The option -l ({ENTRY}, line 1) is gone."
    gate = judge(one, one, before={ENTRY: text}, after={ENTRY: gone})
    assert gate == lit("fail", reason, 1, outcome=2)
    moved = judge(one, one, before={ENTRY: text}, after={ENTRY: "", "b.py": text})
    assert moved.light == "fail"


def test_an_expression_may_move_into_a_variable() -> None:
    text, twice = "print(f(x))\n", "print(f(x), f( x ))\n"
    both = show(see_expression(0.5, text="f(x)"), see_expression(0.25, text="f(x)"))
    elsewhere = show(see_expression(0.5, text="y"), see_expression(0.25, text="y"))
    assert judge(both, elsewhere).light == "pass"
    other_file = show(
        see_expression(0.5, text="y", file="b.py"), see_expression(0.25, text="y", file="b.py")
    )
    assert judge(both, other_file).light == "fail"
    library = show(see(0.5, function="f"), see(0.25, function="f"))
    assert judge(library, elsewhere).light == "fail"
    # One of two places became a variable: what is left is a part of what was shown.
    part = show(see_expression(0.25, text="f(x)"))
    hoisted = {"before": {ENTRY: twice}, "after": {ENTRY: text}}
    assert judge(both, part, **hoisted).light == "pass"
    assert judge(both, part, before={ENTRY: text}, after={ENTRY: text}).light == "fail"
    strange = show(see_expression(0.75, text="f(x)"))
    assert judge(both, strange, **hoisted).light == "fail"


@pytest.mark.parametrize("word", ["time.time() - start", "elapsed", "took"])
def test_times_are_not_compared_and_hide_nothing(word: str) -> None:
    def run(seconds: float, value: float) -> Observation:
        return show(see_expression(seconds, text=word), see(value))

    assert judge(run(1.5, 0.5), run(2.5, 0.5), second=run(3.5, 0.5)) == lit("pass", "", 1)
    assert judge(run(1.5, 0.5), run(2.5, 0.7), second=run(3.5, 0.5)).light == "fail"


def repeat(first: Observation, observed: Observation, second: Observation | None = None) -> Gate:
    return judge_behaviour(lay(first, observed, second), repeated=True)


def test_a_script_that_repeats_itself_prints_lines_of_the_same_kinds() -> None:
    first = show(see(0.5), out="a 1\nb 2\na 3\n")
    more = show(see(0.5), see(0.7), out="b 9\na 8\nnew 7\n")
    assert repeat(first, more) == lit("pass", "", 3, outcome=1)
    reason = (
        "No printed line is like `b <number>` any more. The script must print what it printed "
        "before."
    )
    lost = show(see(0.5), out="a 8\n")
    assert repeat(first, lost) == lit("fail", reason, 1, outcome=2)
    cut = replace(lost, attempt=replace(lost.attempt, cut=True))
    assert repeat(first, cut).light == "pass"
    assert repeat(first, show(see(0.7), out="a 1\nb 2\n")).light == "fail"
    long = show(out="a" * 400)
    assert f"like `{'a' * 300}` any" in repeat(long, show(out="")).reason


def test_a_script_that_repeats_itself_writes_its_files_with_any_content() -> None:
    first = show(files={"a": "1"})
    assert repeat(first, show(files={"a": "9"})) == lit("pass", "", 1, outcome=1)
    assert repeat(first, show()).light == "fail"


def test_the_middle_of_an_output_that_was_cut_is_not_missed() -> None:
    lines = [f"line {number}" for number in range(10)]

    def run(kept: Sequence[str], *, cut: bool) -> Observation:
        made = show(out="\n".join(kept))
        return replace(made, attempt=replace(made.attempt, cut=cut))

    whole = run(lines, cut=False)
    assert judge(whole, run(lines[:4] + lines[6:], cut=True)) == lit("pass", "", 8)
    assert judge(whole, run(lines[:4] + lines[6:], cut=False)).light == "fail"
    assert judge(whole, run(lines[:3] + lines[6:], cut=True)).light == "fail"
    assert judge(whole, run(lines[:4] + lines[7:], cut=True)).light == "fail"
    assert judge(run(lines, cut=True), run(lines[:4] + lines[6:], cut=False)).light == "pass"
