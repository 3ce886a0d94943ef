"""What a run needs for the witness to be in it: a folder on the import path, two variables."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

MODE_VARIABLE = "_SITE_STREAM_MODE"
_HASH_SEEDS = 2**32


def child_folder() -> Path:
    """The folder to put first on the import path of every Python of the run."""
    return Path(__file__).resolve().parent / "child"


def witness_variables(
    *, seed: int | None = None, nudge: bool = False, hidden: Sequence[str] = ()
) -> Mapping[str, str]:
    """Environment of a run: global generators start at `seed`; `nudge` moves metric values.

    Without a seed they start wherever the program has them start. The top-level packages that are
    `hidden` look as if they were not installed.
    """
    words = [f"nudge={int(nudge)}"]
    if hidden:
        words.append(f"hide={'+'.join(hidden)}")
    variables: dict[str, str] = {}
    if seed is not None:
        words.append(f"seed={seed}")
        variables["PYTHONHASHSEED"] = str(seed % _HASH_SEEDS)
    variables[MODE_VARIABLE] = ",".join(words)
    return MappingProxyType(variables)
