"""Which models are a library's through and through: asking them runs nothing of the script's."""

import random
import sys
from types import BuiltinFunctionType, FunctionType

_LIBRARIES = frozenset(("sklearn", "xgboost", "lightgbm", "numpy", "scipy", "pandas", "builtins"))
_DEEPEST = 5
_WIDEST = 40
"""Of a forest's many trees the first tell enough."""


def is_plain(model):
    """No part of it is of a class or a function of the script's own, nor draws when it predicts."""
    return _is_plain(model, 0)


def _is_plain(thing, depth):
    kind = type(thing)
    if kind in (str, int, float, bool, bytes, complex, type(None)):
        return True
    home = kind.__module__
    if kind in (FunctionType, BuiltinFunctionType, type):
        home = getattr(thing, "__module__", None) or "builtins"
    if home.split(".")[0] not in _LIBRARIES or home.startswith("sklearn.dummy"):
        return False
    if depth > _DEEPEST:
        return True
    if isinstance(thing, dict):
        parts = list(thing.values())[:_WIDEST]
    elif isinstance(thing, (list, tuple)):
        parts = list(thing[:_WIDEST])
    elif home.startswith("sklearn.") and hasattr(thing, "__dict__"):
        parts = list(vars(thing).values())
    else:
        parts = []
    return all(_is_plain(part, depth + 1) for part in parts)


class Stillness:
    """While a model is asked, the generators that are everybody's stay where they are."""

    def __enter__(self):
        self._python = random.getstate()
        numpy = sys.modules.get("numpy.random")
        self._numpy = (numpy, numpy.get_state()) if numpy is not None else None

    def __exit__(self, *problem):
        random.setstate(self._python)
        if self._numpy is not None:
            numpy, state = self._numpy
            numpy.set_state(state)
