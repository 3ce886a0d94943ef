"""Secrets handed to a script by its command are used, and written down nowhere."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from agents.intake import read_request
from agents.journal import JournalError, open_journal
from agents.pipeline import adapt
from agents.records import Candidate, Record, Report, Verdict
from agents.secrecy import MASK, find_secrets, mask_record, mask_text, value_looks_secret
from tests.agents.stand_in import LOGGED, SCRIPT, make_workshop, write_script
from tests.doubles import ScriptedCoder

CANARY = "canary-41c7-in-the-arguments"
COMMAND = f"python train.py --api-key {CANARY} --max-tokens 100000"
OPTIONS = """\
import argparse
import sys

parser = argparse.ArgumentParser()
parser.add_argument("--api-key")
parser.add_argument("--max-tokens", type=int)
args = parser.parse_args()
print(args)
print(args.api_key, file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("words", "secrets"),
    [
        (("--api-key", "abcdef"), ("abcdef",)),
        (("--api-key=abcdef",), ("abcdef",)),
        (("--api-key=a=b=c=",), ("a=b=c=",)),
        (("--api-key", "abcde"), ()),
        (("--api-key", "--verbose"), ()),
        (("--max-tokens", "100000"), ()),
        (("--token-rate=0.12345",), ()),
        (("--data", "postgres://me:hunter@db/x"), ("postgres://me:hunter@db/x",)),
        (("--data", "postgres://db/x"), ()),
        (("--data=AKIA0123456789AB",), ("AKIA0123456789AB",)),
        (("--monkey", "banana"), ()),
        (("--token", "longest-one", "--auth", "shorter"), ("longest-one", "shorter")),
        (("api-key", "abcdef"), ()),
    ],
)
def test_secrets_are_told_by_the_names_of_options_or_by_themselves(
    words: Sequence[str], secrets: Sequence[str]
) -> None:
    assert find_secrets(("python", "train.py", *words)) == secrets


def test_a_longer_secret_is_masked_before_one_that_stands_inside_it() -> None:
    secrets = find_secrets(("--token", "swordfish", "--password", "swordfish-and-more"))
    assert mask_text("swordfish-and-more, swordfish", secrets) == f"{MASK}, {MASK}"


def test_every_text_of_a_record_is_masked_but_programs_and_patches() -> None:
    record = {"a": ["x", {"b": "x1"}], "n": 3, "files": {"t.py": "x"}, "patch": "x", "c": None}
    shown = {"a": ["-", {"b": "-1"}], "n": 3, "files": {"t.py": "x"}, "patch": "x", "c": None}
    assert mask_record(record, ("x",)) == {
        **shown,
        "a": [MASK, {"b": f"{MASK}1"}],
    }


def test_addresses_with_a_password_look_secret_and_others_do_not() -> None:
    assert value_looks_secret("https://ann:pw@host/")
    assert not value_looks_secret("https://host:5000/@x")


async def _adapt(tmp_path: Path, after: str) -> list[Record]:
    path = write_script(tmp_path, OPTIONS + SCRIPT)
    candidate = Candidate(1, 0, "rules", "explicit", {"train.py": after})
    coder = ScriptedCoder({"explicit": candidate})
    workshop = make_workshop(tmp_path, coder, run=COMMAND)
    request = read_request(path, "track", workshop.settings)
    assert CANARY in request.command
    return [record async for record in adapt(request, workshop)]


HONEST = OPTIONS + LOGGED.replace("import mlflow\n", "import mlflow\n", 1).replace(
    'name="train")\n', 'name="train")\nmlflow.log_param("max_tokens", args.max_tokens)\n'
)


@pytest.mark.process
async def test_a_secret_in_the_command_is_found_in_nothing_that_is_kept(tmp_path: Path) -> None:
    records = await _adapt(tmp_path, HONEST)
    report = records[-1]
    assert isinstance(report, Report)
    assert report.outcome == "accepted", report.summary
    holding = [
        path
        for path in (tmp_path / "runs").rglob("*")
        if path.is_file() and CANARY.encode() in path.read_bytes()
    ]
    assert holding == []
    assert CANARY not in repr(records)
    (kept,) = (tmp_path / "runs").glob("*/artifacts/1/stdout.txt")
    stdout = kept.read_text()
    assert f"api_key='{MASK}'" in stdout
    assert "max_tokens=100000" in stdout


@pytest.mark.process
async def test_a_run_whose_secret_was_not_kept_is_not_gone_on_with(tmp_path: Path) -> None:
    await _adapt(tmp_path, HONEST)
    (folder,) = (tmp_path / "runs").glob("2*")
    journal = open_journal(tmp_path / "runs", folder.name)
    again = make_workshop(tmp_path, ScriptedCoder({}))
    # A run that has ended is shown as it ended.
    shown = [record async for record in adapt(journal.request, again)]
    assert isinstance(shown[-1], Report)
    unfinished = replace(journal.request, run="20261125-000000-abcd")
    with pytest.raises(JournalError, match="held a secret, which is not kept"):
        _ = [record async for record in adapt(unfinished, again)]


@pytest.mark.process
async def test_a_secret_that_is_logged_is_not_accepted(tmp_path: Path) -> None:
    exposed = HONEST.replace('log_param("max_tokens", args.max_tokens)', "log_params(vars(args))")
    records = await _adapt(tmp_path, exposed)
    verdict = next(record for record in records if isinstance(record, Verdict))
    (store,) = [gate for gate in verdict.gates if gate.name == "store"]
    assert store.light == "fail"
    assert "`api_key` holds a secret" in store.reason
