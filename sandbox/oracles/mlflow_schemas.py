"""Layouts of MLflow's database that are known here, by the revision a database says it has.

Taken from the migration scripts in MLflow's own wheels. A database of another revision may look
the same and mean something else: it is neither right nor wrong.
"""

from collections.abc import Mapping
from types import MappingProxyType

_RELEASES = {
    "2.22": ("0584bdc529eb",),
    "3.0": ("400f98739977", "6953534de441", "bda7b8c39065"),
    "3.1 to 3.4": (
        *("cbc13b556ace", "770bee3ae1dd", "a1b2c3d4e5f6", "de4033877273", "1a0cddfcaa16"),
        *("534353b11cbc", "71994744cf8e"),
    ),
    "3.5 to 3.10": (
        *("3da73c924c2f", "bf29a5ff90ea", "1bd49d398cd23", "b7c8d9e0f1a2", "5d2d30f0abce"),
        *("c9d4e5f6a7b8", "2c33131f4dae", "d3e4f5a6b7c8", "d0e1f2a3b4c5", "c8d9e0f1a2b3"),
        "1b5f0d9ad7c1",
    ),
    "3.11 to 3.17": (
        *("e1f2a3b4c5d6", "76601a5f987d", "c3d6457b6d8a", "a5b4c3d2e1f0", "ae8bbe7743c9"),
        *("7d34483879f0", "da6fb0208061", "89d3d66ed43f", "b7e4c1a90f23", "a8b9c0d1e2f3"),
        *("c1d2e3f4a5b6", "c3d9e7f1a2b4", "6f8d9c3b2a1e", "1971f2d9a75b", "17e22815139b"),
        *("b7e2c1a4d9f3", "75868b020152", "dc11669786a5"),
    ),
    "3.18": ("e7d1f4b2a9c6", "8b6ad64cb8f5", "f4a9b2c7d1e6"),
}
"""Releases of MLflow -> the revisions that they added, oldest first."""

REVISIONS: Mapping[str, str] = MappingProxyType(
    {revision: release for release, added in _RELEASES.items() for revision in added}
)
"""Revision -> the releases whose databases have it."""


def name_schema(revision: str) -> str:
    """What a store of this revision is called in a verdict; empty where it is not known."""
    release = REVISIONS.get(revision)
    return f"mlflow sqlite {revision} (MLflow {release})" if release else ""
