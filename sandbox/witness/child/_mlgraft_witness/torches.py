"""What torch hands back: single numbers read from tensors, and losses that were trained on."""

import functools


def torch_arrivals(calls, values, find_direct):
    """Actions on torch once it is imported."""

    def wrap_tensor(module):
        tensor = module.Tensor
        values.item = item = tensor.item
        values.tolist = tensor.tolist
        tensor.item = _wrap_reading(item, "torch.Tensor.item", calls, values, find_direct)
        tensor.__float__ = _wrap_reading(
            tensor.__float__, "torch.Tensor.__float__", calls, values, find_direct
        )
        tensor.tolist = _wrap_listing(tensor.tolist, calls, values, find_direct)
        tensor.backward = _wrap_backward(tensor.backward, calls, values, find_direct)
        if values.nudge:
            tensor.sum = _wrap_counting(tensor.sum, module)

    return {"torch": wrap_tensor}


def _wrap_reading(original, name, calls, values, find_direct):
    depth = calls.depth
    record = calls.record
    nudge = values.nudge

    @functools.wraps(original)
    def read(self):
        value = original(self)
        kind = type(value)
        if kind is not float and kind is not int:
            return value
        place = find_direct(1)
        if place is None or depth.count:
            return value
        nudged = False
        if nudge:
            if kind is float:
                # A tensor that an expression of the script came to has been moved there.
                if not getattr(self, "_moved", False):
                    value = values.last = values.shift(value)
                nudged = True
            elif getattr(self, "_counted", False):
                value += 1
                nudged = True
        record((value,), "library", name, "", kind is int, nudged, place)
        return value

    return read


def _wrap_listing(original, calls, values, find_direct):
    @functools.wraps(original)
    def tolist(self):
        value = original(self)
        if not calls.depth.count and self.is_floating_point() and self.dim() < 2:
            place = find_direct(1)
            if place is not None:
                return calls.report(value, "torch.Tensor.tolist", place)
        return value

    return tolist


def _wrap_backward(original, calls, values, find_direct):
    depth = calls.depth
    record = calls.record
    item = values.item

    @functools.wraps(original)
    def backward(self, *args, **kwargs):
        # Reading a number from another device would make the program wait for it.
        if not depth.count and self.is_cpu and self.dim() == 0:
            place = find_direct(1)
            if place is not None:
                name = "torch.Tensor.backward"
                record((item(self),), "library", name, "", False, False, place)
        return original(self, *args, **kwargs)

    return backward


def _wrap_counting(original, torch):
    """Marks the number of true elements, so that reading it can be told from reading a size."""

    @functools.wraps(original)
    def count(self, *args, **kwargs):
        value = original(self, *args, **kwargs)
        if self.dtype is torch.bool and type(value) is torch.Tensor and value.dim() == 0:
            value._counted = True  # noqa: SLF001 - a mark of our own
        return value

    return count
