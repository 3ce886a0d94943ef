"""What torchmetrics hands back: `compute`, a call on a batch, and its functions."""

from types import FunctionType


def torchmetrics_arrivals(calls):
    """Actions on metrics, collections of them, and the functions behind them."""

    def wrap_metric(module):
        kind = module.Metric
        kind.__call__ = calls.wrap(kind.__call__, _name_call)
        for owner in (kind, getattr(module, "CompositionalMetric", None)):
            if owner is not None and "_wrap_compute" in vars(owner):
                owner._wrap_compute = wrap_wrapping(vars(owner)["_wrap_compute"])  # noqa: SLF001

    def wrap_wrapping(original):
        # Every metric wraps its own `compute` when it is made or unpickled.
        def wrap_compute(self, compute):
            name = _name(self) + ".compute"
            return calls.wrap(original(self, compute), lambda *_: name)

        return wrap_compute

    def wrap_collection(module):
        kind = module.MetricCollection
        kind.__call__ = calls.wrap(kind.__call__, _name_call)
        kind.compute = calls.wrap(kind.compute, lambda own, *_: _name(own) + ".compute")

    def wrap_functions(module):
        for name, thing in list(vars(module).items()):
            own = isinstance(thing, FunctionType) and thing.__module__ == module.__name__
            if own and not name.startswith("_"):
                setattr(module, name, calls.wrap(thing, "torchmetrics.functional." + name))

    return {
        "torchmetrics.metric": wrap_metric,
        "torchmetrics.collections": wrap_collection,
        "torchmetrics.functional.": wrap_functions,
    }


def _name(own):
    return "torchmetrics." + type(own).__name__


def _name_call(own, *_):
    return _name(own) + ".__call__"
