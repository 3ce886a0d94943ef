"""Wraps library functions so that what they hand back to the user's own files is recorded.

The file's name matters: `warnings` does not count frames of files named like the import system's
own, so a library's `warn(..., stacklevel=2)` still points at the user's line.
"""

import functools
from _thread import _local
from contextlib import suppress

from _mlgraft_witness.values import LONGEST_OF_LIBRARY


class _Depth(_local):
    """How many witnessed library calls this thread is inside of, and whether it is sending."""

    count = 0
    sending = False


class Calls:
    """Wrappers for functions and methods; only the outermost call of a thread is recorded."""

    def __init__(self, find_caller, values, record):
        self.find_caller = find_caller
        self.values = values
        self.record = record
        self.depth = _Depth()

    def wrap(self, original, name, report=None):
        """`original` with what it returns reported; `name` may be a function of its arguments.

        `report(value, name, place)` records and returns the value to hand back.
        """
        depth = self.depth
        find_caller = self.find_caller
        report = report or self.report

        @functools.wraps(original)
        def call(*args, **kwargs):
            place = None if depth.count else find_caller(1)
            if place is None:
                return original(*args, **kwargs)
            depth.count += 1
            try:
                value = original(*args, **kwargs)
            finally:
                depth.count -= 1
            try:
                return report(value, name if isinstance(name, str) else name(*args), place)
            except Exception:  # noqa: BLE001 - a value that cannot be read is the program's all the same
                return value

        return call

    def wrap_after(self, original, after):
        """`original`, after which `after(self, place)` looks at the object it was called on."""
        depth = self.depth
        find_caller = self.find_caller

        @functools.wraps(original)
        def call(own, *args, **kwargs):
            place = None if depth.count else find_caller(1)
            depth.count += 1
            try:
                value = original(own, *args, **kwargs)
            finally:
                depth.count -= 1
            if place is not None:
                with suppress(Exception):
                    after(own, place)
            return value

        return call

    def report(self, value, name, place, label="", vectors=True):
        """Record a scalar, a vector or the leaves of a flat dictionary; hand it back."""
        if type(value) is dict:
            return {key: self._report_leaf(leaf, name, place, key) for key, leaf in value.items()}
        found = self.values.read(value, LONGEST_OF_LIBRARY)
        if found is None:
            return value
        nudged = False
        if self.values.nudge:
            moved = self.values.shift(value, vectors)
            nudged = moved is not value
            if nudged:
                value = self.values.last = moved
                found = self.values.read(value, LONGEST_OF_LIBRARY)
        numbers, whole = found
        self.record(numbers, "library", name, label, whole, nudged, place)
        return value

    def _report_leaf(self, leaf, name, place, key):
        label = str(key)
        if label.endswith(("_time", "estimator", "indices", "support")):
            return leaf
        if type(leaf) is dict:
            return {
                inner: self._report_leaf(value, name, place, f"{label}.{inner}")
                for inner, value in leaf.items()
            }
        return self.report(leaf, name, place, label)


def open_calls(find_caller, values, record):
    """The wrappers of this run."""
    return Calls(find_caller, values, record)
