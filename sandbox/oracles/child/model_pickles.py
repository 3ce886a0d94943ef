"""Reads pickles without running what is in them: everything foreign is made inert."""

import collections
import pickle
import re
import types

MOST_ITEMS = 20_000
DEEPEST = 40


class Inert:
    """Stands for anything of a pickle that is not a tensor or plain data: keeps, never acts."""

    def __new__(cls, *args, **kwargs):
        made = object.__new__(cls)
        made.held = list(args)
        return made

    def __init__(self, *args, **kwargs):
        """Whatever it is called with is kept already."""

    def __setstate__(self, state):
        self.held.append(state)

    def __call__(self, *args, **kwargs):
        return Inert(*args)

    def __setitem__(self, key, value):
        self.held.append({key: value})

    def append(self, value):
        self.held.append(value)

    def extend(self, values):
        self.held.extend(values)

    def add(self, value):
        self.held.append(value)


def make_unpickler(torch):
    """A module for torch.load that knows tensors and plain data, and nothing else."""
    rebuilding = re.compile(r"_rebuild_(tensor|parameter|qtensor|sparse|meta)\w*")
    plain = {
        ("collections", "OrderedDict"): collections.OrderedDict,
        ("builtins", "set"): set,
        ("builtins", "frozenset"): frozenset,
        ("builtins", "slice"): slice,
        ("builtins", "complex"): complex,
        ("builtins", "bytearray"): bytearray,
        ("torch.nn.parameter", "Parameter"): torch.nn.Parameter,
    }
    kinds = (torch.dtype, torch.qscheme, torch.layout, torch.memory_format)

    class Unpickler(pickle.Unpickler):
        def find_class(self, module, name):
            module = {"__builtin__": "builtins"}.get(module, module)
            if (module, name) in plain:
                return plain[module, name]
            if module == "torch._utils" and rebuilding.fullmatch(name):
                return getattr(torch._utils, name)
            if module == "torch" and "." not in name:
                found = getattr(torch, name, None)
                if isinstance(found, kinds) or name in ("Size", "device", "Tensor"):
                    return found
                if name.endswith("Storage") and isinstance(found, type):
                    return found
            if module == "torch.storage" and name in ("UntypedStorage", "TypedStorage"):
                return getattr(torch.storage, name)
            return type(name.rpartition(".")[2], (Inert,), {"__module__": module})

    def load(file, **more):
        return Unpickler(file, **more).load()

    inert = types.ModuleType("inert")
    inert.Unpickler = Unpickler
    inert.load = load
    inert.UnpicklingError = pickle.UnpicklingError
    return inert


def find_tensors(torch, value):
    """[(dotted name, tensor)] of everything that can be reached, and the classes on the way."""
    found = []
    classes = {}
    seen = set()
    held = ("_parameters", "_buffers", "_modules")

    def visit(value, name, depth):
        if len(found) > MOST_ITEMS or depth > DEEPEST:
            return
        if isinstance(value, torch.Tensor):
            found.append((name, value))
            return
        if not isinstance(value, (dict, list, tuple, set, Inert)):
            if name.endswith(("_num_bits", "num_bits")) and isinstance(value, int):
                found.append((name, torch.tensor(value)))
            return
        if id(value) in seen:
            return
        seen.add(id(value))
        if isinstance(value, Inert):
            classes[name] = type(value).__name__
            for part in value.held:
                visit(part, name, depth + 1)
        elif isinstance(value, dict):
            for key, part in list(value.items())[:MOST_ITEMS]:
                inner = name if key in held else f"{name}.{key}".lstrip(".")
                visit(part, inner, depth + 1)
        else:
            for number, part in enumerate(list(value)[:MOST_ITEMS]):
                visit(part, f"{name}.{number}".lstrip("."), depth + 1)

    visit(value, "", 0)
    return found, classes
