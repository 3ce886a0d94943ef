"""The offline coder in the terminal: its rules, and what it would do with a script."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from agents.coder import propose_all
from agents.intake import read_request, read_sources
from agents.planner import make_plan
from agents.records import Candidate, Refusal
from agents.rules.catalogue import list_rules
from agents.rules.coder import RulesCoder
from agents.settings import Settings
from ui.failures import guard
from ui.lines import describe


def list_all(options: Mapping[str, Any]) -> int:
    """`mlgraft rules list`."""

    def work() -> int:
        rules = list_rules()
        if options["as_json"]:
            click.echo(
                json.dumps({"schema": 1, "rules": [asdict(rule) for rule in rules]}, indent=2)
            )
            return 0
        for rule in rules:
            click.echo(f"{rule.kind:8}  {rule.name:28}  {rule.text}")
        return 0

    return guard(options, work)


def explain(path: Path, text: str, options: Mapping[str, Any]) -> int:
    """`mlgraft rules explain`: exit 0 where there is a draft, 1 where the rules refuse."""

    def work() -> int:
        request = read_request(path, text, Settings())
        sources = read_sources(Path(request.root), request.entry)
        plan = make_plan(request)
        drafts: list[Candidate | Refusal] = []
        if isinstance(plan, Refusal):
            drafts = [plan]
        else:
            for index, stage in enumerate(plan.stages):
                drafts += propose_all((RulesCoder(),), stage, index, request.entry, sources)
        if options["as_json"]:
            answer = [{"kind": type(draft).__name__, **asdict(draft)} for draft in drafts]
            click.echo(json.dumps({"schema": 1, "drafts": answer}, indent=2))
        else:
            for record in (plan, *drafts):
                for line in describe(record):
                    click.echo(line)
        return 0 if any(isinstance(draft, Candidate) for draft in drafts) else 1

    return guard(options, work)
