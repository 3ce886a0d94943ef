"""Added logical lines, with what each of them reads, binds and belongs to."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agents.gates.layout import Changes, Layout
from agents.gates.program import find_imports, list_statements


@dataclass(frozen=True, slots=True)
class Addition:
    """One added logical line with what it reads and binds."""

    place: int
    line: int
    text: str
    nodes: tuple[ast.AST, ...]
    """Everything of the syntax tree that stands on its lines, blocks' bodies left out."""
    statements: tuple[ast.stmt, ...]
    uses: frozenset[str]
    binds: frozenset[str]
    scope: str
    """Qualified name of the function around it, or an empty string."""

    @property
    def title(self) -> str:
        """Its first line, as it is shown to people."""
        return self.text.split("\n", 1)[0][:120]


def read_additions(tree: ast.Module, new: Layout, changes: Changes) -> Iterator[Addition]:
    """Every added logical line, in order."""
    spans = sorted(list_statements(tree), key=lambda span: span.first)
    scopes = _scope_lines(tree)
    for place in changes.added:
        statement = new.statements[place]
        inside = [span for span in spans if statement.first <= span.first <= statement.last]
        nodes = tuple(
            part
            for span in inside
            for part in ast.walk(span.node)
            if span.first <= getattr(part, "lineno", 0) <= min(span.last, statement.last)
        )
        inner = {
            name.id
            for part in nodes
            if isinstance(part, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp)
            for loop in part.generators
            for name in ast.walk(loop.target)
            if isinstance(name, ast.Name)
        }
        named = [part for part in nodes if isinstance(part, ast.Name)]
        binds = {name.id for name in named if not isinstance(name.ctx, ast.Load)} - inner
        binds |= {
            span.node.name
            for span in inside
            if isinstance(span.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        }
        for span in inside:
            if isinstance(span.node, ast.Import | ast.ImportFrom):
                binds |= set(find_imports(span.node))
        yield Addition(
            place=place,
            line=statement.first,
            text=statement.text,
            nodes=nodes,
            statements=tuple(span.node for span in inside),
            uses=frozenset(name.id for name in named if isinstance(name.ctx, ast.Load)),
            binds=frozenset(binds),
            scope=scopes.get(statement.first, ""),
        )


def _scope_lines(tree: ast.Module) -> Mapping[int, str]:
    """Line -> qualified name of the innermost function or class body it stands in."""
    lines: dict[int, str] = {}

    def visit(node: ast.AST, name: str) -> None:
        for child in ast.iter_child_nodes(node):
            inner = name
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inner = f"{name}.{child.name}".lstrip(".")
                for line in range(child.body[0].lineno, (child.end_lineno or 0) + 1):
                    lines[line] = inner
            visit(child, inner)

    visit(tree, "")
    return lines


def read_scopes(tree: ast.Module) -> Mapping[str, frozenset[str]]:
    """Qualified name of each function -> the names bound in it."""
    lines = _scope_lines(tree)
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        scope = lines.get(getattr(node, "lineno", 0), "")
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.setdefault(scope, set()).add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.setdefault(scope, set()).add(node.name)
            if isinstance(node, ast.ClassDef):
                continue
            inner = lines.get(node.body[0].lineno, "")
            every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            found.setdefault(inner, set()).update(argument.arg for argument in every)
    return {scope: frozenset(names) for scope, names in found.items()}
