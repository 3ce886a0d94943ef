"""Looks at the tree of processes below one: its memory, its number, and who was left behind."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import psutil

from sandbox.trial import Limits

_GONE = (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess)
_PAUSE_SECONDS = 0.1
"""Long enough to cost little, short enough that a hog takes hundreds of MiB too much, not more."""


@dataclass(frozen=True, slots=True)
class Excess:
    """A limit that the tree went over."""

    memory: bool
    """Of memory; else of processes."""


def weigh_tree(pid: int, limits: Limits) -> Excess | None:
    """The limit that the processes below `pid` are over, if any."""
    try:
        tree = psutil.Process(pid).children(recursive=True)
    except _GONE:
        return None
    if len(tree) > limits.processes:
        return Excess(memory=False)
    allowed = limits.memory_mib * 1024 * 1024
    # Resident sizes count shared pages once for each process; the exact figure costs more and
    # is asked for only when the cheap upper bound is over the limit.
    if _sum_memory(tree, exact=False) > allowed and _sum_memory(tree, exact=True) > allowed:
        return Excess(memory=True)
    return None


def _sum_memory(tree: list[psutil.Process], *, exact: bool) -> int:
    total = 0
    for process in tree:
        try:
            figures = process.memory_full_info() if exact else process.memory_info()
        except _GONE:
            continue
        # Only Linux knows the proportional size; elsewhere the private one is the nearest.
        total += getattr(figures, "pss", getattr(figures, "uss", figures.rss))
    return total


async def watch_tree(pid: int, limits: Limits) -> Excess:
    """Return when the processes below `pid` are over their memory or number; else never."""
    while True:
        await asyncio.sleep(_PAUSE_SECONDS)
        excess = await asyncio.to_thread(weigh_tree, pid, limits)
        if excess is not None:
            return excess


def kill_tree(pid: int) -> None:
    """Kill a process and all below it."""
    try:
        root = psutil.Process(pid)
        tree = [*root.children(recursive=True), root]
    except _GONE:
        return
    for process in tree:
        try:
            process.kill()
        except _GONE:
            continue


def kill_marked(backstage: Path) -> None:
    """Kill every process whose home is in `backstage`.

    The last resort, for when the keeper itself was killed. Who changed the environment and left
    the tree is not found.
    """
    home = str(backstage / "home")
    for _ in range(20):
        found = 0
        for process in psutil.process_iter():
            try:
                if process.environ().get("HOME") == home:
                    process.kill()
                    found += 1
            except (*_GONE, OSError):
                continue
        if not found:
            break
