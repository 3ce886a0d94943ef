"""Runs a small script with the witness in it, the way a runner would."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.witness.channel import Channel
from sandbox.witness.expressions import instrument
from sandbox.witness.reading import read_testimony
from sandbox.witness.setup import child_folder, witness_variables
from sandbox.witness.testimony import Testimony


@dataclass(frozen=True, slots=True)
class Ran:
    """What a witnessed script left behind."""

    code: int
    stdout: str
    stderr: str
    testimony: Testimony

    def values_of(self, function: str) -> tuple[tuple[float, ...], ...]:
        """The values of everything seen of one function, in order."""
        return tuple(seen.values for seen in self.testimony.sightings if seen.function == function)


def run_witnessed(
    folder: Path,
    text: str,
    *,
    original: str | None = None,
    python: Path = Path(sys.executable),
    library: Path | None = None,
    seed: int | None = 0,
    nudge: bool = False,
    instrumented: bool = True,
    witnessed: bool = True,
    channel: bool = True,
    variables: Mapping[str, str] | None = None,
) -> Ran:
    """Run `text` as `train.py` in a work folder below `folder`.

    `witnessed` is whether the witness's folder is on the import path, `channel` whether it is
    given anything to write to.
    """
    work = folder / "work"
    work.mkdir(exist_ok=True)
    files = {"train.py": text}
    if instrumented:
        files = dict(instrument({"train.py": text if original is None else original}, files))
    (work / "train.py").write_text(files["train.py"], encoding="utf-8")
    path = folder / "testimony.jsonl"
    search = [child_folder()] if witnessed else []
    if library is not None:
        search.append(library)
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(work),
        "PYTHONPATH": os.pathsep.join(str(entry) for entry in search),
        **witness_variables(seed=seed, nudge=nudge),
        **(variables or {}),
    }
    with Channel(path) as opened:
        if channel:
            environment.update(opened.variables)
        done = subprocess.run(
            [str(python), "train.py"],
            cwd=work,
            env=environment,
            pass_fds=opened.fds if channel else (),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    return Ran(done.returncode, done.stdout, done.stderr, read_testimony(path))
