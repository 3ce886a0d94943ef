"""Where a changed text calls the component, and how such a call is spoilt in place."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agents.gates.program import drop_mark, find_imports, parse_program, resolve_name


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the component, or of something it handed out: `run.log(...)`."""

    file: str
    name: str
    """The last part of what is called: `log_metric`."""
    node: ast.Call
    alone: bool
    """It stands as a statement of its own."""
    looping: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """Other text in the place of an expression."""

    file: str
    node: ast.expr
    text: str


def find_calls(files: Mapping[str, str], modules: frozenset[str]) -> tuple[Call, ...]:
    """All calls of a component, given by its top-level modules, in the order of the text."""
    found: list[Call] = []
    for file, text in sorted(files.items()):
        tree = parse_program(text)
        if tree is not None:
            found += _find_in(file, tree, modules)
    return tuple(found)


def _find_in(file: str, tree: ast.Module, modules: frozenset[str]) -> Iterator[Call]:
    imports = find_imports(tree)

    def is_own(node: ast.AST, handed: frozenset[str]) -> bool:
        if resolve_name(node, imports).partition(".")[0] in modules:
            return True
        while isinstance(node, ast.Attribute | ast.Call):
            node = node.func if isinstance(node, ast.Call) else node.value
        name = node.id if isinstance(node, ast.Name) else ""
        return name in handed or imports.get(name, "").partition(".")[0] in modules

    handed: frozenset[str] = frozenset()
    # Twice: a client may be handed out by something that was itself handed out.
    for _ in range(2):
        handed |= {
            name
            for value, target in _bindings(tree)
            if isinstance(value, ast.Call) and is_own(value.func, handed)
            for name in [ast.unparse(target).rpartition(".")[2]]
        }
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    looped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.For | ast.While | ast.AsyncFor)
        for inner in ast.walk(node)
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        if is_own(node.func, handed):
            last = node.func
            name = last.attr if isinstance(last, ast.Attribute) else ast.unparse(last)
            yield Call(file, name, node, id(node) in alone, id(node) in looped)


def _bindings(tree: ast.Module) -> Iterator[tuple[ast.expr, ast.expr]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            yield from ((node.value, target) for target in node.targets)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield node.value, node.target
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            yield node.context_expr, node.optional_vars


def apply_edits(files: Mapping[str, str], edits: tuple[Edit, ...]) -> Mapping[str, str]:
    """The files with every edit made, lines kept where they are; edits must not overlap."""
    changed = dict(files)
    for file in {edit.file for edit in edits}:
        text = drop_mark(changed[file])
        mark = changed[file][: len(changed[file]) - len(text)]
        raw = text.encode()
        starts = [0]
        for line in text.split("\n"):
            starts.append(starts[-1] + len(line.encode()) + 1)
        spans = sorted(
            (
                starts[edit.node.lineno - 1] + edit.node.col_offset,
                starts[(edit.node.end_lineno or 1) - 1] + (edit.node.end_col_offset or 0),
                edit.text,
            )
            for edit in edits
            if edit.file == file
        )
        for start, end, new in reversed(spans):
            lines = raw[start:end].count(b"\n")
            # Inside parentheses a line may end anywhere: the lines below must not move.
            body = f"({new}{chr(10) * lines})" if lines else new
            raw = raw[:start] + body.encode() + raw[end:]
        changed[file] = mark + raw.decode()
    return changed
