"""Stage + sources -> Environment: what the script imports, the target component, the pins."""

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from packaging.requirements import Requirement

from agents.records import Request, Stage
from agents.settings import Settings
from knowledge.components import read_component
from sandbox.environment import Environment, adopt_environment, gather_needs, prepare_environment


class Environments(Protocol):
    """The door to environments: what a script needs -> an interpreter that has it."""

    def prepare(
        self, request: Request, stage: Stage, sources: Mapping[str, str]
    ) -> AsyncIterator[str | Environment]:
        """Yield sentences while working, the Environment last. Raises SandboxError."""
        ...


class PackageEnvironments:
    """Environments from a package index, or an existing one with the target laid over it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def prepare(
        self, request: Request, stage: Stage, sources: Mapping[str, str]
    ) -> AsyncIterator[str | Environment]:
        """Yield sentences while working, the Environment last. Raises SandboxError."""
        settings = self._settings
        component = read_component(stage.target)
        needs = gather_needs(
            Path(request.root),
            sources,
            request.entry,
            target=component.requirement,
            beside=component.beside,
            with_=settings.pins,
            adopted=bool(settings.python),
        )
        if settings.python:
            steps = adopt_environment(Path(settings.python), needs, settings.cache_folder)
        else:
            steps = prepare_environment(needs, settings.cache_folder)
        names = tuple(Requirement(text).name for text in needs.requirements)
        # Left early, a build must be put away at once, not when it is collected.
        async with aclosing(steps):
            async for step in steps:
                yield replace(step, asked=names) if isinstance(step, Environment) else step
