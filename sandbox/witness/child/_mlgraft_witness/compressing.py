"""That the compressing component was called, and when: before or after what was measured."""

import functools
import time

_FUNCTIONS = {
    "nncf": ("quantize", "compress_weights", "prune", "quantize_with_accuracy_control"),
    "nncf.torch": ("create_compressed_model",),
    "torch.ao.quantization.quantize": ("quantize_dynamic", "convert", "quantize", "quantize_qat"),
    "torch.ao.quantization.quantize_fx": ("convert_fx", "convert_to_reference_fx"),
    "torch.ao.quantization.quantize_pt2e": ("convert_pt2e",),
    "torch.nn.utils.prune": (
        *("l1_unstructured", "random_unstructured", "ln_structured", "random_structured"),
        *("global_unstructured", "custom_from_mask"),
    ),
}
_SPARSIFIER = "torch.ao.pruning.sparsifier.base_sparsifier"


def compressing_arrivals(record):
    """Actions on NNCF and torch.ao once they are imported."""

    def wrap(owner, name, told):
        original = vars(owner).get(name)
        if original is None:
            return

        @functools.wraps(original)
        def call(*args, **kwargs):
            started = time.perf_counter()
            value = original(*args, **kwargs)
            record(None, "sent", told, "", "", None, None, time.perf_counter() - started)
            return value

        setattr(owner, name, call)

    def wrap_all(names):
        def act(module):
            for name in names:
                wrap(module, name, f"{module.__name__}.{name}")

        return act

    def wrap_sparsifier(module):
        wrap(module.BaseSparsifier, "squash_mask", "torch.ao.pruning.squash_mask")

    found = {module: wrap_all(names) for module, names in _FUNCTIONS.items()}
    return {**found, _SPARSIFIER: wrap_sparsifier}
