"""Every choice a user may make, read once; the only reader of the environment."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import platformdirs

Sandbox = Literal["auto", "docker", "bubblewrap", "process"]
Shrink = Literal["auto", "off"]


class SettingsError(Exception):
    """A choice that cannot be: says which, and what would do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user chose, or the defaults. Holds no secret."""

    coder: str = "auto"
    """`auto` (rules first, then a configured model), `rules`, or a model's name."""
    sandbox: Sandbox = "auto"
    python: str = ""
    """An existing interpreter or environment folder; empty: one is resolved."""
    run: str = ""
    """The command that runs the script; empty: `python SCRIPT`."""
    data: tuple[str, ...] = ()
    """`PATH[:TARGET]`, readable inside the sandbox, never writable."""
    network: bool = False
    shrink: Shrink = "auto"
    """Whether a script that would not end within its seconds is proved on less work."""
    pins: tuple[str, ...] = ()
    """`PKG==VERSION`, as `--with` takes them."""
    passes: int = 3
    max_attempts: int = 9
    max_seconds: float = 1800.0
    attempt_seconds: float = 120.0
    memory_mib: int = 3072
    seed: int = 0
    runs: str = ""
    """The folder journals are kept in; empty: the user's data folder."""
    cache: str = ""
    """The folder environments are kept in; empty: the user's cache folder."""

    @property
    def runs_folder(self) -> Path:
        """Where journals are kept."""
        return Path(self.runs) if self.runs else platformdirs.user_data_path("mlgraft") / "runs"

    @property
    def cache_folder(self) -> Path:
        """Where environments are kept."""
        return Path(self.cache) if self.cache else platformdirs.user_cache_path("mlgraft")


POSITIVE = ("passes", "max_attempts", "max_seconds", "attempt_seconds", "memory_mib")


def read_settings(flags: Mapping[str, object], config: Path | None = None) -> Settings:
    """Merge flags, `MLGRAFT_*` variables and a configuration file, in that order of precedence.

    A flag that is None or an empty tuple was not given. Raises SettingsError.
    """
    known = {field.name: field.type for field in fields(Settings)}
    chosen: dict[str, object] = {}
    for name, value in _read_config(config).items():
        key = "pins" if name == "with" else name.replace("-", "_")
        if key not in known:
            raise SettingsError(
                f"The configuration names '{name}', which is no setting of mlgraft."
            )
        chosen[key] = value
    for key in known:
        if (text := os.environ.get(f"MLGRAFT_{key.upper()}")) is not None:
            chosen[key] = text
    chosen.update({key: value for key, value in flags.items() if value not in (None, ())})
    settings = Settings(**{key: _convert(key, value) for key, value in chosen.items()})
    for key in POSITIVE:
        if getattr(settings, key) <= 0:
            raise SettingsError(f"{_flag(key)} must be greater than 0.")
    return settings


def _read_config(config: Path | None) -> Mapping[str, object]:
    """Read `--config`, else `mlgraft.toml`, else `[tool.mlgraft]` of the folder one stands in."""
    path = config or next(
        (path for path in (Path("mlgraft.toml"), Path("pyproject.toml")) if path.is_file()), None
    )
    if path is None:
        return {}
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"The configuration {path} cannot be read: {error}.") from error
    table: object = document
    if path.name == "pyproject.toml":
        table = document.get("tool", {}).get("mlgraft", {})
    if not isinstance(table, dict):
        raise SettingsError(f"The configuration {path} is not a table of settings.")
    return table


def _convert(key: str, value: object) -> Any:
    """Bring a flag, a variable or a TOML value to the type its field has."""
    kind = next(field.type for field in fields(Settings) if field.name == key)
    try:
        if kind is bool:
            return _read_truth(value)
        if kind in (int, float) and not isinstance(value, bool):
            return kind(value)
        if get_origin(kind) is tuple:
            words = value.split() if isinstance(value, str) else value
            if not isinstance(words, list | tuple):
                raise TypeError(value)
            return tuple(map(str, words))
    except (TypeError, ValueError) as error:
        raise SettingsError(f"{_flag(key)} cannot be '{value}'.") from error
    if get_origin(kind) is Literal and value not in get_args(kind):
        choices = ", ".join(get_args(kind))
        raise SettingsError(f"{_flag(key)} cannot be '{value}'; it is one of {choices}.")
    return str(value)


def _read_truth(value: object) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True}
    words |= {"0": False, "false": False, "no": False, "off": False, "": False}
    lowered = str(value).lower()
    if lowered not in words:
        raise ValueError(value)
    return words[lowered]


def _flag(key: str) -> str:
    return "--with" if key == "pins" else "--" + key.replace("_", "-")
