"""The terminal face: progress on stderr, the patch on stdout, an exit code."""

import asyncio
import json
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import click
from rich.console import Console
from rich.status import Status

from agents.delivery import DeliveryError, deliver
from agents.intake import read_request
from agents.journal import RECORDS, open_journal
from agents.pipeline import adapt
from agents.records import Progress, Record, Report, Request
from agents.settings import read_settings
from agents.view import View, fold, to_answer
from agents.workshop import open_workshop
from ui.failures import EXIT_CODES, USAGE, guard
from ui.lines import WIDTH, describe
from ui.style import paint_line, print_patch


class Display(Protocol):
    """Shows records while the work goes on."""

    def show(self, record: Record) -> None:
        """Show one record more."""
        ...


def adapt_path(path: Path, text: str, options: Mapping[str, Any]) -> int:
    """`mlgraft adapt`."""

    def work() -> int:
        if is_contradictory(options):
            return USAGE
        settings = read_settings(choose_flags(options), options["config"])
        return _follow(read_request(path, text, settings), options)

    return guard(options, work)


def resume(run: str, options: Mapping[str, Any]) -> int:
    """`mlgraft runs resume`: a run that has ended is shown again as it ended."""

    def work() -> int:
        if is_contradictory(options):
            return USAGE
        runs = read_settings({"runs": options["runs"]}).runs_folder
        request = open_journal(runs, run).request
        # The journal may have been moved since: it is worked on where it was found.
        moved = replace(request, settings=replace(request.settings, runs=str(runs)))
        return _follow(moved, options)

    return guard(options, work)


def choose_flags(options: Mapping[str, Any]) -> Mapping[str, object]:
    """Those of a command's options that are settings."""
    face = {"as_json", "events", "no_progress", "out", "apply", "debug", "config"}
    return {name: value for name, value in options.items() if name not in face}


def is_contradictory(options: Mapping[str, Any]) -> bool:
    """Say so where two options want stdout for themselves."""
    if options["as_json"] and options["events"]:
        click.echo("mlgraft: --json and --events both want stdout; give one of them.", err=True)
        return True
    return False


def _follow(request: Request, options: Mapping[str, Any]) -> int:
    """Work on a request to its end, show it, and hand the result over."""
    view = asyncio.run(work_on(request, options))
    report = view.report
    assert report is not None  # noqa: S101  # adapt yields the Report last
    folder = request.settings.runs_folder / request.run
    if options["as_json"]:
        click.echo(json.dumps(to_answer(view), indent=2))
    elif not options["events"] and report.patch and report.outcome == "accepted":
        print_patch(report.patch)
    if options["out"] and report.patch:
        _write_patch(options["out"], report.patch)
    if report.outcome == "accepted":
        _hand_over(view, report, request, folder, apply=options["apply"])
    elif report.patch:
        click.echo(f"The draft, which does not pass, is kept: {folder / 'patch.diff'}", err=True)
    return EXIT_CODES[report.outcome]


def _write_patch(path: Path, patch: str) -> None:
    try:
        path.write_text(patch, encoding="utf-8", newline="")
    except OSError as error:
        raise DeliveryError(f"The patch cannot be written to {path}: {error.strerror}.") from error


def _hand_over(view: View, report: Report, request: Request, folder: Path, *, apply: bool) -> None:
    click.echo(f"{'store':{WIDTH}}{folder / report.store}", err=True)
    if view.prepared and report.store:
        uri = f"sqlite:///{folder / report.store}"
        words = f"{view.prepared.python} -m mlflow ui --backend-store-uri {uri}"
        click.echo(f"{'look at it':{WIDTH}}{words}", err=True)
    if apply:
        best = next(item for item in view.candidates if item.number == report.candidate)
        changed = deliver(folder / "original", Path(request.root), best.files)
        click.echo(f"{'applied':{WIDTH}}{', '.join(changed) or 'it was there already'}", err=True)
    else:
        click.echo(f"{'apply with':{WIDTH}}mlgraft runs apply {request.run}", err=True)


async def work_on(request: Request, options: Mapping[str, Any]) -> View:
    """Run the pipeline and show its records; SIGTERM ends it as Ctrl-C does."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  # a coroutine runs in one
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    view = View()
    try:
        with _open_display(options) as display:
            trusted = request.given is None
            async with open_workshop(request.settings, trusted=trusted) as workshop:
                async for record in adapt(request, workshop):
                    view = fold(view, record)
                    display.show(record)
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
    return view


@contextmanager
def _open_display(options: Mapping[str, Any]) -> Iterator[Display]:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    if options["events"]:
        yield _Events()
    elif options["no_progress"] or not console.is_terminal or os.environ.get("CI"):
        yield _Lines()
    else:
        with console.status("starting") as status:
            yield _Live(console, status)


class _Events:
    """Every record as a line of JSON on stdout."""

    def show(self, record: Record) -> None:
        """Print the record."""
        kind = type(record).__name__
        body = RECORDS[kind].dump_python(record, mode="json")
        click.echo(json.dumps({"kind": kind, **body}))


class _Lines:
    """Plain lines on stderr, for logs."""

    def show(self, record: Record) -> None:
        """Print what is to be said of the record."""
        if isinstance(record, Progress):
            click.echo(f"{record.step:{WIDTH}}{record.detail}", err=True)
        for line in describe(record):
            click.echo(line, err=True)


class _Live:
    """Lines with a spinner below that says what is being worked on."""

    def __init__(self, console: Console, status: Status) -> None:
        self._console = console
        self._status = status

    def show(self, record: Record) -> None:
        """Print the record, or move the spinner's words on."""
        if isinstance(record, Progress):
            self._status.update(f"{record.step:{WIDTH}}{record.detail}")
        for line in describe(record):
            self._console.print(paint_line(line), markup=False)
