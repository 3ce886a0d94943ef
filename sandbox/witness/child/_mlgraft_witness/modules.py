"""Remembers what torch modules of the script are given and make of it."""

import functools
import sys
from contextlib import suppress

from _mlgraft_witness.rows import cut_pair

_LARGE = 1_000_000
"""Numbers in a tensor that is not kept alive just to be looked at later."""


def open_modules(probes, inside, find_direct):
    """An action on torch once it is imported; what a module calls inside is not remembered."""

    def note(model, rows, value, site, tracing):
        if model.training:
            probes.note_training(model, rows, site)
        elif tracing() or not rows.is_cpu or rows.shape[:1] != value.shape[:1]:
            # What a tracer passes through has no values, and must not be looked at.
            return
        elif rows.numel() + value.numel() > _LARGE:
            pair = cut_pair(rows, value)
            if pair is not None:
                probes.note_call(model, "__call__", *pair, site)
        elif rows.dim():
            probes.note_call(model, "__call__", rows.detach(), value.detach(), site)

    def wrap_modules(torch):
        kind = torch.nn.Module
        original = kind.__call__
        compiling = getattr(getattr(torch, "compiler", None), "is_compiling", bool)
        tracing = torch.jit.is_tracing
        tensor = torch.Tensor

        @functools.wraps(original)
        def call(self, *args, **kwargs):
            # First of all: a compiler that follows this call must find nothing of ours in it.
            if compiling() or inside.model or inside.saving:
                return original(self, *args, **kwargs)
            site = find_direct(1)
            if site is None:
                return original(self, *args, **kwargs)
            inside.model = True
            try:
                if probes.asked is None or tracing():
                    value = original(self, *args, **kwargs)
                else:
                    value = probes.asked(original, self, args, kwargs)
            finally:
                inside.model = False
            if len(args) == 1 and not kwargs and type(value) is tensor:
                with suppress(Exception):
                    note(self, args[0], value, site, tracing)
            return value

        kind.__call__ = call

    probes.refreshers.append(_ask_module)
    return wrap_modules


def _ask_module(model, rows):
    """What a module makes of the rows in evaluation; it and the generator stay as they were."""
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(model, torch.nn.Module):
        return None
    modules = list(model.modules())
    modes = [(module, module.training) for module in modules]
    state = torch.get_rng_state()
    try:
        for module in modules:
            module.training = False
        with torch.no_grad():
            return [("__call__", model(rows))]
    finally:
        torch.set_rng_state(state)
        for module, mode in modes:
            module.training = mode
