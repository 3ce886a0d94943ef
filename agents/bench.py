"""One attempt: a fresh folder, the program under the witness, and everything it left, read."""

import ast
import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from agents.gates.exhibit import Observation
from agents.records import Attempted, Candidate, Prepared, Proof, Reduction, Request
from agents.secrecy import find_secrets, mask_text
from agents.shrinking.applying import shrink_folder, shrink_texts
from agents.shrinking.command import shrink_command
from sandbox.environments.backends import backend_variables
from sandbox.luggage import gather_luggage, list_special, pack
from sandbox.oracle import Oracle, Question
from sandbox.runner import Runner
from sandbox.trial import Attempt, Limits, Mount, Trial
from sandbox.witness.expressions import instrument, restore_text
from sandbox.witness.reading import read_testimony
from sandbox.witness.setup import child_folder, witness_variables
from sandbox.witness.testimony import Testimony

PRODUCTS = 2_000
ANSWER_KIB = 8_192
SEED_OPTIONS = ("--seed", "--random-seed", "--random_seed", "--random-state", "--random_state")


@dataclass(frozen=True, slots=True)
class Errand:
    """One attempt that is to be made."""

    place: str
    """Folder below `artifacts/`."""
    proof: Proof
    seed: int
    candidate: Candidate | None = None
    """None: the original."""
    hidden: tuple[str, ...] = ()
    """Packages that must look as if they were not installed."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the attempts of one run are executed and kept."""

    folder: Path
    """The run's own: holds `original/`, and `artifacts/PLACE/` for each attempt."""
    request: Request
    prepared: Prepared
    runner: Runner
    sources: Mapping[str, str]
    """The original's Python files, relative path -> text."""
    mounts: tuple[Mount, ...]
    oracle: Oracle
    """Reads what the target component keeps."""
    source: Oracle | None = None
    """For a translation: reads what the component that is moved away from keeps."""
    moved: bool = False
    """Statements may have moved into functions: expressions are watched wherever they stand."""
    beside: Mapping[str, str] = field(default_factory=dict)
    """For a translation: the requirements and settings that travel, relative path -> text."""
    template: Path | None = None
    """An empty store of the target, to be copied; None: each attempt makes its own."""
    reductions: tuple[Reduction, ...] = ()

    @property
    def oracles(self) -> tuple[Oracle, ...]:
        """Target, then source."""
        return (self.oracle, self.source) if self.source else (self.oracle,)


@dataclass(frozen=True, slots=True)
class Result:
    """One attempt that was made: the record of it, and what there is to look at."""

    attempted: Attempted
    observation: Observation


async def run_errand(bench: Bench, errand: Errand, seconds: float) -> Result:
    """Run the original or a candidate once, in a fresh folder, for at most so many seconds.

    Raises SandboxError where the house is broken.
    """
    candidate = errand.candidate
    home = bench.folder / "artifacts" / errand.place
    shutil.rmtree(home, ignore_errors=True)
    work = home / "work"
    work.mkdir(parents=True)
    pack(gather_luggage(bench.folder / "original"), work)
    shrink_folder(work, bench.reductions)
    sources = shrink_texts(bench.sources, bench.reductions)
    files = {**bench.sources, **(candidate.files if candidate else {})}
    shrunk = shrink_texts(files, bench.reductions)
    for name, text in instrument(sources, shrunk, moved=bench.moved).items():
        (work / name).write_text(text, encoding="utf-8", newline="")
    inside = bench.runner.work_folder(work)
    for oracle in bench.oracles:
        oracle.plant(bench.template if oracle is bench.oracle else None, work, inside)
    before = _hash_files(work)
    settings = bench.request.settings
    attempt = await bench.runner.run(
        Trial(
            command=shrink_command(_seeded(bench, errand.seed), bench.reductions),
            folder=work,
            python=Path(bench.prepared.python),
            readable=tuple(map(Path, bench.prepared.readable)),
            variables={
                **_store_variables(bench, inside),
                **witness_variables(
                    seed=errand.seed, nudge=errand.proof == "nudged", hidden=errand.hidden
                ),
            },
            import_path=(child_folder(), *map(Path, bench.prepared.import_path)),
            mounts=bench.mounts,
            testimony=home / "testimony.jsonl",
            network=settings.network,
            trusted=candidate is None or candidate.coder == "rules",
            limits=Limits(seconds=seconds, memory_mib=settings.memory_mib),
        )
    )
    after = _hash_files(work)
    products = {
        name: digest
        for name, digest in after.items()
        if before.get(name) != digest and not _is_owned(bench, name)
    }
    secrets = find_secrets(bench.request.command)
    attempt = replace(
        attempt,
        stdout=mask_text(attempt.stdout, secrets),
        stderr=mask_text(restore_text(attempt.stderr), secrets),
    )
    (home / "stdout.txt").write_text(attempt.stdout, encoding="utf-8")
    (home / "stderr.txt").write_text(attempt.stderr, encoding="utf-8")
    if not any(oracle.keeps_inputs for oracle in bench.oracles):
        for name in before.keys() - products.keys():
            if not _is_owned(bench, name):
                (work / name).unlink(missing_ok=True)
    attempted = Attempted(
        place=errand.place,
        candidate=candidate.number if candidate else 0,
        proof=errand.proof,
        seed=errand.seed,
        status=attempt.status,
        exit_code=attempt.exit_code,
        seconds=attempt.seconds,
        cpu_seconds=attempt.cpu_seconds,
        memory_mib=attempt.memory_mib,
        cut=attempt.cut,
        oom=attempt.oom,
        detail=attempt.detail,
        products=dict(sorted(products.items())[:PRODUCTS]),
    )
    testimony = read_testimony(home / "testimony.jsonl")
    await _interrogate(bench, home, testimony, trusted=candidate is None)
    return Result(attempted, _observe(bench, attempt, home, attempted))


def reread_errand(bench: Bench, attempted: Attempted) -> Result:
    """Read back from disk what an attempt of an interrupted process left."""
    home = bench.folder / "artifacts" / attempted.place
    attempt = Attempt(
        status=attempted.status,
        exit_code=attempted.exit_code,
        stdout=(home / "stdout.txt").read_text(encoding="utf-8"),
        stderr=(home / "stderr.txt").read_text(encoding="utf-8"),
        folder=home / "work",
        testimony=home / "testimony.jsonl",
        cut=attempted.cut,
        oom=attempted.oom,
        seconds=attempted.seconds,
        cpu_seconds=attempted.cpu_seconds,
        memory_mib=attempted.memory_mib,
        detail=attempted.detail,
    )
    return Result(attempted, _observe(bench, attempt, home, attempted))


async def _interrogate(bench: Bench, home: Path, testimony: Testimony, *, trusted: bool) -> None:
    """Ask in a fresh sandbox what only the components themselves can answer; keep the answers."""
    for oracle in bench.oracles:
        question = oracle.ask(home / "work", testimony)
        if question is not None:
            answer = await _ask(bench, home, question, trusted=trusted)
            (home / f"{oracle.component}.answer").write_text(answer, encoding="utf-8")


async def _ask(bench: Bench, home: Path, question: Question, *, trusted: bool) -> str:
    with tempfile.TemporaryDirectory(dir=home) as scratch:
        copy = Path(scratch) / "work"
        shutil.copytree(home / "work", copy, symlinks=True, ignore=list_special)
        for name, text in question.files.items():
            # Never through a link that the run left under this name.
            (copy / name).unlink(missing_ok=True)
            with (copy / name).open("x", encoding="utf-8") as file:
                file.write(text)
        attempt = await bench.runner.run(
            Trial(
                command=("python", "-c", question.script, *question.arguments),
                folder=copy,
                python=Path(bench.prepared.python),
                readable=tuple(map(Path, bench.prepared.readable)),
                variables=_store_variables(bench, bench.runner.work_folder(copy)),
                import_path=tuple(map(Path, bench.prepared.import_path)),
                trusted=trusted,
                limits=Limits(
                    seconds=question.seconds,
                    memory_mib=bench.request.settings.memory_mib,
                    output_kib=ANSWER_KIB,
                ),
            )
        )
    return attempt.stdout if attempt.status == "ok" else ""


def _store_variables(bench: Bench, inside: str) -> dict[str, str]:
    found = dict(backend_variables(bench.prepared.packages))
    for oracle in reversed(bench.oracles):
        found |= oracle.variables(inside)
    return found


def _is_owned(bench: Bench, name: str) -> bool:
    return any(oracle.owns(name) for oracle in bench.oracles)


def _observe(bench: Bench, attempt: Attempt, home: Path, attempted: Attempted) -> Observation:
    testimony = read_testimony(home / "testimony.jsonl")
    stores = [
        oracle.read(attempt.folder, testimony, _read_answer(home, oracle))
        for oracle in bench.oracles
    ]
    return Observation(
        attempt=attempt,
        testimony=testimony,
        store=stores[0],
        products=attempted.products,
        source=stores[1] if bench.source else None,
    )


def _read_answer(home: Path, oracle: Oracle) -> str:
    kept = home / f"{oracle.component}.answer"
    return kept.read_text(encoding="utf-8") if kept.exists() else ""


def _seeded(bench: Bench, seed: int) -> tuple[str, ...]:
    """Hand a second seed to a script that takes one as an option of its own."""
    command = bench.request.command
    if seed == bench.request.settings.seed:
        return command
    tree = ast.parse(bench.sources[bench.request.entry])
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "add_argument"
        ):
            for option in node.args:
                if isinstance(option, ast.Constant) and option.value in SEED_OPTIONS:
                    name = str(option.value)
                    given = any(word.split("=")[0] == name for word in command)
                    return command if given else (*command, name, str(seed))
    return command


def _hash_files(folder: Path) -> dict[str, str]:
    """Fingerprint the files of a work folder; links are named, never followed."""
    hashes: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if len(hashes) > 5 * PRODUCTS:
            break
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            hashes[name] = "link"
        elif path.is_file():
            with path.open("rb") as file:
                hashes[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return hashes
