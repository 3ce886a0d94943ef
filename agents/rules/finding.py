"""Finds metric sites: values that a library measured, and values the script calls metrics."""

import re

import libcst as cst

from agents.rules.expressions import find_measured, is_cheap, is_first, is_rescaled, is_uneven
from agents.rules.ledger import Ledger
from agents.rules.loops import is_batch_loop
from agents.rules.meaning import Meaning
from agents.rules.metrics import COUNTS, family_of, is_metric_name, words_of
from agents.rules.pacing import naming_parameter
from agents.rules.printing import is_iteration, is_printed_rarely, label_of
from agents.rules.script import Function, Place, Script
from agents.rules.selection import fold_sites, search_site
from agents.rules.showing import Shown, Sink, read_shown
from agents.rules.sites import MetricSite
from agents.rules.survey import names_in
from agents.rules.values import Reader

_TALLIES = frozenset({"correct", "total", "count", "counts", "hits", "num", "n", "size", "sum"})
_LOADS = (cst.Name, cst.Attribute, cst.Subscript)


class Finder:
    """Walks over a script's statements, callers before the functions they call."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.reader = Reader(script)
        self.sites: list[MetricSite] = []
        self.ledger = Ledger(script)
        self.handed: dict[Function, set[int]] = {}
        """Functions whose returned values are logged by the caller; -1: the whole."""

    def find(self) -> tuple[MetricSite, ...]:
        """All sites in the order of their lines."""
        for function in self._order():
            places = [p for p in self.script.places if p.function is function]
            if function is not None:
                self._returned(function)
            for place in places:
                self._bound(place)
            for place in places:
                self._shown(place)
        return tuple(sorted(self.sites, key=lambda s: (s.line, not s.after)))

    def _order(self) -> list[Function | None]:
        order: list[Function | None] = [None]
        left = list(self.script.functions)
        while left:
            ready = [
                f
                for f in left
                if not any(
                    c.place.function in left and c.place.function is not f
                    for c in self.script.calls.get(f, ())
                )
            ] or left[:1]
            order += ready
            left = [f for f in left if f not in ready]
        return order

    def _returned(self, function: Function) -> None:
        """Take note of returned values that the callers log."""
        handed = self.handed.get(function, set())
        for statement in self.script.returns.get(function, ()) if handed else ():
            line = self.script.parents[statement]
            place = next((p for p in self.script.places if p.line is line), None)
            if statement.value is None or place is None:
                continue
            if -1 in handed:
                self.ledger.add(place, self.script.text(statement.value))
            if isinstance(statement.value, cst.Tuple):
                for index, element in enumerate(statement.value.elements):
                    if index in handed:
                        self.ledger.add(place, self.script.text(element.value))

    def _add(self, site: MetricSite) -> None:
        self.sites.append(site)
        text = site.value or self.script.text(site.node)
        self.ledger.add(site.place, text)

    # values that get a name

    def _bound(self, place: Place) -> None:
        for small in place.line.body:
            if isinstance(small, cst.Assign) and len(small.targets) == 1:
                self._assigned(place, small.targets[0].target, small.value)
            elif isinstance(small, cst.AnnAssign) and small.value is not None:
                self._assigned(place, small.target, small.value)
            elif isinstance(small, cst.AugAssign):
                divided = isinstance(small.operator, cst.DivideAssign)
                name = self.script.text(small.target)
                meaning = self.reader.read(small.target, place.function)
                if divided and meaning.kind == "number" and is_metric_name(name):
                    self._bind(place, small.target, small.target, meaning)
            elif isinstance(small, cst.Expr) and isinstance(small.value, cst.Call):
                self._fitted(place, small.value)

    def _assigned(
        self, place: Place, target: cst.BaseExpression, value: cst.BaseExpression
    ) -> None:
        meaning = self.reader.read(value, place.function)
        if isinstance(target, cst.Tuple | cst.List):
            items = meaning.items if meaning.kind == "several" else ()
            for index, name in names_in(target):
                if index < len(items) and items[index].kind == "number":
                    element = target.elements[index].value
                    if items[index].measured or is_metric_name(name):
                        self._bind(place, element, value, items[index])
                        self._hand(meaning, index, value, place)
            return
        name = self.script.text(target)
        if isinstance(value, _LOADS):
            return
        same = self.ledger.holds(place, self.script.text(value))
        if same or (self.ledger.holds(place, name) and is_rescaled(self.script, value, name)):
            self.ledger.add(place, name)
            return
        if meaning.kind == "folds" and isinstance(value, cst.Call) and isinstance(target, cst.Name):
            for site in fold_sites(self.script, place, target, meaning):
                self._add(site)
            for word in ("mean", "std"):
                self.ledger.add(place, f"np.{word}({name})")
        elif meaning.kind == "search" and isinstance(value, cst.Call):
            if isinstance(value.func, cst.Attribute) and value.func.attr.value == "fit":
                self._searched(place, target, meaning)
        elif meaning.kind == "number":
            self._name(place, target, value, meaning)

    def _name(
        self,
        place: Place,
        target: cst.BaseExpression,
        value: cst.BaseExpression,
        meaning: Meaning,
    ) -> None:
        if meaning.measured or is_metric_name(self.script.text(target)):
            self._bind(place, target, value, meaning)
            self._hand(meaning, -1, value, place)

    def _hand(self, meaning: Meaning, index: int, value: cst.BaseExpression, place: Place) -> None:
        if isinstance(value, cst.Call):
            target = self.script.defined(value, place.function)
            if target is not None and len(self.script.calls.get(target, ())) >= 1:
                self.handed.setdefault(target, set()).add(index)

    def _bind(
        self,
        place: Place,
        target: cst.BaseExpression,
        value: cst.BaseExpression,
        meaning: Meaning,
    ) -> None:
        name = self.script.text(target)
        if self.ledger.holds(place, name, anew=True):
            return
        if not meaning.measured and is_iteration(self.script, place):
            return
        if is_printed_rarely(self.script, place, name):
            return
        self._add(
            MetricSite(
                place,
                self.script.line_of(place.line),
                value,
                name,
                True,
                "bound",
                meaning,
                name,
                label_of(self.script, self.ledger, place, name),
            )
        )

    def _fitted(self, place: Place, call: cst.Call) -> None:
        if not isinstance(call.func, cst.Attribute) or call.func.attr.value != "fit":
            return
        owner = self.reader.read(call.func.value, place.function)
        if owner.kind == "search" and isinstance(call.func.value, cst.Name):
            self._searched(place, call.func.value, owner)

    def _searched(self, place: Place, holder: cst.BaseExpression, meaning: Meaning) -> None:
        site = search_site(self.script, place, holder, meaning)
        if site is not None:
            self._add(site)

    # values that are shown

    def _shown(self, place: Place) -> None:
        for index, small in enumerate(place.line.body):
            if isinstance(small, cst.Expr) and isinstance(small.value, cst.Call):
                self._ignored(place, small.value, index)
            for shown in read_shown(self.script, small):
                self._show(place, shown, index)

    def _ignored(self, place: Place, call: cst.Call, index: int) -> None:
        """A call of the script's own whose measured value nobody takes."""
        target = self.script.defined(call, place.function)
        if target is None or len(self.script.calls.get(target, ())) < 2 or index:
            return
        if naming_parameter(self.script, target):
            return
        meaning = self.reader.read(call, place.function)
        if meaning.measured:
            self._hoist(place, call, meaning, "", "print")
            self.handed.setdefault(target, set()).add(-1)

    def _show(self, place: Place, shown: Shown, index: int) -> None:
        text = self.script.text(shown.node)
        if shown.counted or self.ledger.holds(place, text):
            return
        if self._is_derived(place, shown):
            return
        measured = list(find_measured(self.reader, shown.node, place.function))
        if measured:
            for node, meaning in measured:
                inner = self.script.text(node)
                if isinstance(node, cst.Attribute) and not self.ledger.holds(place, inner):
                    # What a fit left behind is only read: nothing is computed twice.
                    line = self.script.line_of(place.line)
                    self._add(
                        MetricSite(
                            place, line, node, inner, False, shown.sink, meaning, "", shown.label
                        )
                    )
                elif index == 0 and not shown.fixed and not self.ledger.holds(place, inner):
                    self._hoist(place, node, meaning, shown.label, shown.sink)
                    self._hand(meaning, -1, node, place)
            return
        meaning = self.reader.read(shown.node, place.function)
        if meaning.kind != "literal" and (shown.numeric or meaning.kind == "number"):
            self._show_number(place, shown, meaning, index)

    def _show_number(self, place: Place, shown: Shown, meaning: Meaning, index: int) -> None:
        """A number is a metric where its own name or the words beside it say so."""
        node, text = shown.node, self.script.text(shown.node)
        own = text if isinstance(node, _LOADS) else text.removesuffix(".item()")
        own = own if isinstance(node, _LOADS) or own.isidentifier() else ""
        named = is_metric_name(own.removeprefix("self."))
        tally = bool(set(words_of(own)) & (_TALLIES | COUNTS))
        every = place.loops and is_batch_loop(self.script, place, place.loops[-1])
        if not named and (tally or not is_metric_name(shown.label)):
            return
        if every and shown.sink == "append":
            return
        step = self.script.text(shown.step) if isinstance(shown.step, cst.Name) else ""
        own = own if named else ""
        if isinstance(node, _LOADS) or is_cheap(self.script, node):
            line, value = self.script.line_of(place.line), self.script.verbatim(node)
            self._add(
                MetricSite(
                    place, line, node, value, False, shown.sink, meaning, own, shown.label, step
                )
            )
        elif index == 0 and not shown.fixed:
            self._hoist(place, node, meaning, shown.label, shown.sink, step)

    def _is_derived(self, place: Place, shown: Shown) -> bool:
        """An expression over a name that is logged already."""
        if isinstance(shown.node, cst.Name):
            return False
        names = re.findall(r"[A-Za-z_]\w*", self.script.text(shown.node))
        made_of = self.ledger.names(place).intersection(names)
        family, families = family_of(shown.label), {family_of(name) for name in made_of}
        # `ppl {math.exp(loss):.2f}` is a measure of its own.
        another = family not in ("", "score") and "" not in families and family not in families
        return bool(made_of) and not (another and is_cheap(self.script, shown.node))

    def _hoist(
        self,
        place: Place,
        node: cst.BaseExpression,
        meaning: Meaning,
        label: str,
        sink: Sink,
        step: str = "",
    ) -> None:
        if is_uneven(node) or not is_first(self.script, place.line, node):
            return
        line = self.script.line_of(place.line)
        self._add(MetricSite(place, line, node, "", False, sink, meaning, "", label, step))
