"""What a framework of several backends is told: to take one that is there."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from sandbox.environments.pins import normalise_name

_KERAS = ("tensorflow", "torch", "jax")
"""Backends of Keras, its own choice first; beside each stands the distribution of its name."""


def backend_variables(packages: Collection[str]) -> Mapping[str, str]:
    """Environment of a run for the distributions that are installed.

    Keras takes TensorFlow unless it is told otherwise, and fails where that is absent. A script
    that names a backend by itself is not overruled: it does so inside the run.
    """
    names = set(map(normalise_name, packages))
    there = [name for name in _KERAS if name in names]
    if "keras" not in names or not there or there[0] == _KERAS[0]:
        return MappingProxyType({})
    return MappingProxyType({"KERAS_BACKEND": there[0]})
