"""Which modules a script imports, its own local modules followed; read, never run."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

FORGIVING = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


@dataclass(frozen=True, slots=True)
class Import:
    """One module that is imported from outside the project."""

    module: str
    """Dotted; `from google import protobuf` gives `google` and `google.protobuf`, since the
    name may be a module."""
    file: str
    line: int
    optional: bool
    """The script says itself what happens without it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One import statement's module, or what may be one, as a file wants it."""

    module: str
    line: int
    optional: bool
    level: int = 0
    """Leading dots of a relative import."""


def list_imports(sources: Mapping[str, str], entry: str) -> tuple[Import, ...]:
    """List what `entry` and the local modules it reaches import from elsewhere.

    `sources` holds the project's Python files by their path below its root. Raises SyntaxError
    where the entry itself does not parse; a broken local module is left to the run to find.
    """
    found: dict[str, Import] = {}
    home = PurePosixPath(entry).parent
    pending = [entry]
    seen = {entry}
    while pending:
        name = pending.pop()
        try:
            tree = ast.parse(sources[name], filename=name)
        except SyntaxError:
            if name == entry:
                raise
            continue
        except (ValueError, RecursionError, MemoryError) as error:
            if name == entry:
                raise SyntaxError(f"{name} cannot be read as Python: {error}") from error
            continue
        for wanted in walk_imports(tree.body, optional=False):
            local = find_local(wanted, name, home, sources)
            if local is not None:
                pending += [path for path in local if path not in seen]
                seen.update(local)
            if local is not None or wanted.level:
                continue
            known = found.get(wanted.module)
            if known is None or (known.optional and not wanted.optional):
                found[wanted.module] = Import(wanted.module, name, wanted.line, wanted.optional)
    return tuple(found.values())


def walk_imports(body: list[ast.stmt], *, optional: bool) -> Iterator[Wanted]:
    """Yield the imports of these statements, nested ones too; type checkers' are left out."""
    for statement in body:
        match statement:
            case ast.Import():
                for alias in statement.names:
                    yield Wanted(alias.name, statement.lineno, optional)
            case ast.ImportFrom():
                yield from read_from(statement, optional=optional)
            case ast.Try() | ast.TryStar():
                forgiven = optional or any(forgives(handler) for handler in statement.handlers)
                yield from walk_imports(statement.body, optional=forgiven)
                for handler in statement.handlers:
                    yield from walk_imports(handler.body, optional=forgiven)
                rest = statement.orelse + statement.finalbody
                yield from walk_imports(rest, optional=forgiven)
            case ast.If():
                test = ast.unparse(statement.test)
                if "TYPE_CHECKING" not in test:
                    # Which branch runs depends on the machine: neither is a must.
                    varies = "sys." in test or "platform" in test or "os.name" in test
                    yield from walk_imports(statement.body, optional=optional or varies)
                    yield from walk_imports(statement.orelse, optional=optional or varies)
                    yield from read_calls(statement.test, optional=optional)
                else:
                    yield from walk_imports(statement.orelse, optional=optional)
            case _:
                for block in list_blocks(statement):
                    yield from walk_imports(block, optional=optional)
                yield from read_calls(statement, optional=optional)


def list_blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield the statement lists inside a compound statement."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(statement, name, None)
        if isinstance(block, list):
            yield block
    if isinstance(statement, ast.Match):
        for case in statement.cases:
            yield case.body


def read_from(statement: ast.ImportFrom, *, optional: bool) -> Iterator[Wanted]:
    """Yield the module of a `from` import, then its names, which may be modules too."""
    module = statement.module or ""
    if module:
        yield Wanted(module, statement.lineno, optional, statement.level)
    for alias in statement.names:
        if alias.name != "*":
            name = f"{module}.{alias.name}".lstrip(".")
            yield Wanted(name, statement.lineno, optional, statement.level)


def read_calls(statement: ast.AST, *, optional: bool) -> Iterator[Wanted]:
    """Yield what `import_module("x")` and `__import__("x")` import in a simple statement."""
    pending = [statement]
    while pending:
        node = pending.pop()
        inner = ast.iter_child_nodes(node)
        # Nested statements are read on their own.
        pending += [child for child in inner if not isinstance(child, ast.stmt)]
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = ast.unparse(node.func).rpartition(".")[2]
        first = node.args[0]
        if (
            called in ("import_module", "__import__")
            and isinstance(first, ast.Constant)
            and isinstance(first.value, str)
            and all(part.isidentifier() for part in first.value.split("."))
        ):
            yield Wanted(first.value, node.lineno, optional)


def forgives(handler: ast.ExceptHandler) -> bool:
    """Whether an except clause catches a missing module."""
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(ast.unparse(kind).rpartition(".")[2] in FORGIVING for kind in kinds)


def find_local(
    wanted: Wanted, importer: str, home: PurePosixPath, sources: Mapping[str, str]
) -> tuple[str, ...] | None:
    """Find the project's own files behind an import; None where it comes from elsewhere.

    An absolute import is looked for beside the entry, as Python does, then from the root.
    """
    if wanted.level:
        folder = PurePosixPath(importer).parent
        for _ in range(wanted.level - 1):
            folder = folder.parent
        return trace_module(folder, wanted.module, sources)
    for folder in dict.fromkeys((home, PurePosixPath())):
        files = trace_module(folder, wanted.module, sources)
        if files is not None:
            return files
    return None


def trace_module(
    folder: PurePosixPath, module: str, sources: Mapping[str, str]
) -> tuple[str, ...] | None:
    """List the files that importing `module` from `folder` runs; None if it is not there."""
    files: list[str] = []
    place = folder
    for depth, part in enumerate(module.split(".")):
        place = place / part
        for path in (f"{place}/__init__.py", f"{place}.py"):
            if path in sources:
                files.append(path)
                break
        else:
            # A folder without __init__.py is a package as well, if it holds Python files.
            if not any(path.startswith(f"{place}/") for path in sources):
                return tuple(files) if depth else None
    return tuple(files)
