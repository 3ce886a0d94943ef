"""Added statements: none may touch the script's own things or leave its way."""

import ast
import re
import sys
from collections.abc import Iterable, Mapping

from agents.gates.additions import Addition, read_additions, read_scopes
from agents.gates.layout import Changes, Layout
from agents.gates.licence import Licence
from agents.gates.printed import mask_line
from agents.gates.program import find_imports, parse_program
from agents.gates.rebinding import Rebinding
from agents.gates.relevance import find_unrelated

_ADDRESS = re.compile(r"https?://|^(sqlite|postgresql|mysql|mssql|file|databricks|s3|gs)\S*:", re.I)
_LOCAL = re.compile(r"sqlite:///(?!.*\.\.)(?:\w[\w.-]*(?:/[\w.-]+)*)?")
_ABSOLUTE = re.compile(r"^(/\w|~/|~$|[A-Za-z]:[\\/]|\\\\)")
_KEY = re.compile(
    r"^(sk|ghp|gho|hf|dapi|AKIA|xox[bp])[-_]?\w{12,}$|^(?=.*\d)(?=.*[a-zA-Z])[A-Za-z0-9+/=]{32,}$"
)
_ADDRESSING = re.compile(r"\bset_(tracking|registry)_uri\b|\b(tracking|registry)_uri\s*=")
_TRAINING = frozenset(
    {"fit", "fit_transform", "fit_predict", "partial_fit", "backward", "step", "zero_grad"}
    | {"manual_seed", "seed", "load_state_dict", "set_params", "shuffle"}
)
_PARSING = frozenset({"parse_args", "parse_known_args", "parse_intermixed_args"})
_LEAVING = (ast.Return, ast.Break, ast.Continue, ast.Raise, ast.Assert, ast.Delete)


def find_unasked(
    licence: Licence, before: str, after: str, old: Layout, new: Layout, changes: Changes
) -> str:
    """The first addition that was not asked for; empty if all serve the component."""
    original, tree = parse_program(before), parse_program(after)
    if original is None or tree is None:
        return ": the file cannot be read as Python."
    additions = tuple(read_additions(tree, new, changes))
    removed = "\n".join(old.statements[place].text for place in changes.removed)
    scopes = read_scopes(original)
    rebinding = Rebinding(licence, tree, original, additions)
    for addition in additions:
        problem = (
            _literal_problem(addition, before, licence)
            or _import_problem(addition, licence, original)
            or _parsing_problem(addition, removed)
            or (
                ""
                if licence.rewriting
                else _binding_problem(addition, additions, scopes, removed, before, rebinding)
                or _leaving_problem(
                    addition, removed, additions, printing=licence.printing or licence.telling
                )
            )
            or (_told_problem(addition, removed) if licence.telling else "")
            or ("" if licence.training else _training_problem(addition, original, licence))
        )
        if problem:
            return f", line {addition.line}: {problem}"
    modules = licence.modules | ({"subprocess"} if licence.commands else set())
    stray = find_unrelated(
        modules,
        tree,
        additions,
        old,
        new,
        changes,
        rewriting=licence.rewriting or licence.searching,
        evaluating=licence.printing,
    )
    if stray:
        return f", line {stray.line}: `{stray.title}` was not asked for."
    return ""


def _literal_problem(addition: Addition, before: str, licence: Licence) -> str:
    if _ADDRESSING.search(addition.text):
        return "a tracking address belongs to the settings of who runs the script, not into it."
    later = _find_later_parts(addition.nodes)
    for node in addition.nodes:
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        text = node.value
        if text in before or (licence.local_storage and _LOCAL.fullmatch(text)):
            continue
        if _ADDRESS.search(text):
            return "an address was added. It belongs to the settings, not into the script."
        if _ABSOLUTE.search(text) and node not in later:
            return f"the absolute path {text[:80]!r} was added. It means nothing elsewhere."
        if _KEY.search(text):
            return "a text that looks like a key was added. Keys never belong into a script."
    return ""


def _find_later_parts(nodes: Iterable[ast.AST]) -> frozenset[ast.AST]:
    """Texts that others stand before: `f"runs:/{run}/model"` holds no path that begins with `/`."""
    later: set[ast.AST] = set()
    for node in nodes:
        match node:
            case ast.JoinedStr(values=[_, *rest]):
                later.update(rest)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                if not (isinstance(left, ast.Constant) and not left.value):
                    later.add(right)
    return frozenset(later)


def _import_problem(addition: Addition, licence: Licence, original: ast.Module) -> str:
    known = {name.split(".", 1)[0] for name in find_imports(original).values()}
    # What the script is written with may offer a callback or a logger for the component.
    allowed = licence.modules | known
    for node in addition.statements:
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or "."]
        for module in modules:
            top = module.split(".")[0]
            if top not in allowed and top not in sys.stdlib_module_names:
                return f"import of {module} was not asked for."
    return ""


def _binding_problem(
    addition: Addition,
    additions: tuple[Addition, ...],
    scopes: Mapping[str, frozenset[str]],
    removed: str,
    before: str,
    rebinding: Rebinding,
) -> str:
    own = scopes.get(addition.scope, frozenset())
    for name in sorted(addition.binds & own):
        given = re.search(rf"\b{re.escape(name)}\b", removed)
        if not given and not rebinding.allows(addition, name):
            return f"`{name}` is a name of the script's own and was bound anew. Take a new name."
    made = {name for other in additions for name in other.binds}
    fresh = made - own
    if rebinding.licence.searching:
        # `best = dict(study.best_params)` took the place of what the search gave.
        fresh |= {name for name in made & own if re.search(rf"\b{re.escape(name)}\b", removed)}
    for node in addition.nodes:
        if not isinstance(node, ast.Attribute | ast.Subscript) or isinstance(node.ctx, ast.Load):
            continue
        text = ast.unparse(node)
        root = text.split(".", 1)[0].split("[", 1)[0]
        if isinstance(node, ast.Attribute) and node.attr in rebinding.licence.settings:
            continue
        new_field = root == "self" and isinstance(node, ast.Attribute) and node.attr not in before
        if root not in fresh and not new_field and text not in removed:
            return f"`{text[:80]}` belongs to the script and was changed."
    return ""


def _parsing_problem(addition: Addition, removed: str) -> str:
    """Options read past the command line are not those that the run has."""
    for node in addition.nodes:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name = node.func.attr
        given = node.args or [word.value for word in node.keywords if word.arg == "args"]
        own = bool(given) and ast.unparse(given[0]) not in ("None", "sys.argv[1:]")
        elsewhere = name == "get_default" or (name in _PARSING and own)
        if elsewhere and not re.search(rf"\b{name}\(", removed):
            return f"`{addition.title}` reads options that are not those of the run."
    return ""


def _leaving_problem(
    addition: Addition, removed: str, additions: tuple[Addition, ...], *, printing: bool
) -> str:
    made = {name for other in additions for name in other.binds}
    if addition.scope.rsplit(".", 1)[-1] in made:
        return ""
    for node in addition.statements:
        if isinstance(node, _LEAVING):
            word = addition.text.split()[0].rstrip(":;")
            if not re.search(rf"\b{re.escape(word)}\b", removed):
                return f"`{addition.title}` changes the way the script goes."
        calls = sum(
            isinstance(part, ast.Call)
            and isinstance(part.func, ast.Name)
            and part.func.id == "print"
            for part in addition.nodes
        )
        if calls and not printing and "print" not in removed:
            return "a printed line was added: that was not asked for."
    return ""


def _told_problem(addition: Addition, removed: str) -> str:
    """A printed line may show what the component made, but bring no number of its own."""
    for node in addition.nodes:
        if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "print"):
            continue
        for part in ast.walk(node):
            value = part.value if isinstance(part, ast.Constant) else None
            number = isinstance(value, float) or (
                isinstance(value, str) and bool(mask_line(value).numbers)
            )
            if number and str(value) not in removed:
                return f"`{addition.title}` prints a number that is written into the script."
    return ""


def _training_problem(addition: Addition, original: ast.Module, licence: Licence) -> str:
    """Training that is not the original's own; a callback more does not change it.

    Where a search moves, a model may be made in the same breath: `SVC(**best).fit(X, y)`.
    """
    for node in addition.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = node.func.attr
            if name in _TRAINING and not any(
                isinstance(old, ast.Call) and _is_same_call(old, node, anybody=licence.searching)
                for old in ast.walk(original)
            ):
                return f"`{addition.title}` calls {name}(): that changes the training."
    return ""


def _is_same_call(old: ast.Call, new: ast.Call, *, anybody: bool) -> bool:
    """`anybody`: it may be called of another object."""

    def show(call: ast.Call) -> tuple[str, list[str], dict[str | None, str]]:
        words = {item.arg: ast.unparse(item.value) for item in call.keywords}
        words.pop("callbacks", None)
        called = call.func.attr if anybody and isinstance(call.func, ast.Attribute) else ""
        return called or ast.unparse(call.func), [ast.unparse(item) for item in call.args], words

    return show(old) == show(new)
