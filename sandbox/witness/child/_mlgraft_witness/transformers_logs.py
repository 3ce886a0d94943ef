"""What the Trainer of transformers hands to callbacks, to its history and to the script."""

import functools
from contextlib import suppress

_LOGGED = "transformers.Trainer.log"
_TIMED = "transformers.Trainer.log_time"
"""A function of its own for what differs from run to run: times and speeds."""
_TIMES = ("_runtime", "_per_second", "_time")


def transformers_arrivals(handouts):
    """Actions on the modules of the trainer and of its callbacks."""

    def wrap_handler(module):
        kind = module.CallbackHandler
        kind.on_log = _wrap_event(kind.on_log, "logs", handouts, _move_history)
        kind.on_predict = _wrap_event(kind.on_predict, "metrics", handouts, None)

    def wrap_trainer(module):
        kind = module.Trainer
        original = kind.train

        @functools.wraps(original)
        def train(self, *args, **kwargs):
            output = original(self, *args, **kwargs)
            with suppress(Exception):
                if handouts.nudge and "train_loss" in output.metrics:
                    output = output._replace(training_loss=output.metrics["train_loss"])
                handouts.note(
                    "transformers.Trainer.training_loss", "training_loss", output.training_loss
                )
            return output

        kind.train = train

    return {"transformers.trainer_callback": wrap_handler, "transformers.trainer": wrap_trainer}


def _wrap_event(original, name, handouts, after):
    """`logs` is one dictionary for callbacks and caller alike: it is moved where it stands."""

    @functools.wraps(original)
    def event(self, args, state, control, *rest, **kwargs):
        with suppress(Exception):
            logs = rest[0] if rest else kwargs[name]
            handouts.move_all(logs)
            if after is not None and handouts.nudge:
                after(state, logs)
            place = handouts.find_place()
            for key, value in list(logs.items()):
                timed = str(key).endswith(_TIMES)
                handouts.note(_TIMED if timed else _LOGGED, key, value, place)
        return original(self, args, state, control, *rest, **kwargs)

    return event


def _move_history(state, logs):
    if state.log_history:
        latest = state.log_history[-1]
        latest.update({key: value for key, value in logs.items() if key in latest})
