"""Values that a framework hands out by itself, in the middle of a long call, to all who listen.

Callbacks and loggers get them from library code, so that no line of the user's own asks for
them. They are recorded at the nearest line of the user's that is still running: the `fit()` or
`train()` that they come out of, which stays where it is when a callback or a logger is added.
"""

from contextlib import suppress


class Handouts:
    """Records and moves what is handed out; one value is moved once, for everybody."""

    def __init__(self, find_outer, values, record):
        self._find_outer = find_outer
        self._values = values
        self._record = record
        self._steady = {}
        """Key -> the number it had last, and what that was moved to."""
        self.nudge = values.nudge

    def move(self, value):
        """A float or a single float of numpy or torch, moved if this run moves any; else itself."""
        if not self.nudge:
            return value
        found = self._values.read(value, 0)
        if found is None or found[1] or len(found[0]) != 1:
            return value
        if type(value) is not float and self._values.shift(value) is value:
            # A tensor that could still be trained on cannot be moved as one.
            value = found[0][0]
        moved = self._values.last = self._values.shift(value)
        return moved

    def move_steadily(self, key, value):
        """The same moved value for as long as `key` has the same value.

        What is handed out twice, to a logger and to a callback or at the same step of two phases,
        is one value.
        """
        found = self._values.read(value, 0) if self.nudge else None
        if found is None or len(found[0]) != 1:
            return value
        known = self._steady.get(key)
        if known is None or known[0] != found[0][0]:
            known = self._steady[key] = (found[0][0], self.move(value))
        return known[1]

    def find_place(self):
        """The nearest line of the user's that is running; None if there is none."""
        return self._find_outer(1)

    def note(self, function, label, value, place=None, nudged=True):
        """Record one value as what `function` hands out under its own name `label`."""
        with suppress(Exception):
            place = place or self._find_outer(1)
            found = self._values.read(value, 0)
            if place is not None and found is not None and len(found[0]) == 1:
                numbers, whole = found
                nudged = nudged and self.nudge and not whole
                self._record(numbers, "library", function, str(label), whole, nudged, place)

    def note_all(self, function, logs, place=None):
        """Record every number of a dictionary."""
        place = place or self._find_outer(1)
        if place is not None:
            for label, value in list(logs.items()):
                self.note(function, label, value, place)

    def move_all(self, logs):
        """Move every float of a dictionary where it stands."""
        if self.nudge:
            for label, value in list(logs.items()):
                logs[label] = self.move_steadily(label, value)


def open_handouts(find_outer, values, record):
    """What is handed out in this run."""
    return Handouts(find_outer, values, record)
