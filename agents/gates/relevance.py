"""Which additions serve the component that was asked for."""

import ast

from agents.gates.additions import Addition
from agents.gates.layout import Changes, Layout
from agents.gates.options import normalise_option
from agents.gates.program import find_imports


def find_unrelated(
    modules: frozenset[str],
    tree: ast.Module,
    additions: tuple[Addition, ...],
    old: Layout,
    new: Layout,
    changes: Changes,
    *,
    rewriting: bool = False,
    evaluating: bool = False,
) -> Addition | None:
    """The first addition that neither calls the component nor feeds or frames what does.

    With `rewriting`, what a related function is given (`trial`) is as related as itself, and so
    is what it returns, and what the lines need that moved into it. With `evaluating`, everything
    inside a related function is, what is printed, and what sets a model that is handed to the
    component to evaluation or training.
    """
    names = {name for name, dotted in find_imports(tree).items() if _serves(dotted, modules)}
    removed = {
        word
        for place in changes.removed
        for word in old.statements[place].tokens
        if word.isidentifier()
    }
    related = {
        addition.place
        for addition in additions
        if (addition.uses | addition.binds) & names
        or _replaces(addition, removed)
        or (rewriting and _suggests(addition))
    }
    functions = {
        item.place
        for item in additions
        if any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in item.statements)
    }
    # What the original does once, a trial may have to do again: seeding, setting up.
    texts = {statement.text for statement in old.statements}
    while True:
        wanted = {name for item in additions if item.place in related for name in item.uses}
        made = {name for item in additions if item.place in related for name in item.binds}
        own = removed
        if rewriting:
            made |= _list_parameters(additions, related)
            wanted |= _list_moved(related, new, changes) | _list_attributes(additions, related)
            # What a related line binds is its own, although a line that moved bound it, too.
            own = set()
        fields = {
            field
            for item in additions
            if item.place in related
            for field in _read_fields(item, ast.Store)
        }
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
                or item.uses & made - names - own
                or (item.place in holders)
                or _is_structural(item, related, new)
                or _is_return(item, related, new)
                or (rewriting and _is_option(item, wanted))
                or (rewriting and item.text in texts and _is_inside(item, related, new))
                or (evaluating and (_is_inside(item, functions & related, new)))
                or (evaluating and (_is_print(item) or _is_mode(item, wanted)))
                or (evaluating and _read_fields(item, ast.Load) & fields)
            )
        }
        if not found:
            break
        related |= found
    return next((item for item in additions if item.place not in related), None)


def _serves(dotted: str, modules: frozenset[str]) -> bool:
    """Of the component itself, or what a framework has for it: `MLFlowLogger`."""
    first, last = dotted.split(".", 1)[0], dotted.rpartition(".")[2].lower()
    return first in modules or any(last.startswith(module) for module in modules)


def _suggests(addition: Addition) -> bool:
    """Draws from a trial that it was handed: the component itself is imported elsewhere."""
    return any(
        isinstance(node, ast.Attribute) and node.attr.startswith("suggest_")
        for node in addition.nodes
    )


def _replaces(addition: Addition, removed: set[str]) -> bool:
    """Takes the place of a removed line: most of what it reads was read there."""
    words = addition.uses | addition.binds
    return bool(removed) and len(words & removed) * 2 > len(words)


def _list_parameters(additions: tuple[Addition, ...], related: set[int]) -> set[str]:
    """Names under which related functions get what they work on."""
    return {
        argument.arg
        for item in additions
        if item.place in related
        for node in item.statements
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    }


def _list_moved(related: set[int], new: Layout, changes: Changes) -> set[str]:
    """Names in the original's lines that stand in related functions now."""
    return {
        word
        for place in changes.kept.values()
        if related & set(new.statements[place].parents)
        for word in new.statements[place].tokens
        if word.isidentifier()
    }


def _list_attributes(additions: tuple[Addition, ...], related: set[int]) -> set[str]:
    """What related lines read of other things: `args.n_trials`."""
    return {
        node.attr
        for item in additions
        if item.place in related
        for node in item.nodes
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }


def _is_option(addition: Addition, wanted: set[str]) -> bool:
    """Declares an option that a related line reads."""
    return any(
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith("-")
        and normalise_option(node.value) in wanted
        for call in addition.nodes
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ("add_argument", "option", "argument")
        for node in call.args
    )


def _is_return(addition: Addition, related: set[int], new: Layout) -> bool:
    """Leaves a related function or a round of a related loop; others are not to be left at all."""
    returns = all(isinstance(node, ast.Return | ast.Continue) for node in addition.statements)
    return returns and bool(set(new.statements[addition.place].parents) & related)


def _is_inside(addition: Addition, functions: set[int], new: Layout) -> bool:
    return bool(set(new.statements[addition.place].parents) & functions)


def _read_fields(addition: Addition, context: type[ast.expr_context]) -> set[str]:
    """`self.quant`, where it is set or read."""
    return {
        f"{node.value.id}.{node.attr}"
        for node in addition.nodes
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, context)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }


def _list_calls(addition: Addition) -> list[ast.Call]:
    """The calls of a line that is nothing but one call; empty for any other."""
    calls = [
        node.value
        for node in addition.statements
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ]
    return calls if len(calls) == len(addition.statements) else []


def _is_print(addition: Addition) -> bool:
    calls = _list_calls(addition)
    return bool(calls) and all(
        isinstance(call.func, ast.Name) and call.func.id == "print" for call in calls
    )


_MODES = frozenset({"eval", "train", "cpu", "float"})


def _is_mode(addition: Addition, wanted: set[str]) -> bool:
    """`model.eval()` before `model` is handed to what is related."""
    calls = _list_calls(addition)
    return bool(calls) and all(
        isinstance(call.func, ast.Attribute)
        and call.func.attr in _MODES
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in wanted
        for call in calls
    )


def _is_structural(addition: Addition, related: set[int], new: Layout) -> bool:
    """`pass`, `else:`, a docstring and the like inside or beside blocks that are related."""
    if addition.statements and all(map(_is_text, addition.statements)):
        return bool(set(new.statements[addition.place].parents) & related)
    if addition.nodes and not all(
        isinstance(node, ast.Pass | ast.Global | ast.Nonlocal) for node in addition.nodes
    ):
        return False
    return not addition.statements or bool(set(new.statements[addition.place].parents) & related)


def _is_text(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
    return False
