"""Colours of the terminal: what is green, red or dim; none where stdout is no terminal."""

import os
import sys

import click
from rich.text import Text

from ui.lines import WIDTH

COLOURS = {
    "pass": "green",
    "FAIL": "bold red",
    "cannot tell": "bold yellow",
    "accepted": "bold green",
    "refused": "bold yellow",
    "not accepted": "bold red",
}


def paint_line(line: str) -> Text:
    """Colour one line of the progress: its heading, and the lights in it."""
    text = Text(line)
    text.stylize("cyan", 0, WIDTH)
    for word, style in COLOURS.items():
        text.highlight_words([word], style=style)
    return text


def print_patch(patch: str) -> None:
    """Print a unified diff: byte for byte into a pipe or file, in colours on a terminal."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        sys.stdout.buffer.write(patch.encode())
        sys.stdout.buffer.flush()
        return
    painted = []
    for line in patch.splitlines(keepends=True):
        if line.startswith(("+++", "---")):
            painted.append(click.style(line, bold=True))
        elif line.startswith("@@"):
            painted.append(click.style(line, fg="cyan"))
        elif line.startswith("+"):
            painted.append(click.style(line, fg="green"))
        elif line.startswith("-"):
            painted.append(click.style(line, fg="red"))
        else:
            painted.append(line)
    click.echo("".join(painted), nl=False)
