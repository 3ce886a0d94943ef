"""W&B: experiment tracking without its server, in the log each run writes."""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from sandbox.oracle import Question
from sandbox.oracles.store import Store
from sandbox.oracles.wandb_log import LogError, UnknownLogError, read_log
from sandbox.oracles.wandb_records import RecordError
from sandbox.oracles.wandb_run import LoggedRun, read_logged_run
from sandbox.witness.testimony import Testimony

MAX_BYTES = 1024**3
MAX_RUNS = 500
MAX_DEPTH = 6
MAX_FOLDERS = 20_000

_OWN = re.compile(
    r"^wandb/|(?:^|/)wandb/(?:(?:offline-)?run-\d{8}_\d{6}-[^/]*|latest-run|debug[\w.-]*)(?:/|$)"
)
_RUN = re.compile(r"offline-run-\d{8}_\d{6}-.+")


class WandbOracle:
    """Reads W&B's logs without W&B."""

    component = "wandb"
    keeps_inputs = False

    def variables(self, work: str) -> Mapping[str, str]:
        """Environment under which W&B stays offline, quiet, and below `work`."""
        work = work.rstrip("/")
        kept = f"{work}/wandb/.kept"
        return {
            "WANDB_MODE": "offline",
            "WANDB_DIR": work,
            "WANDB_CACHE_DIR": kept,
            "WANDB_CONFIG_DIR": kept,
            "WANDB_DATA_DIR": kept,
            "WANDB_ARTIFACT_DIR": kept,
            "WANDB_SILENT": "true",
            "WANDB_CONSOLE": "off",
            "WANDB_DISABLE_GIT": "true",
            "WANDB_DISABLE_CODE": "true",
            "WANDB_ERROR_REPORTING": "false",
            "WANDB_X_DISABLE_STATS": "true",
            "WANDB_DISABLE_JOB_CREATION": "true",
            "DO_NOT_TRACK": "true",
        }

    def owns(self, relative: str) -> bool:
        """Tell whether a path is one of W&B's own."""
        return _OWN.search(relative) is not None

    def template_script(self) -> str:
        """Nothing: a run makes its own log."""
        return ""

    def plant(self, template: Path | None, folder: Path, work: str) -> None:
        """Nothing has to be there before a run."""

    def ask(self, folder: Path, testimony: Testimony) -> Question | None:
        """Nothing: the logs say it all."""
        return None

    def read(self, folder: Path, testimony: Testimony, answer: str) -> Store:
        """Read what a run left in its work folder."""
        found: list[LoggedRun] = []
        counted = find_counted(testimony)
        try:
            for number, path in enumerate(_find_logs(folder)):
                if number >= MAX_RUNS:
                    return Store("", unreadable=f"W&B has left more than {MAX_RUNS} runs.")
                name = path.name[:80]
                logged = read_logged_run(read_log(_read_bytes(path)), counted)
                if logged is not None:
                    found.append(logged)
        except UnknownLogError as problem:
            return Store("", unreadable=f"W&B's log {name}: {problem}.", unknown=True)
        except (LogError, RecordError) as problem:
            return Store("", unreadable=f"W&B's log {name}: {problem}.")
        except OSError as problem:
            return Store("", unreadable=f"A log of W&B cannot be read: {problem.strerror}.")
        if not found:
            return Store(schema="")
        found.sort(key=lambda logged: logged.began)
        versions = ", ".join(sorted({logged.version or "?" for logged in found}))
        runs = tuple(logged.run for logged in found)
        return Store(schema=f"wandb offline log v0, {versions}", runs=runs)


def find_counted(testimony: Testimony) -> frozenset[str]:
    """Runs that were sent no step of the script's own: W&B counted the calls."""
    sent = [record for record in testimony.sent if record.call == "wandb_log"]
    stepped = {record.run for record in sent if record.step is not None}
    return frozenset({record.run for record in sent} - stepped)


def _find_logs(folder: Path) -> Iterator[Path]:
    """The log of every run below a folder; links are neither followed nor read."""
    pending = [(folder, 0)]
    for visited, (place, depth) in enumerate(pending):
        if visited > MAX_FOLDERS:
            return
        with os.scandir(place) as entries:
            inside = sorted(entries, key=lambda entry: entry.name)
        for entry in inside:
            if not entry.is_dir(follow_symlinks=False):
                continue
            path = Path(entry.path)
            if place.name == "wandb" and _RUN.fullmatch(entry.name):
                yield from sorted(path.glob("run-*.wandb"))
            elif depth < MAX_DEPTH:
                pending.append((path, depth + 1))


def _read_bytes(path: Path) -> bytes:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as content:
        state = os.fstat(content.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise LogError("it is not an ordinary file")
        if state.st_size > MAX_BYTES:
            raise LogError("it is larger than 1 GiB")
        return content.read(MAX_BYTES)
