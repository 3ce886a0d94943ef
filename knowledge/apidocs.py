"""Installed packages -> documented symbols, read and never run; only the files on the way."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import griffe

from knowledge.installed import find_distribution

LONGEST_TRAIL = 200
"""Names looked at for one that was asked for."""
LARGEST_BYTES = 5_000_000
NAMED = frozenset({"positional or keyword", "keyword-only"})
SUMMARY_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a function, without `self`."""

    name: str
    kind: str
    """griffe's words: `positional-only`, `positional or keyword`, `keyword-only`,
    `variadic positional`, `variadic keyword`."""
    required: bool


@dataclass(frozen=True, slots=True)
class Symbol:
    """One documented name of one installed version."""

    name: str
    """As it was asked for."""
    package: str
    version: str
    file: str
    """Where it is defined, relative to the folder that holds the package."""
    line: int
    kind: str
    """`function`, `class`, `method`, `attribute` or `module`."""
    signature: str
    """`(key: str, value: float) -> None`; empty for what is not called, or not known."""
    summary: str
    """The first paragraph of the docstring."""
    parameters: tuple[Parameter, ...] | None = None
    """None: not known, any call binds."""


@dataclass(frozen=True, slots=True)
class Library:
    """The modules of some folders, read as far as they were asked for."""

    folders: tuple[Path, ...]
    modules: dict[str, griffe.Module | None] = field(default_factory=dict)
    trail: dict[str, griffe.Object | None] = field(default_factory=dict)
    """What the present search has found, and None for what it is still looking for: packages that
    import everything from one another would otherwise be searched for ever."""

    def search(self, name: str) -> griffe.Object | None:
        """Find where a dotted name is defined."""
        self.trail.clear()
        return self.find(name)

    def read_module(self, name: str) -> griffe.Module | None:
        """Read one module's own file; None where it is not there or not readable as Python."""
        if name not in self.modules:
            self.modules[name] = self.visit(name)
        return self.modules[name]

    def visit(self, name: str) -> griffe.Module | None:
        """Find and parse a module's file."""
        parts = name.split(".")
        for folder in self.folders:
            place = folder.joinpath(*parts)
            for path in (place / "__init__.py", place.with_name(f"{place.name}.py")):
                if path.is_file() and path.stat().st_size <= LARGEST_BYTES:
                    code = path.read_text(encoding="utf-8-sig", errors="replace")
                    try:
                        parent = self.shape_parent(folder, parts)
                        return griffe.visit(parts[-1], path, code, parent=parent)
                    except (SyntaxError, ValueError, RecursionError):
                        return None
        return None

    def shape_parent(self, folder: Path, parts: Sequence[str]) -> griffe.Module | None:
        """Make the packages above a module, empty: relative imports are counted along them."""
        parent: griffe.Module | None = None
        for depth, part in enumerate(parts[:-1]):
            path = folder.joinpath(*parts[: depth + 1], "__init__.py")
            parent = griffe.Module(part, filepath=path, parent=parent)
        return parent

    def find(self, path: str) -> griffe.Object | None:
        """Find where a dotted name is defined, within one search."""
        if path not in self.trail:
            if len(self.trail) >= LONGEST_TRAIL:
                return None
            self.trail[path] = None
            self.trail[path] = self.walk(path)
        return self.trail[path]

    def walk(self, path: str) -> griffe.Object | None:
        """Follow a dotted name through modules, re-exports and classes."""
        parts = path.split(".")
        module = self.read_module(parts[0])
        if module is None:
            return None
        found: griffe.Object = module
        for position, part in enumerate(parts[1:], 1):
            rest = ".".join(parts[position + 1 :])
            step = self.step(found, part, last=not rest)
            if step is None:
                return None
            found = step
        return found

    def step(self, place: griffe.Object, part: str, *, last: bool) -> griffe.Object | None:
        """Find one name inside a module or a class."""
        member = place.members.get(part)
        if isinstance(place, griffe.Module):
            # `sklearn = LazyLoader(...)` stands for the module of that name.
            stands_for = isinstance(member, griffe.Attribute) and (
                not last or str(member.value).startswith("LazyLoader(")
            )
            if member is None or stands_for:
                submodule = self.read_module(f"{place.path}.{part}")
                if submodule is not None:
                    return submodule
            if member is None:
                return self.search_wildcards(place, part)
        if member is None:
            return self.search_ancestors(place, part)
        if isinstance(member, griffe.Alias):
            return self.find(member.target_path)
        if isinstance(member, griffe.Attribute):
            return self.follow_assignment(member, place) or member
        return member

    def search_wildcards(self, module: griffe.Module, part: str) -> griffe.Object | None:
        """Look for a name in the modules that this one imports everything from."""
        for name, member in module.members.items():
            if isinstance(member, griffe.Alias) and name.endswith("/*"):
                source = self.find(member.target_path)
                exported = isinstance(source, griffe.Module) and is_exported(source, part)
                if isinstance(source, griffe.Module) and exported:
                    found = self.find(f"{source.path}.{part}")
                    if found is not None:
                        return found
        return None

    def search_ancestors(self, place: griffe.Object, part: str) -> griffe.Object | None:
        """Look for a member in the classes that a class derives from."""
        if not isinstance(place, griffe.Class):
            return None
        for base in place.bases:
            ancestor = self.find_named(str(base), place)
            if isinstance(ancestor, griffe.Class) and ancestor is not place:
                found = self.find(f"{ancestor.path}.{part}")
                if found is not None:
                    return found
        return None

    def follow_assignment(
        self, member: griffe.Attribute, place: griffe.Object
    ) -> griffe.Object | None:
        """Follow `Name = other.Name` to what it stands for; None for any other value."""
        value = str(member.value)
        if not all(word.isidentifier() for word in value.split(".")) or value == member.name:
            return None
        return self.find_named(value, place)

    def find_named(self, name: str, place: griffe.Object) -> griffe.Object | None:
        """Find what a name, maybe dotted, means where it is written."""
        name = name.partition("[")[0]
        return self.find(f"{place.module.path}.{name}")


def look_up(site_packages: Sequence[Path], name: str) -> Symbol | None:
    """Find a dotted name such as `mlflow.log_metric` in installed packages.

    None where it does not exist, or reading alone cannot tell (compiled or generated code).
    """
    found = look_up_all(site_packages, (name,))
    return found[0] if found else None


def look_up_all(site_packages: Sequence[Path], names: Sequence[str]) -> tuple[Symbol, ...]:
    """Find several names, each file read once; those that do not exist are left out."""
    library = Library(tuple(site_packages))
    symbols: list[Symbol] = []
    for name in names:
        if all(part.isidentifier() for part in name.split(".")):
            found = library.search(name)
            if found is not None:
                symbols.append(describe(library, name, found))
    return tuple(symbols)


def describe(library: Library, name: str, found: griffe.Object) -> Symbol:
    """Turn what was found into a Symbol."""
    path = Path(str(found.filepath))
    folder = next(place for place in library.folders if path.is_relative_to(place))
    distribution = find_distribution(folder, path.relative_to(folder).as_posix())
    called: griffe.Object | None = found
    if isinstance(found, griffe.Class):
        called = library.step(found, "__init__", last=True)
    in_class = isinstance(found, griffe.Class) or isinstance(found.parent, griffe.Class)
    parameters: tuple[Parameter, ...] | None = None
    signature = ""
    if isinstance(called, griffe.Function):
        bound = in_class and "staticmethod" not in called.labels
        shown = list(called.parameters)[1 if bound else 0 :]
        # A decorator may hand out another signature than the one it is written on.
        if not called.decorators or called.labels & {"staticmethod", "classmethod"}:
            parameters = tuple(read_parameter(item) for item in shown)
        returns = "" if called is not found or called.returns is None else f" -> {called.returns}"
        signature = f"({', '.join(write_parameters(shown))}){returns}"
    docstring = found.docstring.value if found.docstring else ""
    return Symbol(
        name=name,
        package=distribution.name,
        version=distribution.version,
        file=path.relative_to(folder).as_posix(),
        line=found.lineno or 1,
        kind="method" if found.is_function and in_class else found.kind.value,
        signature=signature,
        summary=" ".join(docstring.strip().split("\n\n")[0].split())[:SUMMARY_CHARACTERS],
        parameters=parameters,
    )


def read_parameter(item: griffe.Parameter) -> Parameter:
    """Read one of griffe's parameters."""
    kind = item.kind.value if item.kind is not None else "positional or keyword"
    return Parameter(item.name, kind, item.default is None and not kind.startswith("variadic"))


def write_parameters(items: Sequence[griffe.Parameter]) -> Iterator[str]:
    """Write parameters as they stand in a signature."""
    starred = False
    kinds = [read_parameter(item).kind for item in items]
    for position, (item, kind) in enumerate(zip(items, kinds, strict=True)):
        if kind == "keyword-only" and not starred:
            yield "*"
        starred = starred or kind in ("keyword-only", "variadic positional")
        stars = {"variadic positional": "*", "variadic keyword": "**"}.get(kind, "")
        text = f"{stars}{item.name}"
        annotated = item.annotation is not None
        if annotated:
            text += f": {item.annotation}"
        if item.default is not None and not stars:
            text += f" = {item.default}" if annotated else f"={item.default}"
        yield text
        after = kinds[position + 1] if position + 1 < len(kinds) else ""
        if kind == "positional-only" and after != "positional-only":
            yield "/"


def is_exported(module: griffe.Module, name: str) -> bool:
    """Whether `from module import *` brings a name."""
    listed = module.members.get("__all__")
    if isinstance(listed, griffe.Attribute) and listed.value is not None:
        try:
            return name in ast.literal_eval(str(listed.value))
        except (ValueError, TypeError, SyntaxError):
            return True
    return not name.startswith("_")


def bind(symbol: Symbol, positional: int, keywords: tuple[str, ...]) -> str | None:
    """Say why a call with so many positional and these keyword arguments does not bind.

    None where it binds, or where the parameters are not known.
    """
    if symbol.parameters is None:
        return None
    by_position = [item for item in symbol.parameters if item.kind.startswith("positional")]
    named = {item.name for item in symbol.parameters if item.kind in NAMED}
    kinds = {item.kind for item in symbol.parameters}
    if positional > len(by_position) and "variadic positional" not in kinds:
        return (
            f"{symbol.name} takes at most {len(by_position)} positional arguments, "
            f"{positional} are given"
        )
    taken = {item.name for item in by_position[:positional]}
    for keyword in keywords:
        if keyword not in named and "variadic keyword" not in kinds:
            return f"{symbol.name} has no parameter `{keyword}`"
        if keyword in taken & named:
            return f"{symbol.name} is given `{keyword}` twice"
    for item in symbol.parameters:
        if item.required and item.name not in taken and item.name not in keywords:
            return f"{symbol.name} misses its argument `{item.name}`"
    return None
