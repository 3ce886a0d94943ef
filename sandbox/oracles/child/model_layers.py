"""Told apart by name and shape: the layers of a model, and how each of them is compressed."""

import math
import re

MOST_LAYERS = 400
SAMPLES = 96
SIZES = {"quint4x2": 4, "quint2x4": 2, "qint32": 32}


def describe_tensors(torch, found, classes):
    """Layers that could be compressed, and how each of them is."""
    tensors = dict(found)
    masks = {}
    scales = {}
    fakes = {}
    quantizers = set()
    for name, tensor in tensors.items():
        if name.endswith("num_bits"):
            owner = name.rpartition(".")[0]
            quantizers.add(owner)
            if (layer := layer_of_hook(owner)) is not None:
                fakes[layer] = int(tensor.reshape(-1)[0])
        elif name.endswith((".binary_mask", "_mask", ".mask")) and tensor.dim() > 1:
            masks[layer_of_mask(name)] = tensor
        elif name.endswith("._scale"):
            scales[layer_of_mask(name)] = tensor
    named = any(is_weight(name) for name in tensors)
    layers = []
    told = set()
    prepared = any(".weight_fake_quant." in f".{name}" for name in tensors) or any(
        "activation_post_process" in name for name in tensors
    )
    for name, tensor in tensors.items():
        if len(layers) >= MOST_LAYERS or tensor.dim() < 2 or tensor.numel() == 0:
            continue
        if name.endswith((".binary_mask", "_mask", ".mask")) or "fake_quant" in name:
            continue
        if tensor.layout is not torch.strided or tensor.is_meta or id(tensor) in told:
            continue
        told.add(id(tensor))
        plain = plain_name(name)
        layer = {"name": plain, "rank": tensor.dim(), "elements": tensor.numel(), "bits": 0}
        if tensor.is_quantized:
            layer["bits"] = SIZES.get(str(tensor.dtype).rpartition(".")[2], 8)
            values = tensor.dequantize()
            layer["stored"] = True
        elif tensor.is_floating_point() and (is_weight(name) or not named):
            values = tensor.float()
            if tensor.dtype is torch.float16 and any(
                "Dynamic" in kind for kind in classes.values()
            ):
                layer["bits"] = 16
            for mask in (plain, f"{plain}.weight"):
                if mask in masks and masks[mask].shape == tensor.shape:
                    values = values * masks[mask].float()
                    layer["masked"] = True
            if plain in fakes:
                layer["bits"] = fakes[plain]
        elif tensor.dtype in (torch.int8, torch.uint8) and plain in scales:
            layer["stored"] = True
            scale = scales[plain].float()
            packed = tensor.dim() == 2 and tensor.shape[0] != scale.shape[0]
            layer["bits"] = 4 if packed else 8
            if packed:
                layer["elements"] *= 2
            values = unpack(tensor, scale, tensors, plain, packed)
        else:
            continue
        if values is None:
            layer["zeros"] = 0
        else:
            flat = values.detach().reshape(-1)
            layer["zeros"] = int((flat == 0).sum())
            step = max(1, flat.numel() // SAMPLES)
            kept = flat[: step * SAMPLES : step].tolist()
            layer["samples"] = [value if math.isfinite(value) else 0.0 for value in kept]
        layers.append(layer)
    known = {layer["name"] for layer in layers}
    loose = [bits for name, bits in fakes.items() if name not in known]
    # A functional call names no layer: its weight is quantized all the same.
    for layer in layers:
        if loose and not layer["bits"] and fakes:
            layer["bits"] = loose.pop()
    return {"layers": layers, "quantizers": len(quantizers), "prepared": prepared}


def unpack(tensor, scale, tensors, plain, packed):
    """The floats that integers with a scale beside them stand for; None where that is not clear."""
    if packed or scale.dim() != tensor.dim():
        return None
    zero = next(
        (held for name, held in tensors.items()
         if name.endswith("._zero_point") and layer_of_mask(name) == plain),
        None,
    )  # fmt: skip
    values = tensor.float()
    if zero is not None:
        values = values - zero.float()
    return values * scale


def is_weight(name):
    last = [part for part in name.split(".") if not part.isdigit()][-1:]
    return bool(last) and (
        "weight" in last[0] or "packed_params" in last[0] or "parametrizations.weight" in name
    )


def plain_name(name):
    """`net.0.weight_orig`, `net.0.parametrizations.weight.original` -> `net.0`."""
    name = name.replace("parametrizations.weight.original", "weight")
    name = re.sub(r"(^|\.)_packed_params.*$", r"\1weight", name)
    name = re.sub(r"(weight\w*)_orig$", r"\1", name)
    return re.sub(r"(^|\.)weight$", "", name)


def owner_of_hooks(before):
    """`state.__nncf_hooks.` -> `state.`: a model may lie inside a checkpoint."""
    return before.removesuffix("__nncf_hooks.")


def layer_of_hook(owner):
    """The layer whose weight a quantizer changes; None where it is an activation's."""
    # `__nncf_hooks.pre_hooks.net/0/linear/0__1.0`: second input of the operation.
    if match := re.search(r"^(.*?)pre_hooks\.(.*)__1\.\d+$", owner):
        inner = ".".join(part for part in match[2].split("/")[:-2] if part)
        return f"{owner_of_hooks(match[1])}{inner}".rstrip(".")
    if match := re.search(r"^(.*?)post_hooks\.([^/]*):weight__0\.\d+$", owner):
        return owner_of_hooks(match[1]) + match[2].replace(":", ".")
    # NNCF 2: `nncf_module.fc.pre_ops.0.op`.
    if match := re.search(r"(?:^|\.)([^/]*?)\.pre_ops\.\d+(?:\.op)?$", owner):
        return match[1].removeprefix("nncf_module.")
    return None


def layer_of_mask(name):
    """The layer that a mask or scale of its weight belongs to."""
    if match := re.search(r"^(.*?)post_hooks\.(.*)__0\.\d+\.\w+$", name):
        return plain_name(owner_of_hooks(match[1]) + match[2].replace(":", "."))
    if match := re.search(r"(?:^|\.)([^/]*?)\.pre_ops\.\d+(?:\.op)?\.\w+$", name):
        return match[1].removeprefix("nncf_module.")
    if match := re.search(r"(.*?)\.?parametrizations\.weight\.\d+\.mask$", name):
        return match[1]
    return plain_name(name.removesuffix("_mask"))
