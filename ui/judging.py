"""`mlgraft verify` in the terminal: progress on stderr, the verdict on stdout, an exit code."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from agents.comparison import Claim, read_comparison
from agents.settings import read_settings
from agents.view import View, to_judgement
from ui.failures import EXIT_CODES, USAGE, guard
from ui.terminal import choose_flags, is_contradictory, work_on

OWN = frozenset({"functionality", "target", "source", "request"})


def verify_pair(before: Path, after: Path, options: Mapping[str, Any]) -> int:
    """`mlgraft verify`."""

    def work() -> int:
        if is_contradictory(options):
            return USAGE
        flags = {name: value for name, value in options.items() if name not in OWN}
        settings = read_settings(choose_flags(flags), options["config"])
        claim = Claim(
            functionality=options["functionality"],
            target=options["target"],
            source=options["source"] or "",
            words=options["request"] or "",
        )
        request = read_comparison(before, after, claim, settings)
        view = asyncio.run(work_on(request, options))
        return _hand_over(view, options)

    return guard(options, work)


def _hand_over(view: View, options: Mapping[str, Any]) -> int:
    report = view.report
    assert report is not None  # noqa: S101  # the pipeline yields the Report last
    judgement = to_judgement(view)
    if options["as_json"]:
        click.echo(json.dumps(judgement, indent=2))
    elif not options["events"]:
        click.echo("accepted" if judgement["accepted"] else "not accepted")
        for gate, light in judgement["gates"].items():
            click.echo(f"  {gate:12}{light.replace('_', ' ')}")
        if judgement["reason"]:
            click.echo(judgement["reason"])
    return EXIT_CODES[report.outcome]
