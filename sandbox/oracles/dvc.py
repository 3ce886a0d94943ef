"""DVC: metafiles, cache and what git knows of the data; pushed and pulled in a fresh sandbox."""

import json
import posixpath
from collections.abc import Mapping
from pathlib import Path

from sandbox.oracle import Question
from sandbox.oracles.dvc_contents import Contents
from sandbox.oracles.dvc_metafiles import MetafileError, UnknownMetafile
from sandbox.oracles.dvc_outputs import Pointer, describe_output, find_outputs
from sandbox.oracles.dvc_restoring import RESTORE, read_answer
from sandbox.oracles.git_files import GitError, UnknownLayout
from sandbox.oracles.git_repositories import find_repositories, read_repository
from sandbox.oracles.leavings import find_data
from sandbox.oracles.planting import is_version_file, plant_repository, version_variables
from sandbox.oracles.store import Store
from sandbox.witness.testimony import Testimony

SCHEMA = "dvc 3 files/md5"


class DvcOracle:
    """Reads what DVC left without DVC; only pushing and pulling needs it."""

    component = "dvc"
    keeps_inputs = True

    def variables(self, work: str) -> Mapping[str, str]:
        """Environment under which git and DVC keep everything below `work`."""
        return version_variables(work)

    def owns(self, relative: str) -> bool:
        """Tell whether a path belongs to git or DVC, not to the script."""
        return is_version_file(relative)

    def template_script(self) -> str:
        """Nothing: the repository is made of the files that travelled."""
        return ""

    def plant(self, template: Path | None, folder: Path, work: str) -> None:
        """Make the work folder a repository of git, and of DVC unless the script does that."""
        plant_repository(folder, work, dvc=True)

    def ask(self, folder: Path, testimony: Testimony) -> Question | None:
        """Whether what is kept survives: pushed to a remote, removed, pulled."""
        try:
            outputs = find_outputs(folder)
        except MetafileError:
            return None
        contents = Contents(folder)
        wanted = [
            {
                "root": contents.find_root(output.metafile) or "",
                "metafile": output.metafile,
                "path": output.path,
                "files": {
                    posixpath.join(output.path, name).rstrip("/"): prints.sha256
                    for name, prints in contents.read_kept(output).files.items()
                },
            }
            for output in outputs
            if output.path
        ]
        if not wanted:
            return None
        return Question(script=RESTORE, arguments=(json.dumps(wanted),), seconds=120.0)

    def read(self, folder: Path, testimony: Testimony, answer: str) -> Store:
        """Read metafiles, cache and repositories that a run left in its work folder."""
        try:
            contents = Contents(folder)
            repositories = tuple(
                read_repository(folder, relative, Pointer(contents, relative).point)
                for relative in find_repositories(folder)
            )
            restored = read_answer(answer)
            versioned = tuple(
                describe_output(contents, repositories, output, restored)
                for output in find_outputs(folder)
            )
        except (GitError, MetafileError) as error:
            unknown = isinstance(error, UnknownLayout | UnknownMetafile)
            return Store(SCHEMA, unreadable=str(error), unknown=unknown)
        except (OSError, RecursionError):
            return Store(SCHEMA, unreadable="What was left is nested too deeply or locked.")
        schema = SCHEMA if versioned else "git" if repositories else ""
        return Store(
            schema,
            repositories=repositories,
            versioned=versioned,
            data=find_data(contents),
        )
