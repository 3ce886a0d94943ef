"""Which build of torch is taken: a local CPU build rather than gigabytes of CUDA libraries."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.tags import sys_tags
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import Version

from sandbox.environments.pins import normalise_name

LARGEST_CPU_MIB = 350
"""CPU wheels have about 200 MB; CUDA builds without a suffix start at 500."""


@dataclass(frozen=True, slots=True)
class LocalBuild:
    """A CPU build found in a find-links folder."""

    name: str
    version: str

    @property
    def constraint(self) -> str:
        """The pin that selects it."""
        return f"{self.name}=={self.version}"


def find_cpu_build(folders: Iterable[Path], allowed: Iterable[str]) -> LocalBuild | None:
    """Find the newest CPU wheel of torch for this Python that all `allowed` lines let pass."""
    limits = [item.specifier for item in map(Requirement, allowed) if is_torch(item.name)]
    tags = frozenset(sys_tags())
    found: list[Version] = []
    for folder in folders:
        for path in folder.glob("torch-*.whl"):
            try:
                _, version, _, wheel_tags = parse_wheel_filename(path.name)
            except InvalidWheelFilename:
                continue
            fits = bool(wheel_tags & tags) and not version.is_prerelease
            fits = fits and all(limit.contains(version) for limit in limits)
            if fits and is_cpu(version, path.stat().st_size):
                found.append(version)
    return LocalBuild("torch", str(max(found))) if found else None


def is_torch(name: str) -> bool:
    """Whether a distribution is torch itself."""
    return normalise_name(name) == "torch"


def is_cpu(version: Version, size: int) -> bool:
    """Whether a wheel of this version and size, in bytes, is built without a GPU."""
    if version.local is None:
        return size <= LARGEST_CPU_MIB * 2**20
    return not re.match(r"cu|rocm|xpu", version.local)


def breaks_beside_cpu(packages: Mapping[str, str]) -> bool:
    """Whether a package was built against the CUDA build and would not load with a CPU torch.

    `import torchvision` then ends with "operator torchvision::nms does not exist".
    """
    return any("cpu" not in packages.get(name, "cpu") for name in ("torchvision", "torchaudio"))


def describe_choice(packages: Mapping[str, str], build: LocalBuild | None) -> str:
    """Say which build of torch was taken; empty where there is nothing to choose."""
    version = packages.get("torch")
    if version is None:
        return ""
    if build is not None and build.version == version:
        return (
            f"torch {version} from the configured find-links: a CPU build; "
            "plain torch would fetch the CUDA build"
        )
    if any(name.startswith("nvidia-") for name in packages):
        return (
            f"torch {version} comes with its CUDA libraries, several GB; a CPU wheel in a folder "
            "that pip's find-links names would be preferred"
        )
    return ""
