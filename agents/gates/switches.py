"""Arguments by which a framework is told where to log: `logger=False`, `report_to="none"`."""

import ast
import re
import textwrap
from collections import Counter
from collections.abc import Mapping

from agents.gates.program import parse_program

_SWITCHES = frozenset({"logger", "loggers", "report_to", "log_with"})
_DEFAULT_FOLDERS = ("lightning_logs/",)
"""Where a framework logs, and keeps its checkpoints, as long as it is given no logger."""
_WORDS = re.compile(r"\w+")


def count_switched(text: str) -> Counter[str]:
    """Words of one logical line that say "nowhere" or name components, and may give way to one.

    Only literals: a logger that was made for the purpose writes files that have to be kept.
    """
    tree = parse_program(textwrap.dedent(text))
    found: Counter[str] = Counter()
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.keyword):
            given: list[tuple[object, ast.expr]] = [(node.arg, node.value)]
        elif isinstance(node, ast.Dict):
            given = [
                (key.value, value)
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant)
            ]
        else:
            continue
        for name, value in given:
            if name in _SWITCHES and _is_literal(value):
                found.update(_WORDS.findall(ast.unparse(value)))
    return found


def _is_literal(value: ast.expr) -> bool:
    if isinstance(value, ast.List | ast.Tuple):
        return all(map(_is_literal, value.elts))
    return isinstance(value, ast.Constant) and (isinstance(value.value, str | bool | None))


def list_replaced(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """Folders that are not written any more where a logger takes the place of the default one.

    None where the script itself names the folder, and so may read what is in it.
    """
    if _count_loggers(after) <= _count_loggers(before):
        return ()
    texts = "\n".join(before.values())
    return tuple(folder for folder in _DEFAULT_FOLDERS if folder.rstrip("/") not in texts)


def _count_loggers(files: Mapping[str, str]) -> int:
    return sum(
        node.arg == "logger" and not _is_literal(node.value)
        for text in files.values()
        for tree in filter(None, [parse_program(text)])
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword)
    )
