"""Reads numbers out of whatever a library hands back, and moves them for the nudged run.

Numpy and torch are never imported here: a value of theirs means that the program has.
"""

import sys

LONGEST_OF_EXPRESSION = 64
LONGEST_OF_LIBRARY = 4096
_LARGEST_INT = 2**53


_TURN = 37
"""Odd, so that the 64 shares of one round all differ."""


class Values:
    """How this run reads and moves values; `nudge` says whether it moves any."""

    def __init__(self, nudge):
        self.nudge = nudge
        self.item = None
        """The tensor method as torch has it, once torch is there."""
        self.tolist = None
        self.last = None
        """What was moved last: handed on as it is, it is not to be moved again."""
        self._moves = 0

    def take_share(self):
        """By how much the next value shrinks: between 2**-7 and 2**-6 of it.

        More than any rounding, yet sign and the bounds a metric has stay (an accuracy of 1.0 stays
        below 1), so that programs keep working. Each value gets a share of its own: the same
        number, made up elsewhere and read through the same library, moves by another.
        """
        self._moves += 1
        return (1 + self._moves * _TURN % 64 / 64) * 2**-7

    def read(self, value, longest=LONGEST_OF_EXPRESSION):
        """(numbers, integral) of a scalar or a short vector; None for anything else."""
        kind = type(value)
        if kind is float:
            return (value,), False
        if kind is int:
            return ((float(value),), True) if -_LARGEST_INT <= value <= _LARGEST_INT else None
        if kind is list or kind is tuple:
            return self._read_sequence(value, longest)
        if self.item is not None and isinstance(value, sys.modules["torch"].Tensor):
            return self._read_tensor(value, longest)
        return self._read_numpy(value, longest)

    def _read_numpy(self, value, longest):
        numpy = sys.modules.get("numpy")
        if numpy is None:
            return None
        if isinstance(value, numpy.ndarray):
            return self._read_array(value, longest)
        whole = isinstance(value, numpy.integer)
        return ((float(value),), whole) if whole or isinstance(value, numpy.floating) else None

    def _read_sequence(self, value, longest):
        if not 0 < len(value) <= longest:
            return None
        numbers = []
        whole = True
        for element in tuple(value):
            if type(element) in (list, tuple):
                return None
            found = self.read(element, 0)
            if found is None or len(found[0]) != 1:
                return None
            numbers.append(found[0][0])
            whole = whole and found[1]
        return tuple(numbers), whole

    @staticmethod
    def _read_array(value, longest):
        if value.dtype.kind not in "fiu" or value.dtype.itemsize > 8:
            return None
        if value.ndim > 1 and longest < LONGEST_OF_LIBRARY:
            return None
        if value.ndim and not 0 < value.size <= longest:
            return None
        numbers = value.ravel().tolist()
        return tuple(float(number) for number in numbers), value.dtype.kind != "f"

    def _read_tensor(self, value, longest):
        torch = sys.modules["torch"]
        if value.dtype is torch.bool or value.is_complex() or value.layout is not torch.strided:
            return None
        if type(value) not in (torch.Tensor, torch.nn.Parameter):
            return None
        # Reading from another device waits for it; only the script itself may decide to.
        if value.device.type != "cpu" or value.dim() > 1:
            return None
        whole = not value.is_floating_point()
        if value.dim() == 0:
            return (float(self.item(value)),), whole
        if not 0 < value.numel() <= longest:
            return None
        return tuple(float(number) for number in self.tolist(value.detach())), whole

    def shift(self, value, vectors=False):
        """The value moved, of the same type; the value itself where it is not a measurement.

        Only floats; with `vectors` also arrays, lists and tuples of floats, into new ones.
        """
        kind = type(value)
        if kind is float:
            return _move(value, self.take_share())
        if kind in (list, tuple):
            floats = vectors and value and all(isinstance(part, float) for part in value)
            return kind(self.shift(part) for part in value) if floats else value
        if self.item is not None and isinstance(value, sys.modules["torch"].Tensor):
            if not value.is_floating_point() or value.requires_grad or value.dim() > vectors:
                return value
            if value.dim():
                moved = [_move(number, self.take_share()) for number in self.tolist(value)]
                return value.new_tensor(moved)
            moved = value.new_tensor(_move(self.item(value), self.take_share()))
            moved._moved = True  # noqa: SLF001 - a mark of our own
            return moved
        return _shift_numpy(value, kind, vectors, self.take_share())


def _move(number, share):
    return number * (1 - share) if number != 0 else type(number)(2**-14 * (1 - share))


def _shift_numpy(value, kind, vectors, share):
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return value
    if isinstance(value, numpy.floating):
        return kind(_move(value, share))
    if kind is numpy.ndarray and value.dtype.kind == "f" and (vectors or value.ndim == 0):
        number = value.dtype.type
        moved = numpy.where(value == 0, number(2**-14), value * number(1 - share))
        return moved.astype(value.dtype)
    return value


def open_values(nudge):
    """How values are read and moved in this run."""
    return Values(nudge)
