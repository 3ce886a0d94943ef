"""Acts on a module right after it was imported, leaving no trace on it."""

import sys
from contextlib import suppress


def await_modules(arrivals):
    """A finder for the front of `sys.meta_path`: {module name or prefix with `.`: [action]}.

    An action gets the module once its code has run, before anybody else sees it.
    """
    prefixes = tuple(name for name in arrivals if name.endswith("."))
    looking = set()

    def actions_for(name):
        found = list(arrivals.get(name, ()))
        for prefix in prefixes:
            if name.startswith(prefix):
                found.extend(arrivals[prefix])
        return found

    class _Finder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name in looking or not (name in arrivals or name.startswith(prefixes)):
                return None
            looking.add(name)
            try:
                spec = _find_elsewhere(name, path, target)
            finally:
                looking.discard(name)
            if spec is not None and hasattr(spec.loader, "exec_module"):
                _follow_loader(spec.loader, actions_for(name))
            return spec

    def _find_elsewhere(name, path, target):
        for finder in list(sys.meta_path):
            if finder is _Finder or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                return spec
        return None

    return _Finder


def _follow_loader(loader, actions):
    def exec_module(module):
        # Back to the class's own before the module can look at its loader.
        loader.__dict__.pop("exec_module", None)
        loader.exec_module(module)
        for action in actions:
            _act_quietly(action, module)

    # A loader that takes no attributes is left alone: its module goes unwitnessed.
    if hasattr(loader, "__dict__"):
        loader.exec_module = exec_module


def _act_quietly(action, module):
    # An unknown version of a library is not the user's fault.
    with suppress(Exception):
        action(module)
