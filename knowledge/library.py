"""The door to documentation: names of an API -> where and how the installed version has them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from knowledge.apidocs import Symbol, look_up_all


class Library(Protocol):
    """Answers for exact versions only; what it does not find, it does not invent."""

    def cite(self, site_packages: Sequence[Path], names: Sequence[str]) -> tuple[Symbol, ...]:
        """Find public names among installed packages; unknown ones are left out."""
        ...


class StaticLibrary:
    """Reads installed source files; nothing of theirs is imported or run."""

    def cite(self, site_packages: Sequence[Path], names: Sequence[str]) -> tuple[Symbol, ...]:
        """Find public names among installed packages; unknown ones are left out."""
        return look_up_all(site_packages, names)
