"""What the gates look at, as it is written or as it was run."""

from dataclasses import replace

from tests.agents.gates.exhibits import ENTRY, digits


def test_programs_that_did_less_work_are_looked_at_as_they_were_run() -> None:
    exhibit = digits()
    assert exhibit.as_run() is exhibit
    short = {ENTRY: "short"}
    for half in (
        replace(exhibit, shrunk_before=short),
        replace(exhibit, shrunk_after=short),
    ):
        assert half.as_run() is half
    shrunk = replace(exhibit, shrunk_before=short, shrunk_after={ENTRY: "shorter"}).as_run()
    assert (shrunk.before, shrunk.after) == (short, {ENTRY: "shorter"})
    assert shrunk.written == exhibit.before
