"""What LightGBM hands to callbacks, `record_evaluation` and the script after every round."""

import functools
from contextlib import suppress

_ROUNDS = "lightgbm.evals_result"
_FOLDS = "lightgbm.cv_results"
_STOPPING = "lightgbm.early_stopping"


def lightgbm_arrivals(handouts):
    """Actions on boosters and on the loop that trains them, native and scikit-learn's."""

    def wrap_basic(module):
        kind = module.Booster
        for name in ("eval", "eval_train", "eval_valid"):
            setattr(kind, name, wrap_evaluation(getattr(kind, name)))

    def wrap_evaluation(original):
        @functools.wraps(original)
        def evaluate(self, *args, **kwargs):
            results = original(self, *args, **kwargs)
            try:
                moved = [_move_result(handouts, result) for result in results]
                place = handouts.find_place()
                for result in moved:
                    handouts.note(_ROUNDS, _name_result(result), float(result[2]), place)
            except Exception:  # noqa: BLE001 - a value that cannot be read is the program's all the same
                return results
            return moved

        return evaluate

    def wrap_engine(module):
        aggregate, train = module._agg_cv_result, module.train  # noqa: SLF001 - no public place

        @functools.wraps(aggregate)
        def agg_cv_result(*args, **kwargs):
            results = aggregate(*args, **kwargs)
            with suppress(Exception):
                place = handouts.find_place()
                for result in results:
                    name = _name_result(result)
                    handouts.note(_FOLDS, name + "-mean", float(result[2]), place)
                    handouts.note(_FOLDS, name + "-stdv", float(result[4]), place)
            return results

        @functools.wraps(train)
        def train_booster(*args, **kwargs):
            booster = train(*args, **kwargs)
            with suppress(Exception):
                note_stopping(booster)
            return booster

        module._agg_cv_result = agg_cv_result  # noqa: SLF001
        module.train = train_booster

    def note_stopping(booster):
        if booster.best_iteration > 0:
            place = handouts.find_place()
            handouts.note(_STOPPING, "best_iteration", booster.best_iteration, place)
            handouts.note(_STOPPING, "stopped_iteration", booster.current_iteration(), place)

    return {"lightgbm.basic": wrap_basic, "lightgbm.engine": wrap_engine}


def _name_result(result):
    """As autologging and most scripts write it: `valid_0-auc`."""
    return f"{result[0]}-{result[1]}"


def _move_result(handouts, result):
    """A tuple, or since 4.7 a named one."""
    if not handouts.nudge:
        return result
    number = handouts.move(float(result[2]))
    if hasattr(result, "_fields"):
        # Its length differs from the number of its fields, which `_replace` does not expect.
        fields = {name: getattr(result, name) for name in result._fields}
        return type(result)(**{**fields, result._fields[2]: number})
    return (*result[:2], number, *result[3:])
