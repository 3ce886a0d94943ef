"""Options on the command line that say how long a program works."""

import ast
from collections.abc import Iterator, Mapping, Sequence

from agents.gates.program import parse_program
from agents.shrinking.numbers import called_name
from agents.shrinking.sites import Site
from agents.shrinking.words import name_kind, normalise
from agents.verdict import Reduction


def find_given(command: Sequence[str], sites: Sequence[Site]) -> Iterator[tuple[str, str, int]]:
    """Spelling, key and number of every option in a command that says how long it works."""
    short = {name: site for site in sites for name in site.names}
    for place, word in enumerate(command):
        name, _, value = word.partition("=")
        if not value and place + 1 < len(command) and name.startswith("-"):
            value = command[place + 1]
        known = short[name].key if name in short else normalise(name)
        number = _number(value)
        # Without a dash it is an override such as Hydra takes: `trainer.max_epochs=500`.
        if number is None or not (name.startswith("-") or "=" in word):
            continue
        if name in short or name_kind(name):
            yield name, known, number


def reads_command(files: Mapping[str, str], file: str) -> bool:
    """Whether options that a file declares are read from the command line."""
    for name in {file, *files}:
        tree = parse_program(files[name])
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.Call) and called_name(node) in (
                "parse_args",
                "parse_known_args",
            ):
                first = node.args[0] if node.args else None
                words = [word.value for word in node.keywords if word.arg == "args"]
                given = words[0] if words else first
                if given is not None and not isinstance(given, ast.Constant):
                    return "argv" in ast.dump(given)
    return True


def shrink_command(command: tuple[str, ...], reductions: Sequence[Reduction]) -> tuple[str, ...]:
    """The command with reduced options; one that is not in it is appended."""
    words = list(command)
    for item in reductions:
        if item.how != "option":
            continue
        done = False
        for place, word in enumerate(words):
            name, _, value = word.partition("=")
            if name != item.name:
                continue
            if value and _number(value) == item.full:
                words[place] = f"{name}={item.reduced}"
                done = True
            elif not value and place + 1 < len(words) and _number(words[place + 1]) == item.full:
                words[place + 1] = str(item.reduced)
                done = True
        if not done and item.line:
            words += [item.name, str(item.reduced)]
    return tuple(words)


def _number(text: str) -> int | None:
    try:
        value = float(text.replace("_", ""))
    except ValueError:
        return None
    return int(value) if value.is_integer() and value > 0 else None
