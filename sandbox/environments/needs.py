"""What a script needs to run: its imports as distributions, the target, and the user's pins."""

import sys
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from sandbox.environments.imports import Import, list_imports
from sandbox.environments.pins import normalise_name, read_pins
from sandbox.runner import SandboxError


class EnvironmentProblem(SandboxError):
    """An environment cannot be had: what happened, what it means, what to do."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What an environment must hold."""

    requirements: tuple[str, ...]
    """What is installed, sorted: the target, what the script imports, and `--with`."""
    pins: tuple[str, ...]
    """Versions that must hold: `--with`, and the project's own for what the script imports."""
    constraints: tuple[str, ...]
    """Versions that the project's files ask for besides; given up where they cannot be met."""
    gpu: bool = False
    target: str = ""
    """The target component's requirement, one of `requirements`."""
    asked: tuple[str, ...] = ()
    """The entries of `--with`."""


@dataclass(frozen=True, slots=True)
class ModuleTable:
    """modules.toml, read."""

    distributions: Mapping[str, str]
    """Import name, maybe dotted, -> requirement."""
    companions: frozenset[str]
    gpu: frozenset[str]
    besides: Mapping[str, tuple[str, ...]]
    """Distribution -> those of which it needs one without saying so."""

    def find_distribution(self, module: str) -> str | None:
        """Return the requirement that brings a module: the longest dotted name wins."""
        parts = module.split(".")
        for length in range(len(parts), 0, -1):
            found = self.distributions.get(".".join(parts[:length]))
            if found is not None:
                return found
        return None


def read_modules(path: Path | None = None) -> ModuleTable:
    """Read modules.toml; the shipped one by default."""
    path = path or Path(__file__).with_name("modules.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    same = {name: name.replace("_", "-") for name in table["same"]}
    return ModuleTable(
        distributions=same | table["renamed"],
        companions=frozenset(normalise_name(name) for name in table["companions"]),
        gpu=frozenset(table["gpu"]),
        besides={name: tuple(choice) for name, choice in table["besides"].items()},
    )


def gather_needs(
    root: Path,
    sources: Mapping[str, str],
    entry: str,
    *,
    target: str,
    beside: tuple[str, ...] = (),
    with_: tuple[str, ...] = (),
    gpu: bool = False,
    adopted: bool = False,
) -> Needs:
    """Gather what `entry` needs, with `target`, a requirement such as `mlflow>=3.10,<4`.

    `beside`: versions that the target works with, which nobody has to keep.
    `adopted`: the environment is somebody's own and taken as it is, unknown modules included.
    Raises EnvironmentProblem where a module's distribution is not known or an entry of `with_`
    is no requirement, SyntaxError where the entry does not parse.
    """
    asked = {normalise_name(item.name): item for item in map(parse_asked, with_)}
    listed = read_pins(root, root / Path(entry).parent).requirements
    table = read_modules()
    names = asked.keys() | {normalise_name(item.name) for item in listed}
    found = find_distributions(list_imports(sources, entry), table, names, gpu=gpu)
    component = Requirement(target)
    installed = dict(found.wanted) | {normalise_name(component.name): component}
    if not adopted:
        refuse_unknown(found.unknown, asked, installed)
    for item in listed:
        name = normalise_name(item.name)
        if name in table.companions:
            installed.setdefault(name, Requirement(name))
    for name in asked:
        installed.setdefault(name, Requirement(name))
    for name, choice in table.besides.items():
        if name in installed and not installed.keys() & set(choice):
            installed[choice[-1]] = Requirement(choice[-1])
    pins = {str(item) for item in asked.values()}
    named = {normalise_name(item.name) for item in listed} | asked.keys()
    constraints = {text for text in beside if normalise_name(Requirement(text).name) not in named}
    for item in listed:
        name = normalise_name(item.name)
        if name in installed and name not in asked:
            pins.add(str(item))
        elif item.specifier and name not in asked:
            # A constraint may not name extras.
            constraints.add(f"{name}{item.specifier}")
    return Needs(
        requirements=tuple(sorted(str(item) for item in installed.values())),
        pins=tuple(sorted(pins)),
        constraints=tuple(sorted(constraints)),
        gpu=gpu,
        target=str(component),
        asked=tuple(sorted(map(str, asked.values()))),
    )


@dataclass(frozen=True, slots=True)
class Found:
    """Imports as distributions."""

    wanted: Mapping[str, Requirement]
    """Normalised name -> what brings the module."""
    unknown: tuple[Import, ...]
    """What nobody is known to bring, and the script does not do without."""


def find_distributions(
    imports: Iterable[Import], table: ModuleTable, names: Collection[str], *, gpu: bool
) -> Found:
    """Find what brings each module; `names` are distributions that the user's files mention."""
    wanted: dict[str, Requirement] = {}
    unknown: list[Import] = []
    explained: set[str] = set()
    for item in imports:
        top = item.module.partition(".")[0]
        if top in sys.stdlib_module_names or (item.optional and not gpu and top in table.gpu):
            continue
        distribution = table.find_distribution(item.module)
        if distribution is None and normalise_name(top) in names:
            distribution = normalise_name(top)
        if distribution is not None:
            requirement = Requirement(distribution)
            wanted.setdefault(normalise_name(requirement.name), requirement)
            explained.add(top)
        elif not item.optional:
            unknown.append(item)
    # `from google import protobuf`: `google` alone is nobody's.
    rest = [item for item in unknown if item.module.partition(".")[0] not in explained]
    return Found(wanted, tuple(rest))


def parse_asked(text: str) -> Requirement:
    """Parse one `--with` entry; raises EnvironmentProblem."""
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        raise EnvironmentProblem(
            f"`--with {text}` is not a requirement. Write DIST==VERSION, for example "
            "`--with scikit-learn==1.9.1`."
        ) from error
    if requirement.url:
        raise EnvironmentProblem(
            f"`--with {text}` names an address; only names and versions are taken. Put the package "
            "into an environment of your own and name that with `--python PATH`."
        )
    return requirement


def refuse_unknown(
    unknown: Iterable[Import], asked: Mapping[str, Requirement], wanted: Mapping[str, Requirement]
) -> None:
    """Raise EnvironmentProblem for modules that no known distribution brings.

    A `--with` entry that nothing else explains is taken to bring one of them.
    """
    places: dict[str, Import] = {}
    for item in unknown:
        places.setdefault(item.module.partition(".")[0], item)
    unexplained = sum(1 for name in asked if name not in wanted)
    if len(places) <= unexplained:
        return
    named = ", ".join(f"`{top}` ({item.file}, line {item.line})" for top, item in places.items())
    several = len(places) > 1
    raise EnvironmentProblem(
        f"It is not known which package{'s bring' if several else ' brings'} the imported "
        f"module{'s' if several else ''} {named}. Name {'each' if several else 'it'} with "
        "`--with DIST==VERSION`, or take an environment that has "
        f"{'them' if several else 'it'} with `--python PATH`."
    )
