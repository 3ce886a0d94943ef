"""Programs a patch may start: a few harmless commands of git and DVC, written out in the text."""

import ast
from collections.abc import Iterator, Mapping, Sequence

from agents.gates.program import find_imports, resolve_name

VERSIONING: Mapping[str, frozenset[str]] = {
    "git": frozenset(
        {"add", "branch", "checkout", "commit", "describe", "diff", "init", "log", "ls-files", "mv"}
        | {"rev-list", "rev-parse", "rm", "show", "status", "switch", "tag"}
    ),
    "dvc": frozenset(
        {"add", "checkout", "commit", "config", "fetch", "init", "pull", "push", "remote", "status"}
    ),
}
"""Program -> its subcommands that start nothing else and cannot change what a run prints."""

_CALLS = frozenset({"run", "call", "check_call", "check_output"})
_KEYWORDS = frozenset(
    {"check", "capture_output", "text", "stdout", "stderr", "cwd", "timeout", "encoding"}
    | {"universal_newlines"}
)
_FACTS = frozenset(
    {"CalledProcessError", "TimeoutExpired", "SubprocessError", "CompletedProcess"}
    | {"PIPE", "DEVNULL", "STDOUT"}
)
_STARTS = 2


def find_command_problem(tree: ast.Module, commands: Mapping[str, frozenset[str]]) -> str:
    """Why a use of `subprocess` is none that may be added, as a phrase; empty if all may be."""
    imports = find_imports(tree)
    inside = _find_functions(tree)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        name = resolve_name(node, imports) if isinstance(node, ast.Name | ast.Attribute) else ""
        tail = name.removeprefix("subprocess.")
        if tail != name and not (tail in _FACTS or (tail in _CALLS and id(node) in called)):
            return f"{name} is used otherwise than in a plain call"
        if isinstance(node, ast.Call):
            started = resolve_name(node.func, imports).removeprefix("subprocess.")
            if started in _CALLS and started != resolve_name(node.func, imports):
                problem = _call_problem(tree, node, inside.get(id(node)), commands)
                if problem:
                    return problem
    bare = sum(
        isinstance(node, ast.Name) and imports.get(node.id) == "subprocess"
        for node in ast.walk(tree)
    )
    dotted = sum(
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and imports.get(node.value.id) == "subprocess"
        for node in ast.walk(tree)
    )
    return "subprocess itself is handed on" if bare > dotted else ""


def _call_problem(
    tree: ast.Module,
    call: ast.Call,
    function: ast.FunctionDef | None,
    commands: Mapping[str, frozenset[str]],
) -> str:
    extra = {item.arg for item in call.keywords} - _KEYWORDS
    if extra:
        return "a program is started with more than its words: " + ", ".join(
            sorted(word or "**" for word in extra)
        )
    if len(call.args) != 1:
        return "a program is started without a list of words"
    for words in _read_words(tree, call.args[0], function):
        if not _may_start(words, commands):
            return "a program is started that is none of: " + ", ".join(
                f"{program} {'|'.join(sorted(known))}" for program, known in commands.items()
            )
    return ""


def _may_start(words: Sequence[str | None], commands: Mapping[str, frozenset[str]]) -> bool:
    if list(words[:2]) == ["sys.executable", "-m"]:
        words = words[2:]
    if len(words) < _STARTS or words[0] not in commands:
        return False
    if list(words[:2]) == ["git", "config"]:
        return False
    return words[1] in commands[words[0] or ""]


def _read_words(
    tree: ast.Module, node: ast.expr, function: ast.FunctionDef | None
) -> Iterator[tuple[str | None, ...]]:
    """Every list of words a call may hand over; a word that is computed is None.

    A function around it may take the words from its callers: then all of them are read.
    """
    taken = _taken_words(tree, node, function)
    if taken is not None:
        yield from taken
        return
    if isinstance(node, ast.List | ast.Tuple):
        *fixed, last = node.elts or [ast.Constant(None)]
        if isinstance(last, ast.Starred) and len(fixed) < _STARTS:
            for rest in _taken_words(tree, last.value, function) or [()]:
                yield (*map(_read_word, fixed), *rest)
            return
        yield tuple(map(_read_word, node.elts))
    elif isinstance(node, ast.Call):
        yield _split_words(node)
    else:
        yield ()


def _taken_words(
    tree: ast.Module, node: ast.expr, function: ast.FunctionDef | None
) -> list[tuple[str | None, ...]] | None:
    """What the callers of a function hand over for one of its parameters; None: it has none."""
    if function is None or not isinstance(node, ast.Name):
        return None
    names = [argument.arg for argument in function.args.args]
    many = function.args.vararg.arg if function.args.vararg else ""
    if node.id != many and node.id not in names:
        return None
    found: list[tuple[str | None, ...]] = []
    used = 0
    for part in ast.walk(tree):
        used += isinstance(part, ast.Name) and part.id == function.name
        if not (
            isinstance(part, ast.Call)
            and isinstance(part.func, ast.Name)
            and part.func.id == function.name
        ):
            continue
        used -= 1
        if node.id == many:
            found.append(tuple(map(_read_word, part.args[len(names) :])))
            continue
        place = names.index(node.id)
        given = part.args[place] if place < len(part.args) else None
        if isinstance(given, ast.List | ast.Tuple):
            found.append(tuple(map(_read_word, given.elts)))
        elif isinstance(given, ast.Call):
            found.append(_split_words(given))
        else:
            found.append(())
    stored = any(
        isinstance(part, ast.Name) and part.id == node.id and not isinstance(part.ctx, ast.Load)
        for part in ast.walk(function)
    )
    # Handed on as a value, or bound anew: who calls it with what is unknown.
    return [*found, ()] if used or stored else found


def _split_words(node: ast.Call) -> tuple[str | None, ...]:
    """`"dvc add data.csv".split()` and `shlex.split("dvc add data.csv")`."""
    if isinstance(node.func, ast.Attribute) and node.func.attr == "split":
        said = node.func.value if not node.args else node.args[0]
        if isinstance(said, ast.Constant) and isinstance(said.value, str):
            return tuple(said.value.split())
    return ()


def _read_word(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return "sys.executable" if ast.unparse(node) == "sys.executable" else None


def _find_functions(tree: ast.Module) -> Mapping[int, ast.FunctionDef]:
    """Identity of a call -> the innermost function around it."""
    found: dict[int, ast.FunctionDef] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            found |= {id(part): node for part in ast.walk(node) if isinstance(part, ast.Call)}
    return found
