"""Which additions serve the component that was asked for."""

import ast

from agents.gates.additions import Addition
from agents.gates.layout import Changes, Layout
from agents.gates.program import find_imports


def find_unrelated(
    modules: frozenset[str],
    tree: ast.Module,
    additions: tuple[Addition, ...],
    old: Layout,
    new: Layout,
    changes: Changes,
) -> Addition | None:
    """The first addition that neither calls the component nor feeds or frames what does."""
    names = {
        name for name, dotted in find_imports(tree).items() if dotted.split(".", 1)[0] in modules
    }
    removed = {
        word
        for place in changes.removed
        for word in old.statements[place].tokens
        if word.isidentifier()
    }
    related = {
        addition.place
        for addition in additions
        if (addition.uses | addition.binds) & names or _replaces(addition, removed)
    }
    while True:
        wanted = {name for item in additions if item.place in related for name in item.uses}
        made = {name for item in additions if item.place in related for name in item.binds}
        holders = {parent for place in related for parent in new.statements[place].parents}
        holders |= {
            parent for place in changes.kept.values() for parent in new.statements[place].parents
        }
        found = {
            item.place
            for item in additions
            if item.place not in related
            and (
                item.binds & wanted
                or item.uses & made - names - removed
                or (item.place in holders)
                or _is_structural(item, related, new)
            )
        }
        if not found:
            break
        related |= found
    return next((item for item in additions if item.place not in related), None)


def _replaces(addition: Addition, removed: set[str]) -> bool:
    """Takes the place of a removed line: most of what it reads was read there."""
    words = addition.uses | addition.binds
    return bool(removed) and len(words & removed) * 2 > len(words)


def _is_structural(addition: Addition, related: set[int], new: Layout) -> bool:
    """`pass`, `else:` and the like inside or beside blocks that are related."""
    if addition.nodes and not all(
        isinstance(node, ast.Pass | ast.Global | ast.Nonlocal) for node in addition.nodes
    ):
        return False
    return not addition.statements or bool(set(new.statements[addition.place].parents) & related)
