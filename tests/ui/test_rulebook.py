"""`mlgraft rules`: what the offline coder knows and would do, without running anything."""

import json
from pathlib import Path

from click.testing import CliRunner

from ui.cli import main

INPUTS = Path(__file__).parent.parent / "inputs"


def test_rules_are_listed_each_with_a_sentence() -> None:
    listed = CliRunner().invoke(main, ["rules", "list"])
    assert listed.exit_code == 0
    rules = json.loads(CliRunner().invoke(main, ["rules", "list", "--json"]).stdout)["rules"]
    assert len(rules) == len(listed.stdout.splitlines())
    assert len({rule["name"] for rule in rules}) == len(rules)
    assert {rule["kind"] for rule in rules} == {"site", "emitter", "refusal"}
    assert all(rule["text"] for rule in rules)


def test_a_draft_is_explained_line_by_line_and_nothing_is_changed() -> None:
    script = INPUTS / "secret_options.py"
    before = script.read_bytes()
    done = CliRunner().invoke(main, ["rules", "explain", str(script), "track with mlflow"])
    assert done.exit_code == 0
    assert "secret_options.py:" in done.stdout
    assert "looks secret" in done.stdout
    assert script.read_bytes() == before


def test_a_refusal_is_explained_with_exit_code_one() -> None:
    words = ["rules", "explain", str(INPUTS / "no_metric.py"), "track", "--json"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 1
    drafts = json.loads(done.stdout)["drafts"]
    assert {draft["kind"] for draft in drafts} == {"Refusal"}


def test_a_request_without_rules_is_explained_too() -> None:
    for text in ("make me a sandwich", "tune it with optuna"):
        done = CliRunner().invoke(main, ["rules", "explain", str(INPUTS / "crlf.py"), text])
        assert done.exit_code == 1
        assert "refused" in done.stdout
