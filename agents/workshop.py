"""Sets out library, coders and runner, and puts them away; the only place that imports engines."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from agents.bench import Bench
from agents.coder import Coder
from agents.environments import Environments, PackageEnvironments
from agents.gates.licence import choose_licence
from agents.intake import read_beside
from agents.journal import Journal
from agents.records import Prepared, Progress, Request, Stage
from agents.settings import Settings
from agents.template import make_template
from knowledge.library import Library
from sandbox.environment import Environment
from sandbox.oracles.choice import choose_oracle
from sandbox.runner import Runner, SandboxError
from sandbox.trial import Mount


@dataclass(frozen=True, slots=True)
class Workshop:
    """Everything a run works with."""

    settings: Settings
    runs: Path
    """Where journals are kept."""
    coders: tuple[Coder, ...]
    """In the order in which they are asked."""
    library: Library
    environments: Environments
    runner: Runner
    runner_reason: str
    """Why this runner was taken, for people."""
    cache: Path
    mounts: tuple[Mount, ...] = ()


def read_mounts(settings: Settings) -> tuple[Mount, ...]:
    """Turn `--data PATH[:TARGET]` into mounts. Raises SandboxError for what does not exist."""
    mounts: list[Mount] = []
    for text in settings.data:
        named, _, target = text.partition(":")
        source = Path(named).expanduser()
        if not source.exists():
            raise SandboxError(f"--data {named} does not exist.")
        inside = target or source.name
        if Path(inside).is_absolute() or ".." in Path(inside).parts:
            raise SandboxError(f"--data {text}: the target must lie inside the script's folder.")
        mounts.append(Mount(source.resolve(), inside))
    return tuple(mounts)


@asynccontextmanager
async def open_workshop(settings: Settings, *, trusted: bool = True) -> AsyncIterator[Workshop]:
    """Set out what the settings ask for. Raises SandboxError where it cannot be had.

    `trusted`: only the user's own code, at most edited by rules, will run.
    """
    # Engines cost seconds to import: only here, and only once they are needed.
    from agents.rules.coder import RulesCoder
    from knowledge.library import StaticLibrary
    from sandbox.runners.choice import choose_runner

    if settings.coder not in ("auto", "rules"):
        raise SandboxError(
            f"Language models are not part of this version, so '{settings.coder}' cannot write "
            "the change. Use --coder rules."
        )
    chosen = choose_runner(settings.sandbox, trusted=trusted)
    yield Workshop(
        settings=settings,
        runs=settings.runs_folder,
        coders=(RulesCoder(),),
        library=StaticLibrary(),
        environments=PackageEnvironments(settings),
        runner=chosen.runner,
        runner_reason=chosen.reason,
        cache=settings.cache_folder,
        mounts=read_mounts(settings),
    )


async def lay_out(
    workshop: Workshop,
    request: Request,
    stage: Stage,
    sources: Mapping[str, str],
    journal: Journal,
) -> AsyncIterator[Progress | Prepared | Bench]:
    """Have the environment built, or take the one an interrupted process built. The Bench is last.

    Raises SandboxError where the environment cannot be had.
    """
    oracle = choose_oracle(stage.target)
    if oracle is None:
        raise SandboxError(
            f"Nothing here can read what {stage.target} leaves, so nothing of it can be proved."
        )
    prepared = journal.recall(Prepared)
    if prepared is None or not Path(prepared.python).exists():
        started = time.monotonic()
        yield Progress("environment", "finding out what the script needs")
        async for step in workshop.environments.prepare(request, stage, sources):
            if isinstance(step, Environment):
                prepared = Prepared(
                    python=str(step.python),
                    packages=step.packages,
                    asked=step.asked,
                    site_packages=tuple(map(str, step.site_packages)),
                    import_path=tuple(map(str, step.import_path)),
                    readable=tuple(map(str, step.readable)),
                    fingerprint=step.fingerprint,
                    runner=workshop.runner.name,
                    isolation=workshop.runner.isolation,
                    seconds=round(time.monotonic() - started, 1),
                    cached=step.cached,
                    notes=(workshop.runner_reason, *step.notes),
                )
            else:
                yield Progress("environment", step)
    assert prepared is not None  # noqa: S101  # prepare yields the Environment last
    yield prepared
    yield Bench(
        folder=journal.folder,
        request=request,
        prepared=prepared,
        runner=workshop.runner,
        sources=sources,
        beside=read_beside(journal.folder / "original") if stage.task == "translate" else {},
        mounts=workshop.mounts,
        oracle=oracle,
        source=choose_oracle(stage.source) if stage.source else None,
        moved=choose_licence(stage).watched_anywhere,
        template=await make_template(oracle, prepared, workshop.runner, workshop.cache),
    )
