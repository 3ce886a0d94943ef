"""The MLOps components that are known, one TOML file each."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_name("components")
FIELDS = frozenset(
    {"name", "functionality", "distribution", "requirement", "import_names", "documents"}
)
OPTIONAL = frozenset({"beside"})


class ComponentError(Exception):
    """A component is not known, or its file is not in order: says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Component:
    """One MLOps component."""

    name: str
    functionality: tuple[str, ...]
    """What it is used for: `experiment_tracking`, ..."""
    distribution: str
    requirement: str
    """The versions that are supported, as a requirement: `mlflow>=2.22,<4`."""
    import_names: tuple[str, ...]
    documents: tuple[str, ...]
    """Public names whose documentation is looked at first."""
    beside: tuple[str, ...] = ()
    """Versions of other packages that it works with, where it does not say so by itself."""


def read_component(name: str, folder: Path = FOLDER) -> Component:
    """Read one component's file; raises ComponentError."""
    path = folder / f"{name}.toml"
    if not name.replace("_", "").replace(".", "").isalnum() or not path.is_file():
        known = ", ".join(item.stem for item in sorted(folder.glob("*.toml")))
        raise ComponentError(f"`{name}` is no component that is known. Known: {known}.")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ComponentError(f"{path.name} cannot be read: {error}. Mend it.") from error
    odd = sorted((table.keys() - OPTIONAL) ^ FIELDS)
    if odd:
        raise ComponentError(f"{path.name}: these fields are missing or unknown: {', '.join(odd)}.")
    return Component(
        name=str(table["name"]),
        functionality=tuple(table["functionality"]),
        distribution=str(table["distribution"]),
        requirement=str(table["requirement"]),
        import_names=tuple(table["import_names"]),
        documents=tuple(table["documents"]),
        beside=tuple(table.get("beside", ())),
    )


def find_components(folder: Path = FOLDER) -> tuple[Component, ...]:
    """Read all components, by name."""
    return tuple(read_component(path.stem, folder) for path in sorted(folder.glob("*.toml")))
