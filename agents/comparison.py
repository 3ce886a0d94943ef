"""Two programs and what the second should have gained -> a Request that only asks for a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from agents.gates.program import find_imports, parse_program, reachable_files
from agents.intake import SOURCE_MIB, IntakeError, read_request, read_sources
from agents.planner import STEPS
from agents.records import Functionality, Given, Request, Stage, Task
from agents.settings import Settings
from agents.wishes import read_wishes
from knowledge.components import Component, ComponentError, find_components, read_component
from sandbox.luggage import gather_luggage

FUNCTIONALITIES: tuple[Functionality, ...] = get_args(Functionality)

_RIVALRY = frozenset({"experiment_tracking", "hyperparameter_optimization", "version_control"})
"""Where a second component for the same thing means that the first one is moved away from."""

_COMMITTING = (".index.add", ".index.commit", ".git.add", ".git.commit", "create_tag")
"""What a script does that versions something with git, and does not only ask for a hash."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What the second program is said to have gained."""

    functionality: str
    target: str
    source: str = ""
    """The component moved away from; empty: found in the first program's imports."""
    words: str = ""
    """The request in plain words, where there was one: it names trials, sparsity, an alias."""


def read_comparison(before: Path, after: Path, claim: Claim, settings: Settings) -> Request:
    """Check what was given and write it down. Raises IntakeError."""
    functionality = next((one for one in FUNCTIONALITIES if one == claim.functionality), None)
    if functionality is None or functionality == "other":
        known = ", ".join(one for one in FUNCTIONALITIES if one != "other")
        raise IntakeError(
            f"--functionality cannot be '{claim.functionality}'; it is one of {known}."
        )
    target = _find_component(claim.target, functionality)
    words = claim.words or f"{functionality.replace('_', ' ')} with {target.name}"
    request = read_request(before, words, settings)
    if not after.exists():
        raise IntakeError(f"{after} does not exist.")
    if before.is_dir() != after.is_dir():
        raise IntakeError("BEFORE and AFTER are both scripts or both folders.")
    old = read_sources(Path(request.root), request.entry)
    new = _read_folder(after) if after.is_dir() else _read_script(after, request.entry, old)
    if after.is_dir() and request.entry not in new:
        raise IntakeError(f"{after} has no {request.entry}, which is what is run in {before}.")
    if claim.source:
        source = _find_component(claim.source, functionality).name
    else:
        source = _find_rival(old, request.entry, functionality, target)
    task: Task = "translate" if source else "inline"
    steps = (f"every call of {source} moved to {target.name}",) if source else STEPS[functionality]
    return replace(
        request,
        given=Given(
            stage=Stage(
                task=task,
                functionality=functionality,
                target=target.name,
                source=source or None,
                steps=steps,
                asked=dict(read_wishes(claim.words)),
            ),
            files={name: text for name, text in new.items() if old.get(name) != text},
            deleted=tuple(sorted(old.keys() - new.keys())) if after.is_dir() else (),
        ),
    )


def _find_component(name: str, functionality: Functionality) -> Component:
    try:
        component = read_component(name.lower())
    except ComponentError as error:
        raise IntakeError(str(error)) from error
    if functionality not in component.functionality:
        does = " and ".join(word.replace("_", " ") for word in component.functionality)
        raise IntakeError(f"{component.name} does {does}, not {functionality.replace('_', ' ')}.")
    return component


def _find_rival(
    old: Mapping[str, str], entry: str, functionality: Functionality, target: Component
) -> str:
    """The component that the first program uses for the same thing, or an empty string."""
    if functionality not in _RIVALRY:
        return ""
    texts = [old[file] for file in reachable_files(old, entry)]
    imported = {
        name
        for text in texts
        if (tree := parse_program(text)) is not None
        for name in find_imports(tree).values()
    }
    for component in find_components():
        if component.name == target.name or functionality not in component.functionality:
            continue
        own = tuple(component.import_names)
        if not any(name == one or name.startswith(f"{one}.") for name in imported for one in own):
            continue
        if component.name != "gitpython" or any(
            call in text for text in texts for call in _COMMITTING
        ):
            return component.name
    return ""


def _read_script(path: Path, entry: str, old: Mapping[str, str]) -> Mapping[str, str]:
    """The script in the place of the first one, with its own modules where they lie elsewhere."""
    text = _read_text(path)
    beside = {**_read_folder(path.parent), path.name: text}
    used = reachable_files(beside, path.name)
    return {**old, **{name: beside[name] for name in used if name != path.name}, entry: text}


def _read_folder(folder: Path) -> Mapping[str, str]:
    try:
        files = gather_luggage(folder).files
    except OSError as error:
        raise IntakeError(f"The folder {folder} cannot be read: {error.strerror}.") from error
    return {name: _read_text(folder / name) for name in files if name.endswith(".py")}


def _read_text(path: Path) -> str:
    """A file's text. Whether it is valid Python is for the gates to say."""
    try:
        if path.stat().st_size > SOURCE_MIB * 2**20:
            raise IntakeError(f"{path.name} is larger than {SOURCE_MIB} MiB. Is it data?")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise IntakeError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise IntakeError(f"{path.name} is not UTF-8 text. Convert it to UTF-8 first.") from error
