"""Things a candidate has no business with: they could forge or switch off the proof."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agents.gates.program import find_imports, resolve_name

_MODULES = re.compile(
    r"(sqlite3|_?ctypes|gc|sitecustomize|usercustomize|site|builtins|imp|runpy|code|codeop|"
    r"subprocess|multiprocessing|socket|signal|unittest|mock|marshal|pty|atexit|faulthandler|"
    r"_thread|mmap|fcntl|posix|_posixsubprocess|linecache)(\..*)?"
)
_NAMES = re.compile(
    r"sys\.(modules|settrace|setprofile|_getframe|_current_frames|meta_path|path_hooks|path|"
    r"stdout|stderr|addaudithook|monitoring|exit)"
    r"|inspect\.(currentframe|stack|trace|getouterframes|getinnerframes)"
    r"|threading\.(settrace|setprofile)\w*"
    r"|importlib\.(reload|import_module|util|machinery)"
    r"|os\.(write|fdopen|open|dup2?|pwritev?|writev|sendfile|system|popen|killp?g?|fork|forkpty|"
    r"abort|_exit|putenv|unsetenv|closerange|close|f?truncate|exec\w+|spawn\w+|posix_spawn\w*)"
    r"|os\.environ\.(clear|pop|update|setdefault)"
)
_BUILTINS = re.compile(r"exec|eval|compile|__import__|globals|locals|breakpoint|delattr")
_PLAIN_DUNDERS = re.compile(
    r"__(name|main|file|doc|version|init|enter|exit|len|repr|str|call|future|all)__"
)
_INNER = re.compile(
    r"(f|tb|gi|cr|ag)_(back|locals|globals|builtins|code|frame|next)|co_consts|co_code|func_globals"
)
_TEXTS = re.compile(
    r"\.git/(?:refs|objects|HEAD|index|logs|hooks|packed-refs)\b"
    r"|\b(?i:fsmonitor|hookspath|sshcommand)\b|"
    r"/proc/|/dev/fd|/dev/std|mlflow\.db|mlruns\b|offline-run-|\.wandb\b|latest-run\b|^__(?!main__$)\w+__$"
)
_STARTERS = frozenset(
    {"execute", "_call_process", "bisect", "submodule", "filter_branch", "difftool", "mergetool"}
)
"""What GitPython starts other programs with."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One forbidden thing in a program."""

    thing: str
    line: int


@dataclass(frozen=True, slots=True)
class _Bound:
    """Names that stand for something imported: by an import itself, or by an assignment too."""

    imports: Mapping[str, str]
    aliases: Mapping[str, str]


def find_forbidden(tree: ast.Module) -> tuple[Finding, ...]:
    """Everything in a program that a candidate must not add, in the order of lines."""
    bound = _find_names(tree)
    found: list[Finding] = []
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        found += [Finding(thing, line) for thing in _things(node, bound)]
    return tuple(sorted(found, key=lambda finding: finding.line))


def _find_names(tree: ast.Module) -> _Bound:
    # `m = sklearn.metrics` makes `m.accuracy_score = ...` a change of the library all the same.
    imports = find_imports(tree)
    aliases = dict(imports)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and (name := resolve_name(node.value, aliases)):
            for place in node.targets:
                if isinstance(place, ast.Name):
                    aliases.setdefault(place.id, name)
    return _Bound(imports, aliases)


def _things(node: ast.AST, bound: _Bound) -> Iterator[str]:
    match node:
        case ast.Import():
            yield from (f"import {alias.name}" for alias in node.names if _is_banned(alias.name))
        case ast.ImportFrom():
            yield from _imported_things(node)
        case ast.Name():
            yield from _named_things(node, bound)
        case ast.Attribute():
            yield from _attribute_things(node, bound)
        case ast.Call():
            yield from _called_things(node, bound)
        case ast.Constant(value=str(text)):
            yield from _written_things(text)
        case _:
            yield from _redefined_things(node, bound)


def _redefined_things(node: ast.AST, bound: _Bound) -> Iterator[str]:
    names: list[str] = []
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        names = [node.name]
    elif isinstance(node, ast.Global | ast.Nonlocal):
        names = node.names
    yield from (f"redefinition of the imported {name}" for name in names if name in bound.imports)
    if isinstance(node, ast.Subscript) and resolve_name(node.value, bound.aliases):
        yield from (
            [] if isinstance(node.ctx, ast.Load) else [f"change of {ast.unparse(node.value)}"]
        )


def _written_things(text: str) -> Iterator[str]:
    if "mlgraft" in text.lower():
        yield "a name of the witness"
    elif _TEXTS.search(text):
        yield f"the text {text[:60]!r}"


def _imported_things(node: ast.ImportFrom) -> Iterator[str]:
    module = node.module or ""
    for alias in node.names:
        name = f"{module}.{alias.name}"
        if _is_banned(module) or _is_banned_name(name) or alias.name == "*":
            yield f"from {module} import {alias.name}"
        elif "mlgraft" in name.lower():
            yield "a name of the witness"


def _named_things(node: ast.Name, bound: _Bound) -> Iterator[str]:
    if "mlgraft" in node.id.lower():
        yield "a name of the witness"
    elif _is_dunder(node.id):
        yield node.id
    elif (
        isinstance(node.ctx, ast.Load)
        and _BUILTINS.fullmatch(node.id)
        and node.id not in bound.imports
    ):
        yield f"{node.id}()"
    elif not isinstance(node.ctx, ast.Load) and node.id in bound.imports:
        yield f"redefinition of the imported {node.id}"


def _attribute_things(node: ast.Attribute, bound: _Bound) -> Iterator[str]:
    name = resolve_name(node, bound.aliases)
    if "mlgraft" in node.attr.lower():
        yield "a name of the witness"
    elif _is_banned_name(name):
        yield name
    elif (
        (
            node.attr in _STARTERS
            and any(dotted.split(".")[0] == "git" for dotted in bound.imports.values())
        )
        or _INNER.fullmatch(node.attr)
        or _is_dunder(node.attr)
    ):
        yield f".{node.attr}"
    elif name and not isinstance(node.ctx, ast.Load):
        yield f"change of {name}"


def _called_things(node: ast.Call, bound: _Bound) -> Iterator[str]:
    if not isinstance(node.func, ast.Name) or not node.args:
        return
    owner = resolve_name(node.args[0], bound.aliases)
    if node.func.id == "setattr" or (node.func.id == "vars" and owner):
        yield f"{node.func.id}()"
    elif node.func.id == "getattr" and len(node.args) > 1:
        wanted = node.args[1]
        if owner or not isinstance(wanted, ast.Constant):
            yield "getattr() on a module or with a computed name"


def _is_banned(module: str) -> bool:
    return bool(_MODULES.fullmatch(module)) or "mlgraft" in module.lower()


def _is_banned_name(name: str) -> bool:
    return bool(_NAMES.fullmatch(name))


def _is_dunder(name: str) -> bool:
    return bool(re.fullmatch(r"__\w+__", name)) and not _PLAIN_DUNDERS.fullmatch(name)
