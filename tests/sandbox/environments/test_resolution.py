"""Needs become a lock, by the real resolver, without network."""

import os
import time
from contextlib import aclosing
from pathlib import Path

from sandbox.environments.installer import Installer
from sandbox.environments.interpreter import find_base_python
from sandbox.environments.needs import Needs
from sandbox.environments.pip_settings import PipSettings
from sandbox.environments.resolution import Resolution, resolve
from tests.sandbox.environments.wheels import build_wheel


async def lock(folder: Path, *wanted: str, gpu: bool = False) -> Resolution:
    """Resolve from the wheels in a folder."""
    settings = PipSettings(find_links=(str(folder),), no_index=True)
    environ = {"PATH": os.environ["PATH"], "UV_CACHE_DIR": str(folder / "cache")}
    installer = Installer(settings, environ, folder, time.monotonic() + 60)
    needs = Needs(wanted, (), (), gpu=gpu)
    async with aclosing(resolve(needs, find_base_python(), installer)) as steps:
        *_, last = [step async for step in steps]
    assert isinstance(last, Resolution)
    return last


async def test_a_local_cpu_build_of_torch_is_preferred_unless_something_needs_the_other(
    tmp_path: Path,
) -> None:
    build_wheel(tmp_path, "torch", "2.13.0+cpu", files={})
    build_wheel(tmp_path, "torch", "2.13.0+cu130", files={})
    build_wheel(tmp_path, "torchvision", "0.28", needs=("torch==2.13.0",))
    plain = await lock(tmp_path, "torch")
    assert plain.packages == {"torch": "2.13.0+cpu"}
    assert "a CPU build" in plain.notes[0]
    assert "--hash=sha256:" in plain.lock
    assert (await lock(tmp_path, "torch", gpu=True)).packages == {"torch": "2.13.0+cu130"}
    # An ordinary torchvision does not load beside a CPU torch.
    both = await lock(tmp_path, "torchvision")
    assert both.packages == {"torch": "2.13.0+cu130", "torchvision": "0.28"}
    assert not both.notes
