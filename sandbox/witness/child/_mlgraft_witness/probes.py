"""Remembers what the script's own models were given last, and what they made of it."""

import itertools
import time
import weakref
from contextlib import suppress

from _mlgraft_witness.crossing import cross_rows
from _mlgraft_witness.rows import cut_pair, cut_rows, tell_rows

MOST_MODELS = 64
MOST_SITES = 8
MOST_SAVED = 128
MOST_ASIDES = 6
"""Kept of one model: each of its functions, for rows and for crossed rows."""
ASIDE_SECONDS = 0.3
ASIDE_SHARE = 0.02
"""Of the time since the start: what asking by the way may take, beside the seconds above."""
MOST_BYTES_TOLD = 8 * 1024 * 1024
SITE_LETTERS = 300


class _Model:
    """One model object: where it was used, and with which rows last."""

    __slots__ = ("asides", "calls", "kind", "number", "owed", "ref", "rows", "sites", "trained")

    def __init__(self, number, model):
        self.number = number
        self.kind = name_kind(type(model))
        self.ref = weakref.ref(model)
        self.sites = {}
        self.calls = {}
        self.asides = {}
        self.owed = None
        """Where it was called or trained since it was last asked by the way."""
        self.rows = None
        self.trained = 0

    def note_site(self, site):
        if site not in self.sites and len(self.sites) < MOST_SITES:
            self.sites[site] = None


class Probes:
    """All models of one run; `record` is the ledger's.

    Rows are cut when a model is called and told at the end of the run. When something is saved,
    every model is asked anew by `refreshers`: by then it may have gone back to its best weights.
    A model of a library is asked by the way, too, as long as that is cheap: by the time that
    something is saved it may be gone, and another one stand under its name.
    """

    def __init__(self, record):
        self._record = record
        self._models = []
        self._living = {}
        self._numbers = itertools.count()
        self._moments = itertools.count()
        self._saved = []
        self._started = time.monotonic()
        self._spent = 0.0
        self.refreshers = []
        """Functions (model, rows) -> [(function, outputs)], or None for a kind not theirs."""
        self.asked = None
        """Called in the place of a module, once something was compressed."""

    def count(self):
        """How many model objects were seen: those that come later have higher numbers."""
        return self._models[-1].number + 1 if self._models else 0

    def find(self, model):
        """What is known of a model object, made anew where it is unknown."""
        known = self._living.get(id(model))
        if known is None or known.ref() is not model:
            # The id may have been another's that is gone; what is known of that one stays.
            known = self._living[id(model)] = _Model(next(self._numbers), model)
            self._models.append(known)
            if len(self._models) > MOST_MODELS:
                oldest = self._models.pop(0)
                self._living = {key: one for key, one in self._living.items() if one is not oldest}
        return known

    def note_training(self, model, rows, site):
        """A model was trained (on): rows are kept where none are known yet."""
        known = self.find(model)
        known.trained += 1
        known.note_site(site)
        if known.rows is None:
            known.rows = cut_rows(rows)

    def note_rows(self, model, rows, site):
        """A model was scored: for these rows it may be asked later."""
        known = self.find(model)
        known.note_site(site)
        known.rows = cut_rows(rows)

    def note_call(self, model, function, rows, outputs, site):
        """A model was asked to predict; what was asked at the same place before is forgotten."""
        known = self.find(model)
        known.note_site(site)
        known.rows = rows
        key = (function, site)
        if key in known.calls or len(known.calls) < MOST_SITES:
            known.calls[key] = (next(self._moments), known.trained, rows, outputs)

    def ask_aside(self, model, refresh, site, late=False):
        """Ask a model of a library by the way for all it says of its rows, unless that is dear."""
        known = self.find(model)
        began = time.monotonic()
        dear = self._spent > ASIDE_SECONDS + ASIDE_SHARE * (began - self._started)
        known.owed = site if dear and not late else None
        # What it said there before says nothing of what it has become; the last place comes last.
        known.asides.pop(site, None)
        if known.rows is None or known.owed or len(known.asides) >= MOST_SITES:
            return
        found = known.asides[site] = []
        for rows in _vary_rows(known.rows):
            for function, outputs in refresh(model, rows) or ():
                found.append((next(self._moments), known.trained, function, rows, outputs))
        del found[MOST_ASIDES:]
        self._spent += time.monotonic() - began

    def ask_owed(self, refresh):
        """At the end: ask those models that are still alive and were left out."""
        for known in list(self._models):
            model = known.ref()
            if model is not None and known.owed:
                with suppress(Exception):
                    self.ask_aside(model, refresh, known.owed, late=True)

    def save(self):
        """Something is about to be saved: ask every model that is alive what it predicts now."""
        for known in list(self._models):
            model = known.ref()
            if model is None or known.rows is None:
                continue
            with suppress(Exception):
                self._ask(known, model, known.kind)
                best = getattr(model, "best_estimator_", None)
                if best is not None:
                    self._ask(known, best, name_kind(type(best)))
        del self._saved[:-MOST_SAVED]

    def _ask(self, known, model, kind):
        for rows in _vary_rows(known.rows):
            for refresh in self.refreshers:
                for function, outputs in refresh(model, rows) or ():
                    moment = next(self._moments)
                    told = _tell_pair(rows, outputs)
                    self._saved.append((moment, known, known.trained, kind, function, *told))

    def tell(self):
        """Write down what is known, once, before the ledger ends."""
        room = MOST_BYTES_TOLD
        entries = [
            (moment, known, trained, kind, "save", function, list(known.sites), rows, outputs)
            for moment, known, trained, kind, function, rows, outputs in self._saved
        ]
        for known in self._models:
            for (function, site), (moment, trained, rows, outputs) in known.calls.items():
                told = _tell_pair(rows, outputs)
                entries.append(
                    (moment, known, trained, known.kind, "call", function, [site], *told)
                )
            for site, asides in known.asides.items():
                for moment, trained, function, rows, outputs in asides:
                    told = _tell_pair(rows, outputs)
                    entries.append(
                        (moment, known, trained, known.kind, "aside", function, [site], *told)
                    )
        # The newest are told first: should there be too much, the oldest are left out.
        for entry in sorted(entries, key=lambda entry: entry[0], reverse=True):
            moment, known, trained, kind, occasion, function, sites, rows, outputs = entry
            if rows is None or outputs is None:
                continue
            room -= len(str(rows[-1])) + len(str(outputs[-1]))
            if room < 0:
                break
            later = known.trained - trained
            what = (known.number, kind, occasion, function, later, sites)
            self._record(None, "probe", moment, *what, rows, outputs)
        self._living.clear()
        del self._models[:], self._saved[:]


def _vary_rows(known):
    """The rows that a model was given, and others that it never was."""
    rows = cut_rows(known)
    crossed = None
    with suppress(Exception):
        crossed = cross_rows(rows)
    return (rows,) if crossed is None else (rows, crossed)


def _tell_pair(inputs, outputs):
    pair = cut_pair(inputs, outputs)
    return (tell_rows(pair[0]), tell_rows(pair[1])) if pair else (None, None)


def name_kind(kind):
    """`sklearn.pipeline.Pipeline`, as pickles name it."""
    return f"{kind.__module__}.{kind.__qualname__}"[:SITE_LETTERS]


def open_probes(record):
    """The models of this run, none of them known yet."""
    return Probes(record)
