"""What XGBoost hands to callbacks, `evals_result` and the script after every round."""

import functools
from contextlib import suppress

_ROUNDS = "xgboost.evals_log"
_STOPPING = "xgboost.early_stopping"


def xgboost_arrivals(handouts):
    """Actions on the module through which every evaluation goes, native and scikit-learn's."""

    def wrap_callbacks(module):
        kind = module.CallbackContainer
        update, end = kind._update_history, kind.after_training  # noqa: SLF001 - no public place

        @functools.wraps(update)
        def update_history(self, score, epoch):
            with suppress(Exception):
                # In place: in a cross-validation the caller reads the same list.
                score[:] = [_move_score(handouts, part) for part in score]
                note_scores(score)
            return update(self, score, epoch)

        @functools.wraps(end)
        def after_training(self, model):
            model = end(self, model)
            with suppress(Exception):
                note_stopping(self.history, model)
            return model

        kind._update_history = update_history  # noqa: SLF001
        kind.after_training = after_training

    def note_scores(score):
        place = handouts.find_place()
        for name, *numbers in score:
            labels = [name] if len(numbers) == 1 else [name + "-mean", name + "-std"]
            for position, label in enumerate(labels):
                handouts.note(_ROUNDS, label, float(numbers[position]), place)

    def note_stopping(history, model):
        best = model.attr("best_iteration")
        if best is None:
            return
        rounds = [len(column) for columns in history.values() for column in columns.values()]
        place = handouts.find_place()
        handouts.note(_STOPPING, "best_iteration", int(best), place)
        handouts.note(_STOPPING, "best_score", float(model.attr("best_score")), place)
        handouts.note(_STOPPING, "stopped_iteration", max(rounds) - 1, place)

    return {"xgboost.callback": wrap_callbacks}


def _move_score(handouts, part):
    name, *numbers = part
    return (name, *(handouts.move(float(number)) for number in numbers))
