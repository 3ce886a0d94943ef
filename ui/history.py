"""Earlier runs in the terminal: list them, show one, apply its patch."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from agents.delivery import DeliveryError, deliver
from agents.journal import list_runs, open_journal
from agents.records import Candidate, Report
from agents.settings import read_settings
from agents.view import fold_all, to_answer
from ui.failures import guard
from ui.lines import describe
from ui.style import print_patch


def list_all(options: Mapping[str, Any]) -> int:
    """`mlgraft runs list`."""

    def work() -> int:
        entries = tuple(list_runs(_find_runs(options)))
        rows = [
            {
                "run": entry.run,
                "outcome": entry.report.outcome if entry.report else "unfinished",
                "path": entry.request.path,
                "request": entry.request.text,
            }
            for entry in entries
        ]
        if options["as_json"]:
            click.echo(json.dumps({"schema": 1, "runs": rows}, indent=2))
            return 0
        for row in rows:
            name = Path(row["path"]).name
            click.echo(f"{row['run']}  {row['outcome']:13}  {name}: {row['request'][:80]}")
        if not rows:
            click.echo(f"No runs in {_find_runs(options)}.", err=True)
        return 0

    return guard(options, work)


def show(run: str, options: Mapping[str, Any]) -> int:
    """`mlgraft runs show`."""

    def work() -> int:
        journal = open_journal(_find_runs(options), run)
        view = fold_all(journal.past)
        if options["as_json"]:
            unfinished = "" if view.report else "stopped"
            click.echo(json.dumps(to_answer(view, outcome=unfinished), indent=2))
            return 0
        for record in journal.past:
            for line in describe(record):
                click.echo(line, err=True)
        if view.report is None:
            click.echo(f"unfinished; go on with: mlgraft runs resume {run}", err=True)
        elif view.report.patch:
            print_patch(view.report.patch)
        return 0

    return guard(options, work)


def apply(run: str, options: Mapping[str, Any]) -> int:
    """`mlgraft runs apply`: only an accepted patch, and only onto the files it was proved on."""

    def work() -> int:
        journal = open_journal(_find_runs(options), run)
        report = journal.recall(Report)
        if report is None or report.outcome != "accepted":
            outcome = report.outcome.replace("_", " ") if report else "unfinished"
            raise DeliveryError(
                f"Run {run} is {outcome}: only an accepted patch is applied. Nothing was changed."
            )
        best = journal.recall(Candidate, number=report.candidate)
        assert best is not None  # noqa: S101  # a report names a candidate of its own journal
        root = Path(journal.request.root)
        changed = deliver(journal.folder / "original", root, best.files)
        if changed:
            click.echo(f"Applied to {', '.join(changed)} in {root}.", err=True)
        else:
            click.echo("The patch was applied before; nothing was changed.", err=True)
        return 0

    return guard(options, work)


def _find_runs(options: Mapping[str, Any]) -> Path:
    return read_settings({"runs": options["runs"]}).runs_folder
