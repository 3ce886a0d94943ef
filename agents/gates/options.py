"""Command-line options a program declares, read from its text."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

from agents.gates.program import parse_program

_SECRET = re.compile(
    r"(^|_)(password|passwd|pwd|token|secret|key|apikey|credential|credentials|auth)s?($|_)"
)
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


def looks_secret(name: str) -> bool:
    """Whether a name is one under which people keep passwords and keys."""
    return bool(_SECRET.search(normalise_option(name)))


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
    secret = any(looks_secret(name) for name in names) or _value_looks_secret(value)
    return Option(tuple(names), file, node.lineno, secret)


def _value_looks_secret(value: object) -> bool:
    return isinstance(value, str) and bool(
        re.search(r"://[^/\s]*:[^/\s]*@|^(sk|ghp|hf|AKIA|xox[bp])[-_]?\w{12,}", value)
    )
