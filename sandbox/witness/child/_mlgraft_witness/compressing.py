"""That the compressing component was called, and when: before or after what was measured.

From then on it is told, too, which of the script's models is asked, and which of its layers take
part: a layer that nothing calls may be as sparse as it likes.
"""

import functools
import time
from contextlib import suppress

from _mlgraft_witness.layers import watch_layers

_PRUNING = "torch.nn.utils.prune"
_FUNCTIONS = {
    "nncf": ("quantize", "compress_weights", "prune", "quantize_with_accuracy_control"),
    "nncf.torch": ("create_compressed_model",),
    "torch.ao.quantization.quantize": ("quantize_dynamic", "convert", "quantize", "quantize_qat"),
    "torch.ao.quantization.quantize_fx": ("convert_fx", "convert_to_reference_fx"),
    "torch.ao.quantization.quantize_pt2e": ("convert_pt2e",),
    _PRUNING: (
        *("l1_unstructured", "random_unstructured", "ln_structured", "random_structured"),
        *("global_unstructured", "custom_from_mask"),
    ),
}
_SPARSIFIER = "torch.ao.pruning.sparsifier.base_sparsifier"
MOST_TOLD = 2_000


class Asked:
    """Which model is asked after something was compressed; told where it changes."""

    def __init__(self, record, probes):
        self._record = record
        self._probes = probes
        self._last = None
        self._told = 0
        self._watched = set()

    def note_compressed(self, call, made, seconds):
        """Something was compressed: what is known of models before, and the one it made."""
        number = ""
        known = self._probes.count()
        with suppress(Exception):
            if hasattr(made, "named_modules"):
                number = str(self._probes.find(made).number)
        self._record(None, "sent", call, str(known), number, None, None, seconds)
        self._last = None
        self._watched.clear()
        self._probes.asked = self.ask

    def ask(self, call, model, args, kwargs):
        """Have the model answer as it would, and tell which one it was."""
        number = self._probes.find(model).number
        if number != self._last and self._told < MOST_TOLD:
            self._last = number
            self._tell("model.asked", number, "")
        if model.training or number in self._watched:
            return call(model, *args, **kwargs)
        self._watched.add(number)
        value, layers = watch_layers(call, model, args, kwargs)
        for name, used in layers:
            self._tell("model.used" if used else "model.idle", number, name)
        return value

    def _tell(self, what, number, name):
        self._told += 1
        self._record(None, "sent", what, str(number), name, None, None, 0.0)


def compressing_arrivals(record, probes):
    """Actions on NNCF and torch.ao once they are imported."""
    asked = Asked(record, probes)

    def wrap(owner, name, told, find):
        original = vars(owner).get(name)
        if original is None:
            return

        @functools.wraps(original)
        def call(*args, **kwargs):
            started = time.perf_counter()
            value = original(*args, **kwargs)
            asked.note_compressed(told, find(value, args), time.perf_counter() - started)
            return value

        setattr(owner, name, call)

    def wrap_all(names):
        def act(module):
            for name in names:
                told = f"{module.__name__}.{name}"
                # Pruning changes a layer where it is, and knows nothing of the model around it.
                find = (lambda *_: None) if module.__name__ == _PRUNING else (lambda made, _: made)
                wrap(module, name, told, find)

        return act

    def wrap_sparsifier(module):
        wrap(
            module.BaseSparsifier,
            "squash_mask",
            "torch.ao.pruning.squash_mask",
            lambda _, args: getattr(args[0], "model", None),
        )

    found = {module: wrap_all(names) for module, names in _FUNCTIONS.items()}
    return {**found, _SPARSIFIER: wrap_sparsifier}
