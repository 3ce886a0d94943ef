"""Runs before the user's program in every Python of a run; hands on to any other of its name."""

import os
import sys
from contextlib import suppress
from importlib.machinery import PathFinder

try:
    from _mlgraft_witness.start import start_witness
except Exception:  # noqa: BLE001 - the user's program starts whatever happens here
    start_witness = None


def _enter():
    here = os.path.dirname(os.path.abspath(__file__))
    with suppress(Exception):
        if start_witness is not None:
            start_witness()
    # The program sees the import path and the modules that it would see without a witness.
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
    sys.path_importer_cache.pop(here, None)
    for name in [name for name in sys.modules if name.startswith("_mlgraft_witness")]:
        del sys.modules[name]


def _follow():
    spec = PathFinder.find_spec("sitecustomize")
    if spec is None or spec.loader is None:
        return
    module = sys.modules["sitecustomize"]
    module.__spec__ = spec
    module.__loader__ = spec.loader
    module.__file__ = spec.origin
    module.__cached__ = spec.cached
    spec.loader.exec_module(module)


_enter()
_follow()
