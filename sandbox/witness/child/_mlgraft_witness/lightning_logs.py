"""What Lightning hands to loggers, callbacks and the script: `self.log` and what becomes of it."""

import functools
from contextlib import suppress

_ROOTS = ("lightning.pytorch", "pytorch_lightning")
_CONNECTOR = ".trainer.connectors.logger_connector"
_LOGGED = "lightning.Trainer.logged_metrics"
_CALLED = "lightning.Trainer.callback_metrics"


def lightning_arrivals(calls, handouts):
    """Actions on the modules through which every logged value goes."""
    last = {}

    def wrap_results(module):
        kind = module._ResultCollection  # noqa: SLF001 - there is no public place for all values
        original = kind.metrics

        @functools.wraps(original)
        def metrics(self, *args, **kwargs):
            found = original(self, *args, **kwargs)
            with suppress(Exception):
                _move_metrics(handouts, found)
                last["callback"] = {
                    key: value
                    for key, value in found["callback"].items()
                    if key not in found["log"]
                }
            return found

        kind.metrics = metrics

    def wrap_connector(module):
        kind = module._LoggerConnector  # noqa: SLF001 - there is no public place for all values
        log_metrics, on_epoch_end = kind.log_metrics, kind.on_epoch_end

        @functools.wraps(log_metrics)
        def log(self, metrics, step=None):
            with suppress(Exception):
                if metrics:
                    if "epoch" not in metrics and step is None and "step" not in metrics:
                        # What the loggers would be given anyway; moved only as a float.
                        epoch = self.trainer.current_epoch
                        if handouts.nudge:
                            moved = handouts.move_steadily("epoch", float(epoch))
                            metrics = {**metrics, "epoch": moved}
                        else:
                            handouts.note(_LOGGED, "epoch", epoch)
                    handouts.note_all(_LOGGED, metrics)
            return log_metrics(self, metrics, step=step)

        @functools.wraps(on_epoch_end)
        def end(self, *args, **kwargs):
            value = on_epoch_end(self, *args, **kwargs)
            with suppress(Exception):
                handouts.note_all(_CALLED, last.pop("callback", {}))
            return value

        kind.log_metrics = log
        kind.on_epoch_end = end

    def wrap_module(module):
        kind = module.LightningModule
        original = kind.log

        @functools.wraps(original)
        def log(self, name, value, *args, **kwargs):
            # Seen before anything is reduced: what a script logs by itself beside Lightning.
            place = calls.find_caller(1)
            if place is not None:
                handouts.note("lightning.LightningModule.log", name, value, place, nudged=False)
            return original(self, name, value, *args, **kwargs)

        kind.log = log

    actions = {}
    for root in _ROOTS:
        actions[root + _CONNECTOR + ".result"] = wrap_results
        actions[root + _CONNECTOR + ".logger_connector"] = wrap_connector
        actions[root + ".core.module"] = wrap_module
    return actions


def _move_metrics(handouts, found):
    """Move each value once, whatever it is called for loggers, callbacks and progress bars."""
    if not handouts.nudge:
        return
    moved = {}
    for part in ("log", "callback"):
        for key, value in found[part].items():
            if id(value) not in moved:
                # The value is kept beside its moved one, so that its id stays its own.
                moved[id(value)] = (value, handouts.move_steadily(key, value))
            found[part][key] = moved[id(value)][1]
    for key in found["pbar"]:
        value = found["log"].get(key, found["callback"].get(key))
        if value is not None:
            found["pbar"][key] = float(value)
