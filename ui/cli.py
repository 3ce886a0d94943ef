"""The command `mlgraft`: options, and which face answers; imports a face only when it is used."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Command = Callable[..., Any]

FOLDER = click.Path(path_type=Path)


def _options(*options: Command) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


WHERE = click.option("--runs", metavar="DIR", help="Keep and look for journals in this folder.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
DEBUG = click.option("--debug", is_flag=True, help="Show tracebacks.")
EVENTS = _options(
    click.option("--events", type=click.Choice(["jsonl"]), help="Every record, a line each."),
    click.option("--no-progress", is_flag=True, help="Plain lines, no live display."),
)
FACE = _options(
    AS_JSON,
    EVENTS,
    click.option("--out", type=FOLDER, metavar="FILE", help="Write the patch to a file, too."),
    click.option("--apply", is_flag=True, help="Put an accepted patch into your files."),
    DEBUG,
)
CHOICES = _options(
    click.option(
        "--sandbox",
        type=click.Choice(["auto", "docker", "bubblewrap", "process"]),
        help="Where the code runs (default: the best isolation this machine has).",
    ),
    click.option("--python", metavar="PATH", help="An existing interpreter or environment."),
    click.option("--run", metavar="COMMAND", help="How the script is run [python SCRIPT]."),
    click.option("--data", multiple=True, metavar="PATH[:TARGET]", help="Readable inside."),
    click.option("--network", is_flag=True, default=None, help="Let the script use the network."),
    click.option(
        "--shrink",
        type=click.Choice(["auto", "off"]),
        help="Prove a script that takes too long on fewer epochs, steps or samples [auto].",
    ),
    click.option("--with", "pins", multiple=True, metavar="PKG==VERSION", help="Pin a package."),
    click.option("--passes", type=int, metavar="N", help="Passing attempts wanted [3]."),
    click.option("--max-attempts", type=int, metavar="N", help="Attempts at the most [9]."),
    click.option("--max-seconds", type=float, metavar="S", help="Seconds at the most [1800]."),
    click.option("--attempt-seconds", type=float, metavar="S", help="One attempt's [120]."),
    click.option("--memory-mib", type=int, metavar="MIB", help="One attempt's [3072]."),
    click.option("--seed", type=int, metavar="N", help="Seed of the first attempts [0]."),
    click.option("--config", type=FOLDER, metavar="FILE", help="Settings as TOML."),
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mlgraft")
def main() -> None:
    """Graft MLOps onto training code, with proof."""


@main.command()
@click.argument("path", type=FOLDER)
@click.argument("request")
@click.option("--coder", metavar="auto|rules|MODEL", help="Who writes the change.")
@CHOICES
@WHERE
@FACE
def adapt(path: Path, request: str, **options: Any) -> None:
    """Adapt the script or folder PATH as REQUEST says, and prove it.

    The patch goes to stdout, progress to stderr. Exit codes: 0 accepted, 1 not accepted,
    2 unreadable input, 3 environment, 4 budget spent, 130 stopped.
    """
    from ui import terminal

    sys.exit(terminal.adapt_path(path, request, options))


@main.command()
@click.argument("before", type=FOLDER)
@click.argument("after", type=FOLDER)
@click.option(
    "--functionality",
    required=True,
    metavar="F",
    help="experiment_tracking, model_registration, hyperparameter_optimization, "
    "model_optimization or version_control.",
)
@click.option("--target", required=True, metavar="C", help="The component: mlflow, optuna, ...")
@click.option("--source", metavar="C", help="The one moved away from [what BEFORE imports].")
@click.option("--request", metavar="TEXT", help="What was asked for, in plain words.")
@CHOICES
@WHERE
@AS_JSON
@EVENTS
@DEBUG
def verify(before: Path, after: Path, **options: Any) -> None:
    """Judge whether AFTER is BEFORE with a functionality more, whoever wrote it.

    BEFORE and AFTER are two scripts or two folders. Exit codes: 0 accepted, 1 not.
    """
    from ui import judging

    sys.exit(judging.verify_pair(before, after, options))


@main.group()
def runs() -> None:
    """Look at earlier runs, go on with them, apply their patches."""


@runs.command("list")
@WHERE
@AS_JSON
@DEBUG
def list_runs(**options: Any) -> None:
    """List the runs, newest first."""
    from ui import history

    sys.exit(history.list_all(options))


@runs.command("show")
@click.argument("run")
@WHERE
@AS_JSON
@DEBUG
def show_run(run: str, **options: Any) -> None:
    """Show one run: plan, gates, patch."""
    from ui import history

    sys.exit(history.show(run, options))


@runs.command("resume")
@click.argument("run")
@WHERE
@FACE
def resume_run(run: str, **options: Any) -> None:
    """Go on with a run that was stopped or killed."""
    from ui import terminal

    sys.exit(terminal.resume(run, options))


@runs.command("apply")
@click.argument("run")
@WHERE
@DEBUG
def apply_run(run: str, **options: Any) -> None:
    """Put the patch of an accepted run into your files."""
    from ui import history

    sys.exit(history.apply(run, options))


@main.group()
def rules() -> None:
    """What the offline coder knows."""


@rules.command("list")
@AS_JSON
@DEBUG
def list_rules(**options: Any) -> None:
    """List the rules of the offline coder."""
    from ui import rulebook

    sys.exit(rulebook.list_all(options))


@rules.command("explain")
@click.argument("path", type=FOLDER)
@click.argument("request")
@AS_JSON
@DEBUG
def explain_rules(path: Path, request: str, **options: Any) -> None:
    """Say what the offline coder would do with PATH, without running anything."""
    from ui import rulebook

    sys.exit(rulebook.explain(path, request, options))


@main.command()
@AS_JSON
@DEBUG
@WHERE
def doctor(**options: Any) -> None:
    """Check each thing this machine needs, and say how to mend it."""
    from ui import checkup

    sys.exit(checkup.report(options))
