"""Command-line options a program declares, read from its text."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

from agents.gates.program import parse_program
from agents.secrecy import name_looks_secret, value_looks_secret

_DECLARING = ("add_argument", "option")


@dataclass(frozen=True, slots=True)
class Option:
    """One option: all its spellings, where it is declared, whether it looks secret."""

    names: tuple[str, ...]
    file: str
    line: int
    secret: bool

    @property
    def title(self) -> str:
        """The longest spelling, the one people know."""
        return max(self.names, key=len)


def read_options(files: Mapping[str, str]) -> tuple[Option, ...]:
    """Options declared with argparse or click in these files; positional arguments are none."""
    found = []
    for file, text in files.items():
        tree = parse_program(text)
        for node in ast.walk(tree) if tree else ():
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr in _DECLARING and (option := _read_option(node, file)):
                found.append(option)
    return tuple(found)


def read_aliases(files: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    """Option -> other names its value is handed on under: `learning_rate=args.lr`.

    Autologging knows the names of the estimator's parameters, not those of the options.
    """
    found: dict[str, set[str]] = {}
    for text in files.values():
        tree = parse_program(text)
        for node in ast.walk(tree) if tree else ():
            names: list[str] = []
            value: ast.AST | None = None
            if isinstance(node, ast.keyword) and node.arg:
                names, value = [node.arg], node.value
            elif isinstance(node, ast.Assign):
                value = node.value
                names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name):
                found.setdefault(normalise_option(value.attr), set()).update(
                    map(normalise_option, names)
                )
    return {name: frozenset(names) for name, names in found.items()}


def normalise_option(name: str) -> str:
    """`--learning-rate` and `args.learning_rate` -> learning_rate."""
    return re.split(r"[./:]", name)[-1].lstrip("-").replace("-", "_").lower()


def _read_option(node: ast.Call, file: str) -> Option | None:
    texts = [
        argument.value
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    names = [text for part in texts for text in part.split("/") if text.startswith("-")]
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
    action = keywords.get("action")
    if not names or (isinstance(action, ast.Constant) and action.value in ("help", "version")):
        return None
    dest = keywords.get("dest")
    if isinstance(dest, ast.Constant) and isinstance(dest.value, str):
        names.append(dest.value)
    # click: a bare word beside the option names the parameter.
    names += [text for text in texts if text.isidentifier()]
    default = keywords.get("default")
    value = default.value if isinstance(default, ast.Constant) else ""
    secret = any(map(name_looks_secret, names)) or value_looks_secret(str(value))
    return Option(tuple(names), file, node.lineno, secret)
