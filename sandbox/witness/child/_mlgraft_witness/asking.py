"""Which calls of models the witness remembers: scikit-learn's and of those that look like it."""

import functools
from contextlib import suppress
from types import FunctionType

from _mlgraft_witness.inside import Inside, find_scoring, open_sites
from _mlgraft_witness.modules import open_modules
from _mlgraft_witness.plainness import Stillness, is_plain
from _mlgraft_witness.rows import cut_pair

_PREDICTING = ("predict", "predict_proba", "decision_function")
_TRAINING = ("fit", "partial_fit", "fit_predict", "fit_transform")
_LIKE_SCIKIT = ("sklearn.", "xgboost.sklearn", "lightgbm.sklearn")


def probe_arrivals(probes, calls, find_direct):
    """Actions on the libraries whose models are asked, and on MLflow, which saves them."""
    inside = Inside()
    estimators = _Estimators(probes, inside, open_sites(inside, calls.find_caller))
    arrivals = dict.fromkeys(_LIKE_SCIKIT, estimators.wrap_module)
    arrivals["torch"] = open_modules(probes, inside, find_direct)
    arrivals["mlflow."] = _open_saving(probes, calls.depth, inside)
    probes.refreshers.append(_ask_estimator)
    return arrivals


class _Estimators:
    """Wrappers for the methods of estimators; what an estimator calls inside is not remembered."""

    def __init__(self, probes, inside, find_site):
        self._probes = probes
        self._inside = inside
        self._find_site = find_site

    def wrap_module(self, module):
        for kind in list(vars(module).values()):
            if isinstance(kind, type) and kind.__module__ == module.__name__:
                for name in _PREDICTING:
                    _replace(kind, name, self._wrap_predict)
                for name in _TRAINING:
                    _replace(kind, name, self._wrap_fit)
                _replace(kind, "score", self._wrap_score)

    def _wrap_predict(self, original, name):
        inside, find_site = self._inside, self._find_site

        def note(model, rows, value, site):
            pair = cut_pair(rows, value)
            if pair is not None:
                self._probes.note_call(model, name, *pair, site)

        @functools.wraps(original)
        def predict(own, *args, **kwargs):
            site = None if inside.model else find_scoring(inside, own) or find_site(1)
            if not site:
                return original(own, *args, **kwargs)
            value = _enter(inside, original, own, args, kwargs)
            if len(args) + len(kwargs) == 1:
                with suppress(Exception):
                    note(own, _first(args, kwargs), value, site)
                self._ask_aside(own, site)
            return value

        return predict

    def _wrap_fit(self, original, _):
        inside, find_site, probes = self._inside, self._find_site, self._probes

        @functools.wraps(original)
        def fit(own, *args, **kwargs):
            site = None if inside.model or inside.scored else find_site(1)
            if not site:
                return original(own, *args, **kwargs)
            value = _enter(inside, original, own, args, kwargs)
            with suppress(Exception):
                probes.note_training(own, _first(args, kwargs), site)
            self._ask_aside(own, site)
            return value

        return fit

    def _wrap_score(self, original, _):
        inside, find_site, probes = self._inside, self._find_site, self._probes

        @functools.wraps(original)
        def score(own, *args, **kwargs):
            site = None if inside.model or inside.scored else find_site(1)
            if not site:
                return original(own, *args, **kwargs)
            inside.scored = (own, site)
            try:
                value = original(own, *args, **kwargs)
            finally:
                inside.scored = None
            with suppress(Exception):
                probes.note_rows(own, _first(args, kwargs), site)
            self._ask_aside(own, site)
            return value

        return score

    def _ask_aside(self, model, site):
        """Nothing of the script's own may run once more, and no generator may move."""
        inside = self._inside
        if inside.scored is not None or inside.saving or not hasattr(model, "predict"):
            return
        outer, inside.model = inside.model, True
        try:
            with suppress(Exception):
                self._probes.ask_aside(model, ask_plain, site)
        finally:
            inside.model = outer


def _replace(kind, name, wrap):
    method = vars(kind).get(name)
    if isinstance(method, FunctionType):
        setattr(kind, name, wrap(method, name))
    elif isinstance(getattr(method, "fn", None), FunctionType):
        # `available_if`: a descriptor around the function
        method.fn = wrap(method.fn, name)


def _enter(inside, original, model, args, kwargs):
    inside.model = True
    try:
        return original(model, *args, **kwargs)
    finally:
        inside.model = False


def _first(args, kwargs):
    return args[0] if args else kwargs.get("X")


def _ask_estimator(model, rows):
    found = []
    if "predict" in dir(type(model)) and "torch" not in type(model).__module__.split(".")[:1]:
        for name in _PREDICTING:
            predict = getattr(model, name, None)
            if predict is not None:
                with suppress(Exception):
                    found.append((name, predict(rows)))
    return found


def ask_plain(model, rows):
    """What a model of a library's own says; nothing where more than the library would run."""
    if not is_plain(model):
        return None
    with Stillness():
        return _ask_estimator(model, rows)


def _open_saving(probes, depth, inside):
    def wrap_flavour(module):
        save = vars(module).get("save_model")
        if isinstance(save, FunctionType) and save.__module__ == module.__name__:
            module.save_model = wrap_save(save)

    def ask_all():
        # With the witness's own calls inside, nothing of this is taken for the script's.
        outer, inside.model = inside.model, True
        try:
            probes.save()
        finally:
            inside.model = outer

    def wrap_save(original):
        @functools.wraps(original)
        def save_model(*args, **kwargs):
            if inside.saving:
                return original(*args, **kwargs)
            inside.saving = True
            depth.count += 1
            try:
                ask_all()
                return original(*args, **kwargs)
            finally:
                inside.saving = False
                depth.count -= 1

        return save_model

    return wrap_flavour
