"""Which lines a translation may take away: those that use the component moved away from."""

import re
from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import replace

from agents.gates.accounts import find_made
from agents.gates.layout import Changes, Layout, Statement
from agents.gates.leftovers import TRACES, find_mentions
from agents.gates.program import find_imports, parse_program
from agents.records import Stage

_SPOKEN = {
    "wandb": r"wandb|w\s?&\s?b|weights\s*(?:&|and)\s*biases",
    "mlflow": r"ml\s?flow",
    "hyperopt": r"hyperopt",
    "gitpython": r"git[ -]?python",
}
"""What people call a component in comments and texts."""


def find_moved(stage: Stage, text: str, layout: Layout) -> frozenset[int]:
    """Positions of the statements that use the source component or what it made."""
    trace = TRACES.get(stage.source or "")
    tree = parse_program(text)
    if stage.task != "translate" or trace is None or tree is None:
        return frozenset()
    imports = {
        name: dotted
        for name, dotted in find_imports(tree).items()
        if dotted.split(".")[0] in trace.modules or dotted.rpartition(".")[2] in trace.names
    }
    made = {name.rpartition(".")[2] for name in find_made(tree, imports)}
    names = imports.keys() | made | trace.modules | trace.names
    moved = frozenset(
        place
        for place, statement in enumerate(layout.statements)
        if names & set(statement.tokens)
        or any(_shows(one, names) for one in statement.tokens)
        or any(one.endswith(("'", '"')) and names_source(stage, one) for one in statement.tokens)
    )
    return moved | _idle_imports(layout, moved)


def _shows(token: str, names: AbstractSet[str]) -> bool:
    """A text with one of the names in it as a value: `f"on {repo.active_branch}"`."""
    if not re.match(r"[rR]?[fF][rR]?[\"']", token):
        return False
    inside = re.findall(r"(?<!\{)\{([^{}]+)\}", token)
    return any(names & set(re.findall(r"\w+", part)) for part in inside)


def _idle_imports(layout: Layout, moved: frozenset[int]) -> frozenset[int]:
    """Imports of what only the statements that go have used."""
    rest = [
        set(one.tokens)
        for place, one in enumerate(layout.statements)
        if place not in moved and one.tokens[0] not in ("import", "from")
    ]
    gone = {word for place in moved for word in layout.statements[place].tokens}
    return frozenset(
        place
        for place, one in enumerate(layout.statements)
        if one.tokens[0] in ("import", "from")
        and (last := one.tokens[-1]) in gone
        and not any(last in tokens for tokens in rest)
    )


def leave_out_texts(new: Layout, changes: Changes, moved: frozenset[int]) -> Changes:
    """The changes without a docstring that took the place of one about the source component."""
    if not moved & set(changes.removed):
        return changes
    texts = {place for place in changes.added if _is_text(new.statements[place])}
    return replace(changes, added=tuple(place for place in changes.added if place not in texts))


def _is_text(statement: Statement) -> bool:
    return len(statement.tokens) == 1 and statement.tokens[0].endswith(("'", '"'))


def names_source(stage: Stage, text: str) -> bool:
    """A comment or a text that speaks of the component moved away from."""
    pattern = _SPOKEN.get(stage.source or "") if stage.task == "translate" else None
    return bool(pattern and re.search(pattern, text, re.IGNORECASE))


def find_beside_problem(stage: Stage, before: str, after: str) -> str:
    """Why a file of requirements or settings changed in more than the two components; or empty."""
    source, target = TRACES.get(stage.source or ""), TRACES.get(stage.target)
    old, new = Counter(before.splitlines()), Counter(after.splitlines())
    for line in old - new:
        if line.strip() and not (source and any(find_mentions(source, line))):
            return f": the line `{line[:120]}` is gone: that was not asked for."
    for line in new - old:
        named = any(find_mentions(target, line)) if target else stage.target in line
        if line.strip() and not named:
            return f": the line `{line[:120]}` was added: that was not asked for."
    return ""
