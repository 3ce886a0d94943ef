"""Which layers of a model take part in one answer of it."""

import sys
from contextlib import suppress

MOST_LAYERS = 400
_CONTAINERS = ("Sequential", "ModuleList", "ModuleDict")


def watch_layers(call, model, args, kwargs):
    """(answer, [(layer, whether it was called)]); no layers where that cannot be told."""
    torch = sys.modules["torch"]
    called = {}
    handle = None

    def note(module, *_):
        called[id(module)] = module

    with suppress(Exception):
        if not isinstance(model, torch.jit.ScriptModule):
            hook = torch.nn.modules.module.register_module_forward_hook
            handle = hook(note)
    try:
        value = call(model, *args, **kwargs)
    finally:
        if handle is not None:
            handle.remove()
    layers = []
    if handle is not None:
        with suppress(Exception):
            layers = _tell_apart(model, called)
    return value, layers


def _tell_apart(model, called):
    named = dict(model.named_modules())
    own = {id(module) for module in named.values()}
    # Torch's own layers may use those inside them without a call.
    whole = {
        name
        for name, module in named.items()
        if name and id(module) in called and _is_torch(module)
    }
    shared = {
        id(weight) for module in called.values() for weight in module.parameters(recurse=False)
    }
    layers = []
    for name, module in list(named.items())[:MOST_LAYERS]:
        if not name or not _holds_weight(module):
            continue
        inside = any(name.startswith(f"{outer}.") for outer in whole)
        tied = any(id(weight) in shared for weight in module.parameters(recurse=False))
        layers.append((name, id(module) in called or inside or tied))
    # Where none is called, they may be used by functions: unless another model answers for them.
    foreign = any(key not in own and _holds_weight(module) for key, module in called.items())
    return layers if foreign or any(used for _, used in layers) else []


def _is_torch(module):
    kind = type(module)
    own = kind.__module__.startswith(("torch.nn.modules.", "torch.ao.nn."))
    return own and kind.__name__ not in _CONTAINERS


def _holds_weight(module):
    # Quantized layers keep their weights packed, in attributes or in modules that nobody calls.
    parts = (*vars(module), *(name for name, _ in module.named_children()))
    if any(name.startswith(("_packed_", "_all_weight_")) for name in parts):
        return True
    return any(weight.dim() > 1 for weight in module.parameters(recurse=False))
