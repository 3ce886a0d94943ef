"""The call that instrumented files make around their own expressions."""

from types import BuiltinFunctionType, FunctionType

from _mlgraft_witness.values import LONGEST_OF_EXPRESSION, LONGEST_OF_LIBRARY

EXPRESSION_CALL = "__mlgraft_seen__"
MOST_OF_ONE_SITE = 50_000
_DULL = frozenset(
    (str, bytes, bool, type(None), set, complex, range, type, FunctionType, BuiltinFunctionType)
)


def hand_back(value, _):
    """What the call is where nobody records: nothing."""
    return value


class _Site:
    """One expression, as the number beside it says: `mg`, flags, label, name; a line each."""

    __slots__ = ("count", "label", "labels", "library", "longest", "moves", "name", "recorded")

    def __init__(self, code):
        text = code.to_bytes((code.bit_length() + 7) // 8, "big").decode()
        flags, self.label, self.name = text.split("\n", 2)
        self.recorded = "r" in flags
        self.moves = "n" in flags
        self.library = "l" in flags
        fitted = "f" in flags
        self.longest = LONGEST_OF_LIBRARY if fitted else LONGEST_OF_EXPRESSION
        self.labels = self.label.split(",")
        self.count = 0


def open_expressions(find_direct, values, record, depth):
    """The call as it is in the process that is witnessed: (value, code) -> value."""
    sites = {}
    nudge = values.nudge

    def write(site, value, label, place, nudged):
        found = values.read(value, site.longest)
        if found is None:
            return
        site.count += 1
        if site.count > MOST_OF_ONE_SITE:
            if site.count == MOST_OF_ONE_SITE + 1:
                record(None, "truncated")
            return
        source = "library" if site.library else "expression"
        numbers, whole = found
        record(numbers, source, site.name, label, whole, nudged, place)

    def move(site, value):
        moved = values.shift(value, site.longest > LONGEST_OF_EXPRESSION)
        if moved is value:
            return value, False
        values.last = moved
        return moved, True

    def take(value, code):
        site = sites.get(code)
        if site is None:
            site = sites[code] = _Site(code)
        nudged = False
        if nudge and site.moves and not depth.count:
            value, nudged = (value, True) if value is values.last else move(site, value)
        if site.recorded and site.count <= MOST_OF_ONE_SITE:
            place = find_direct(2)
            if place is not None:
                write_parts(site, value, place, nudged)
        return value

    def write_parts(site, value, place, nudged):
        kind = type(value)
        if kind is dict:
            if len(value) <= LONGEST_OF_EXPRESSION:
                for key, leaf in list(value.items()):
                    if type(key) is str:
                        write(site, leaf, key, place, nudged)
        elif kind in (tuple, list) and 1 < len(site.labels) == len(value):
            for number, part in enumerate(value):
                write(site, part, site.labels[number], place, nudged)
        else:
            write(site, value, site.label, place, nudged)

    def seen(value, code):
        if type(value) in _DULL:
            return value
        try:
            return take(value, code)
        except Exception:  # noqa: BLE001 - a value that cannot be read is the program's all the same
            return value

    return seen
