"""Statements that moved into functions: none is lost, none reformatted, only values gave way."""

import ast
import re
from collections import Counter

from agents.gates.layout import Changes, Layout, Statement
from agents.gates.program import find_imports, parse_program

_WORDS = re.compile(r"[^\W\d]\w*")
SHORTEST_LIMIT = 79
"""Characters in a line: formatters that people use allow no fewer."""
_LOOPS = frozenset({"for", "while"})


def find_loss(before: str, old: Layout, new: Layout, changes: Changes) -> str:
    """The first statement that is gone, reformatted, or in another loop; empty if none is."""
    added = [new.statements[place] for place in changes.added]
    return _loop_problem(old, new, changes) or _gone_problem(before, old, added, changes)


def _loop_problem(old: Layout, new: Layout, changes: Changes) -> str:
    for place, there in changes.kept.items():
        here, moved = old.statements[place], new.statements[there]
        around = [old.statements[parent] for parent in here.parents]
        framed = [new.statements[parent] for parent in moved.parents]
        before = Counter(header.plain for header in around if header.tokens[0] in _LOOPS)
        after = Counter(header.plain for header in framed if header.tokens[0] in _LOOPS)
        if before - after and len(list(before)) > sum(after.values()):
            return f", line {moved.first}: `{_show(moved)}` was moved out of its loop."
    return ""


def _gone_problem(before: str, old: Layout, added: list[Statement], changes: Changes) -> str:
    """Names of a removed statement must be there again; numbers and texts may give way.

    The script's own variables may have other names in a function: what they hold is followed.
    """
    variables = _list_variables(before)
    pool: Counter[str] = Counter()
    for statement in added:
        pool.update(_WORDS.findall(statement.text))
    texts: dict[tuple[str, ...], list[Statement]] = {}
    for statement in added:
        texts.setdefault(_bare(statement), []).append(statement)
    for place in changes.removed:
        gone = old.statements[place]
        twins = texts.get(_bare(gone), [])
        if twins and not any(twin.text == gone.text or _had_to(gone, twin) for twin in twins):
            return f", line {twins[0].first}: `{_show(twins[0])}` was only reformatted."
        words = {
            word
            for token in gone.tokens
            if not token.endswith(("'", '"'))
            for word in _WORDS.findall(token)
        }
        if lost := sorted(word for word in words - variables if not pool[word]):
            return (
                f": line {gone.first} of the original, `{_show(gone)}`, is gone or was rewritten "
                f"(missing: {', '.join(lost[:8])}). Move lines, do not remove them."
            )
    return ""


def _list_variables(text: str) -> frozenset[str]:
    tree = parse_program(text)
    variables: set[str] = set()
    others: set[str] = set()
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            variables.add(node.id)
        elif isinstance(node, ast.Attribute):
            others.add(node.attr)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            others.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            others.update(find_imports(node))
    return frozenset(variables - others)


def _bare(statement: Statement) -> tuple[str, ...]:
    """What a statement says, however it is wrapped: without parentheses and trailing commas."""
    return tuple(token for token in statement.plain if token not in ("(", ")"))


def _had_to(gone: Statement, twin: Statement) -> bool:
    """A line that moved deeper may have become too long for what formatters allow."""
    deeper = len(twin.indent) - len(gone.indent)
    return deeper > 0 and len(twin.indent) + max(map(len, gone.text.split("\n"))) > SHORTEST_LIMIT


def _show(statement: Statement) -> str:
    return statement.text.split("\n", 1)[0][:120]
