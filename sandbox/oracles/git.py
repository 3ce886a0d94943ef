"""GitPython's effects: commits, branches and tags of the repositories in a work folder."""

from collections.abc import Mapping
from pathlib import Path

from sandbox.oracle import Question
from sandbox.oracles.dvc_contents import Contents
from sandbox.oracles.git_files import GitError, UnknownLayout
from sandbox.oracles.git_repositories import find_repositories, point_nowhere, read_repository
from sandbox.oracles.leavings import find_data
from sandbox.oracles.planting import is_version_file, plant_repository, version_variables
from sandbox.oracles.store import Store
from sandbox.witness.testimony import Testimony


class GitOracle:
    """Reads git's repositories without git: their settings and hooks can name programs."""

    component = "gitpython"
    keeps_inputs = True

    def variables(self, work: str) -> Mapping[str, str]:
        """Environment under which git has an identity and leaves the machine alone."""
        return version_variables(work)

    def owns(self, relative: str) -> bool:
        """Tell whether a path belongs to git, not to the script."""
        return is_version_file(relative)

    def template_script(self) -> str:
        """Nothing: the repository is made of the files that travelled."""
        return ""

    def plant(self, template: Path | None, folder: Path, work: str) -> None:
        """Make the work folder a repository with one commit."""
        plant_repository(folder, work, dvc=False)

    def ask(self, folder: Path, testimony: Testimony) -> Question | None:
        """Nothing: the repository says it all."""
        return None

    def read(self, folder: Path, testimony: Testimony, answer: str) -> Store:
        """Read every repository a run left in its work folder."""
        try:
            repositories = tuple(
                read_repository(folder, relative, point_nowhere)
                for relative in find_repositories(folder)
            )
        except GitError as error:
            return Store("git", unreadable=str(error), unknown=isinstance(error, UnknownLayout))
        except (OSError, RecursionError):
            return Store("git", unreadable="The repository is nested too deeply or locked.")
        schema = "git" if repositories else ""
        return Store(schema, repositories=repositories, data=find_data(Contents(folder)))
