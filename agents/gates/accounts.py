"""Every call of the component that was moved away from, held against the target's calls."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from agents.gates.leftovers import TRACES
from agents.gates.program import find_imports, parse_program, resolve_name

_VERSIONING: Mapping[str, str] = {
    **{word: word for word in ("add", "commit", "tag", "push")},
    **dict.fromkeys(("branch", "checkout", "switch"), "branch"),
}

CALLS: Mapping[str, Mapping[str, str]] = {
    "wandb": {
        "log": "metric",
        **dict.fromkeys(("log_artifact", "log_model", "save", "link_artifact"), "artifact"),
        **dict.fromkeys(("Table", "plot_table", "line_series", "confusion_matrix"), "table"),
        **dict.fromkeys(("pr_curve", "roc_curve", "line", "bar", "scatter"), "table"),
        **dict.fromkeys(("Image", "Audio", "Video", "Html", "Histogram", "Plotly"), "picture"),
        **dict.fromkeys(("watch", "alert", "sweep", "agent", "use_artifact"), ""),
    },
    "mlflow": {
        **dict.fromkeys(("log_metric", "log_metrics", "log_batch"), "metric"),
        **dict.fromkeys(("log_artifact", "log_artifacts", "log_dict", "log_text"), "artifact"),
        "log_model": "artifact",
        "log_table": "table",
        **dict.fromkeys(("log_image", "log_figure"), "picture"),
        **dict.fromkeys(("register_model", "log_input", "evaluate", "load_model"), ""),
    },
    "gitpython": {**_VERSIONING, "create_tag": "tag", "create_head": "branch"},
    "dvc": _VERSIONING,
    "hyperopt": {
        "fmin": "search",
        **dict.fromkeys(("uniform", "quniform", "loguniform", "qloguniform"), "space"),
        **dict.fromkeys(("normal", "qnormal", "lognormal", "qlognormal"), "space"),
        **dict.fromkeys(("uniformint", "randint", "choice", "pchoice"), "space"),
    },
    "optuna": {
        **dict.fromkeys(("optimize", "ask"), "search"),
        **dict.fromkeys(("suggest_float", "suggest_int", "suggest_categorical"), "space"),
        **dict.fromkeys(("suggest_uniform", "suggest_loguniform"), "space"),
        "suggest_discrete_uniform": "space",
        **dict.fromkeys(("FloatDistribution", "IntDistribution"), "space"),
        "CategoricalDistribution": "space",
    },
}
"""Component -> what it is called by (the last name) -> what for. An empty word: what a translation
cannot do here, so that it must be refused and may never be deleted. Calls that are not listed open
and close runs, or set what the streams are compared for."""

ALIKE: Mapping[str, frozenset[str]] = {
    "metric": frozenset({"metric"}),
    "artifact": frozenset({"artifact", "picture", "table"}),
    "table": frozenset({"table", "artifact", "picture"}),
    "picture": frozenset({"picture", "artifact", "table"}),
    **{word: frozenset({word}) for word in _VERSIONING.values()},
    "search": frozenset({"search"}),
    "space": frozenset({"space"}),
}
"""Purpose of a source's call -> purposes of the target's that may take its place."""
ANYWHERE = frozenset({"search", "space"})
"""A space that stood beside the objective is drawn from inside it, in another file maybe."""


@dataclass(frozen=True, slots=True)
class _Call:
    """One call in one function of a file."""

    scope: str
    line: int
    name: str
    purpose: str


def find_unaccounted(
    source: str, target: str, before: str, after: str, others: Iterable[str] = ()
) -> str:
    """The first call of the original that nothing took the place of; empty if there is none.

    `others` are the adapted program's other files.
    Runs, parameters and values are compared as streams; a call that the run did not come by, in a
    branch that was not taken, shows in the text only.
    """
    given = [call for call in _list_calls(source, before) if call.name in CALLS.get(source, {})]
    known = CALLS.get(target, {})
    taken = [(call.scope, known.get(call.name, "")) for call in _list_all(target, after)]
    elsewhere = {
        known.get(call.name, "") for text in (after, *others) for call in _list_all(target, text)
    }
    scopes = _list_scopes(after)
    for call in given:
        if not call.purpose:
            return (
                f"line {call.line} of the original: `{call.name}` of {source} has nothing of the "
                f"same kind in {target} here. Such a call is to be refused, not deleted."
            )
        alike = ALIKE[call.purpose]
        here = [purpose for scope, purpose in taken if scope == call.scope]
        # What DVC and git do in turn is often put into a function of its own.
        anywhere = call.purpose in _VERSIONING.values() or call.scope not in scopes
        pool = [purpose for _, purpose in taken] if anywhere else here
        if not alike & (elsewhere if call.purpose in ANYWHERE else set(pool)):
            return (
                f"line {call.line} of the original: `{call.name}` of {source} is gone, and no call "
                f"of {target} took its place there."
            )
    return ""


def _list_calls(source: str, text: str) -> Iterator[_Call]:
    """Calls into the component, through its module or through objects that it made."""
    tree = parse_program(text)
    trace = TRACES.get(source)
    if tree is None or trace is None:
        return
    imports = {
        name: dotted
        for name, dotted in find_imports(tree).items()
        if dotted.split(".")[0] in trace.modules
    }
    made = find_made(tree, imports)
    for scope, node in _walk(tree, ""):
        if isinstance(node, ast.Call) and _reaches(node.func, imports, made):
            name = _last_name(node.func, imports)
            purpose = CALLS.get(source, {}).get(name, "")
            yield _Call(scope, node.lineno, name, purpose)


def _list_all(target: str, text: str) -> Iterator[_Call]:
    tree = parse_program(text)
    trace = TRACES.get(target)
    modules = trace.modules if trace else frozenset({target})
    if tree is not None:
        imports = find_imports(tree)
        for scope, node in _walk(tree, ""):
            # `torch.save` is no `save` of the component's.
            if isinstance(node, ast.Call) and _may_reach(node.func, imports, modules):
                yield _Call(scope, node.lineno, _last_name(node.func, imports), "")
            # `["dvc", "add", path]`, or "commit" handed to a function that puts "git" before it.
            if isinstance(node, ast.Constant) and target == "dvc" and isinstance(node.value, str):
                for word in node.value.split():
                    yield _Call(scope, node.lineno, word, "")


def _may_reach(node: ast.expr, imports: Mapping[str, str], modules: frozenset[str]) -> bool:
    """No other module's: the component itself, or an object that may be its own."""
    name = resolve_name(node, imports)
    return not name or name.split(".")[0] in modules


def find_made(tree: ast.AST, imports: Mapping[str, str]) -> frozenset[str]:
    """Names given to what a component made: `run` of `run = wandb.init()`, and what came of it."""
    made: set[str] = set()
    while True:
        found = {
            ast.unparse(target)
            for node in ast.walk(tree)
            for target, value in _given(node)
            if _reaches(value, imports, made)
        }
        if found <= made:
            return frozenset(made)
        made |= found


def _given(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((target, value) for target in targets)
        case ast.AnnAssign(target=target, value=value) if value is not None:
            yield target, value
        case ast.NamedExpr(target=target, value=value):
            yield target, value
        case ast.withitem(context_expr=value, optional_vars=target) if target is not None:
            yield target, value
        case _:
            pass


def _reaches(node: ast.expr, imports: Mapping[str, str], made: frozenset[str] | set[str]) -> bool:
    """Starts at the component's module or at something it made."""
    while True:
        if ast.unparse(node) in made or resolve_name(node, imports):
            return True
        match node:
            case ast.Attribute(value=inner) | ast.Call(func=inner) | ast.Subscript(value=inner):
                node = inner
            case _:
                return False


def _last_name(node: ast.expr, imports: Mapping[str, str]) -> str:
    match node:
        case ast.Attribute(attr=name):
            return name
        case ast.Name(id=name):
            return imports.get(name, name).rpartition(".")[2]
    return ""


def _list_scopes(text: str) -> frozenset[str]:
    tree = parse_program(text)
    return frozenset(scope for scope, _ in _walk(tree, "")) if tree else frozenset()


def _walk(node: ast.AST, scope: str) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        scope = f"{scope}.{node.name}"
    yield scope, node
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, scope)
