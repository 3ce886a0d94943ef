"""What a program's text says about itself: imports, names, statements. Nothing is executed."""

import ast
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Lines of one statement, 1-based and inclusive, and the statement itself."""

    first: int
    last: int
    node: ast.stmt


def drop_mark(text: str) -> str:
    """The text without a byte order mark, which Python accepts in files but not in strings."""
    return text.removeprefix("\ufeff")


def parse_program(text: str) -> ast.Module | None:
    """The syntax tree, or None where the text is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(drop_mark(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def keep_programs(files: Mapping[str, str]) -> Mapping[str, str]:
    """Those of the files that are Python."""
    return {name: text for name, text in files.items() if name.endswith(".py")}


def count_expression(expression: str, text: str) -> int:
    """How often an expression stands in a program, however it is laid out."""
    tree = parse_program(text)
    wanted = parse_program(expression)
    if tree is None or wanted is None or not wanted.body:
        return 0
    first = wanted.body[0]
    if not isinstance(first, ast.Expr):
        return 0
    shape = ast.dump(first.value)
    kind = type(first.value)
    return sum(isinstance(node, kind) and ast.dump(node) == shape for node in ast.walk(tree))


def find_imports(tree: ast.AST) -> Mapping[str, str]:
    """Names bound by imports anywhere in a file -> the dotted name they stand for."""
    bound = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                bound[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                bound[alias.asname or alias.name] = (
                    f"{'.' * node.level}{node.module or ''}.{alias.name}"
                )
    return bound


def resolve_name(node: ast.AST, imports: Mapping[str, str]) -> str:
    """Dotted name of a name or attribute chain that starts at an import, or an empty string."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in imports:
        return ""
    return ".".join([imports[node.id], *reversed(parts)])


def list_statements(tree: ast.AST) -> Iterator[Span]:
    """Every simple statement, and the header lines of every block."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt):
            continue
        first = min([node.lineno, *(item.lineno for item in getattr(node, "decorator_list", []))])
        body = getattr(node, "body", None) or getattr(node, "cases", None)
        if body:
            start = body[0].pattern.lineno if isinstance(node, ast.Match) else body[0].lineno
            yield Span(first, max(first, start - 1), node)
        else:
            yield Span(first, node.end_lineno or first, node)


def target_lines(tree: ast.AST, target: str) -> frozenset[int]:
    """Lines of the calls into a component, arguments included."""
    imports = find_imports(tree)
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = resolve_name(node.func, imports)
            if name == target or name.startswith(f"{target}."):
                lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return frozenset(lines)


def loop_lines(tree: ast.AST) -> Mapping[int, int]:
    """Lines inside the bodies of loops -> how many loops are around them."""
    lines: Counter[int] = Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.While | ast.AsyncFor) and node.body:
            lines.update(range(node.body[0].lineno, (node.body[-1].end_lineno or 0) + 1))
    return lines


def reachable_files(files: Mapping[str, str], entry: str) -> tuple[str, ...]:
    """The entry script and the local modules it imports, directly or not."""
    found = [entry] if entry in files else []
    for name in found:
        tree = parse_program(files[name])
        for module in _imported_modules(tree, name) if tree else ():
            for path in (f"{module}.py", f"{module}/__init__.py"):
                if path in files and path not in found:
                    found.append(path)
    return tuple(found)


def _imported_modules(tree: ast.AST, file: str) -> Iterator[str]:
    folder = file.rpartition("/")[0]
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = folder.split("/") if folder else []
            above = above[: len(above) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            names = [module, *(f"{module}.{alias.name}".strip(".") for alias in node.names)]
        for name in filter(None, names):
            path = name.replace(".", "/")
            yield path
            if folder:
                yield f"{folder}/{path}"
