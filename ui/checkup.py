"""`mlgraft doctor`: each thing the machine needs, ok or not, and how to mend it."""

import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from uv import find_uv_bin

from agents.settings import Settings, read_settings
from sandbox.runners.probes import Check, probe_sandbox
from ui.failures import ENVIRONMENT, guard

FREE_MIB = 2048
"""A scikit-learn environment with MLflow takes about 800 MiB, one with PyTorch 1.5 GiB."""


def report(options: Mapping[str, Any]) -> int:
    """Probe, print, and exit with 0 where the main job can run, else 3."""

    def work() -> int:
        settings = read_settings({"runs": options["runs"]})
        house = _check_house(settings)
        checks = (*house, *probe_sandbox())
        if options["as_json"]:
            rows = [
                {"name": item.name, "ok": item.ok, "detail": item.detail, "mend": item.mend}
                for item in checks
            ]
            click.echo(json.dumps({"checks": rows}, indent=2))
        else:
            for item in checks:
                mark = click.style("ok  ", fg="green") if item.ok else click.style("no  ", fg="red")
                click.echo(f"{mark}{item.name:22}{item.detail}")
                if not item.ok and item.mend:
                    click.echo(f"{'':26}mend: {item.mend}")
        # The process runner is always there for the user's own code: no probe of a sandbox that
        # fails keeps the main job from running.
        return 0 if all(item.ok for item in house) else ENVIRONMENT

    return guard(options, work)


def _check_house(settings: Settings) -> tuple[Check, ...]:
    version = ".".join(map(str, sys.version_info[:3]))
    return (
        Check("python", sys.version_info >= (3, 11), version, "install Python 3.11 or newer"),
        _check_uv(),
        _check_folder("journals", settings.runs_folder, "--runs or MLGRAFT_RUNS"),
        _check_folder("environments", settings.cache_folder, "MLGRAFT_CACHE"),
    )


def _check_uv() -> Check:
    try:
        return Check("uv", True, find_uv_bin(), "")
    except FileNotFoundError as error:
        return Check("uv", False, str(error), "install mlgraft's dependencies again")


def _check_folder(name: str, folder: Path, setting: str) -> Check:
    """Probe that a folder, or the nearest one above it that exists, takes files."""
    mend = f"make {folder} writable, free some space, or name another folder with {setting}"
    place = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(place).free // 2**20
    try:
        with tempfile.TemporaryFile(dir=place):
            writable = True
    except OSError:
        writable = False
    detail = f"{folder} ({free / 1024:.0f} GiB free)"
    return Check(name, writable and free > FREE_MIB, detail, mend)
