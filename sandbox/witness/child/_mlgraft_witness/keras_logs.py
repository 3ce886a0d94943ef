"""What Keras 3 hands to callbacks, to its history and to the script: fit, evaluate, batches."""

import functools
from contextlib import suppress

_TRAINERS = tuple(f"keras.src.backend.{name}.trainer" for name in ("torch", "tensorflow", "jax"))
_KINDS = ("TorchTrainer", "TensorFlowTrainer", "JAXTrainer")
_ASKED = ("evaluate", "train_on_batch", "test_on_batch")
_HISTORY = "keras.callbacks.History"
_SCHEDULES = ("learning_rate_scheduler", "reduce_lr_on_plateau")


def keras_arrivals(calls, handouts):
    """Actions on the modules that hand out values."""
    flattened = {"values": None, "labels": ()}

    def wrap_base(module):
        kind = module.Trainer
        kind._get_metrics_result_or_logs = wrap_result(kind._get_metrics_result_or_logs)  # noqa: SLF001
        kind._flatten_metrics_in_order = wrap_flattening(kind._flatten_metrics_in_order)  # noqa: SLF001

    def wrap_result(original):
        """At the end of an epoch and of an evaluation: from here all others get their values."""

        @functools.wraps(original)
        def result(self, logs):
            found = original(self, logs)
            if not handouts.nudge or not isinstance(found, dict):
                return found
            return {key: handouts.move(value) for key, value in found.items()}

        return result

    def wrap_flattening(original):
        """Remember the names of values that are returned without them."""

        @functools.wraps(original)
        def flatten(self, logs):
            found = original(self, logs)
            with suppress(Exception):
                left = dict(logs)
                labels = []
                for value in found if isinstance(found, list) else [found]:
                    label = next(key for key, known in left.items() if known is value)
                    labels.append(label)
                    del left[label]
                flattened.update(values=found, labels=labels)
            return found

        return flatten

    def wrap_trainer(module):
        kind = next(vars(module)[name] for name in _KINDS if name in vars(module))
        for name in _ASKED:
            original = vars(kind).get(name)
            if original is not None:
                setattr(kind, name, wrap_asked(original, name))

    def wrap_asked(original, name):
        function = "keras.Model." + name

        @functools.wraps(original)
        def asked(self, *args, **kwargs):
            place = calls.find_caller(1)
            found = original(self, *args, **kwargs)
            if place is None:
                return found
            try:
                return hand_back(found, function, place, name != "evaluate")
            except Exception:  # noqa: BLE001 - a value that cannot be read is the program's all the same
                return found

        return asked

    def hand_back(found, function, place, moving):
        # What an evaluation comes to has been moved where it was made.
        move = handouts.move if moving else keep
        if isinstance(found, dict):
            found = {key: move(value) for key, value in found.items()}
            handouts.note_all(function, found, place)
            return found
        labels = flattened["labels"] if flattened["values"] is found else ()
        values = [move(value) for value in (found if isinstance(found, list) else [found])]
        for number, value in enumerate(values):
            label = labels[number] if number < len(labels) else ""
            handouts.note(function, label, value, place)
        return values if isinstance(found, list) else values[0]

    actions = dict.fromkeys(_TRAINERS, wrap_trainer)
    actions["keras.src.trainers.trainer"] = wrap_base
    return {**actions, **_listening_arrivals(handouts)}


def _listening_arrivals(handouts):
    """Actions on the callbacks that every fit has, and on those that add to what is handed on."""

    def wrap_history(module):
        kind = module.History
        original = kind.on_epoch_end

        @functools.wraps(original)
        def on_epoch_end(self, epoch, logs=None):
            if logs:
                handouts.note_all(_HISTORY, logs)
            return original(self, epoch, logs)

        kind.on_epoch_end = on_epoch_end

    def wrap_schedule(module):
        for kind in list(vars(module).values()):
            if isinstance(kind, type) and kind.__module__ == module.__name__:
                kind.on_epoch_end = wrap_rate(kind.on_epoch_end)

    def wrap_rate(original):
        """The learning rate, which these callbacks add for those that come after them."""

        @functools.wraps(original)
        def on_epoch_end(self, epoch, logs=None):
            before = set(logs or ())
            value = original(self, epoch, logs)
            with suppress(Exception):
                for key in set(logs or ()) - before:
                    logs[key] = handouts.move(logs[key])
            return value

        return on_epoch_end

    actions = {"keras.src.callbacks.history": wrap_history}
    for name in _SCHEDULES:
        actions["keras.src.callbacks." + name] = wrap_schedule
    return actions


def keep(value):
    """The value itself."""
    return value
