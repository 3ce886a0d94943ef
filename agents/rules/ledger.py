"""What is logged already: a text stands for one value only as long as its names keep theirs."""

import re

import libcst as cst

from agents.rules.expressions import calls_in
from agents.rules.script import Function, Loop, Place, Script

_NAME = re.compile(r"[A-Za-z_][\w.]*")
_CALLED = re.compile(r"(\w+)\(")
_LITERAL_ITEM = re.compile(r"""\[(["'])[^"']*\1\]$""")
_CHANGING = frozenset(
    """
    fit fit_transform fit_predict partial_fit set_params train_on_batch step backward
    load_state_dict append extend update insert pop clear remove add sort fill_ zero_ add_ reset
    """.split()  # noqa: SIM905 -- a list takes one line a word
)
_TRAINING = re.compile(r"\.(fit|partial_fit|step|backward|load_state_dict|set_params)\(")
_SHARED = re.compile(r"^\s*(?:global|nonlocal) (.*)", re.MULTILINE)
_EVERYTHING = "*"
_ASKING = frozenset({"score", "predict", "predict_proba", "decision_function", "transform"})


class Ledger:
    """Texts of values that have a site, with the lines where they are logged."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self._entries: dict[tuple[Function | None, str], list[Place]] = {}
        self._changes: dict[Function | None, list[tuple[int, str]]] = {}
        for place in script.places:
            found = self._changes.setdefault(place.function, [])
            line = script.line_of(place.line)
            found += [(line, name) for name in self._changed_by(place)]

    def add(self, place: Place, text: str) -> None:
        """Take note that the value of a text at a place is logged."""
        self._entries.setdefault((place.function, _even(text)), []).append(place)

    def holds(self, place: Place, text: str, *, anew: bool = False) -> bool:
        """The value a text has at a place is logged; `anew`: the place itself changes the text."""
        entries = self._entries.get((place.function, _even(text)), ())
        return any(self.is_same(entry, place, text, anew=anew) for entry in entries)

    def names(self, place: Place) -> frozenset[str]:
        """Bare names whose values at a place are logged."""
        texts = [text for function, text in self._entries if function is place.function]
        return frozenset(t for t in texts if t.isidentifier() and self.holds(place, t))

    def is_same(self, one: Place, other: Place, text: str, *, anew: bool = False) -> bool:
        """A text has one value at both places: nothing between them changes its names."""
        if one is other:
            return True
        if are_exclusive(self.script, one, other):
            return False
        first, second = (self.script.line_of(place.line) for place in (one, other))
        changed = self._lines_changing(text, other.function)
        if first < second:
            return not any(first < line < second + anew for line in changed)
        ended = next((loop for loop in other.loops if loop not in one.loops), None)
        if ended is not None and any(line in self._lines_of(ended) for line in changed):
            # A value of every round; the other place sees only that of the last one.
            return False
        loop = _shared_loop(one, other)
        onward = any(second < line <= first for line in changed)
        if loop is None or not onward:
            return not onward
        # The value comes round: from its line to the loop's end, and from the loop's head on.
        return not any(
            line in self._lines_of(loop) and (line > first or line < second + anew)
            for line in changed
        )

    def _lines_of(self, node: cst.CSTNode) -> range:
        span = self.script.spans[node]
        return range(span.start.line, span.end.line + 1)

    def _lines_changing(self, text: str, function: Function | None) -> list[int]:
        text = _even(text)
        names = {part for dotted in _NAME.findall(text) for part in _prefixes(dotted)}
        if text.isidentifier():
            # A number: nothing but another binding gives the name another value.
            return [b.line for b in self.script.bindings.get((function, text), ())]
        lines = [b.line for n in names for b in self.script.bindings.get((function, n), ())]
        if any(self._is_lively(word, function) for word in _CALLED.findall(text)):
            names.add(_EVERYTHING)
        changes = self._changes.get(function, ())
        return lines + [line for line, n in changes if n in names or ("[" in n and n in text)]

    def _is_lively(self, word: str, function: Function | None) -> bool:
        """The call asks a model: what it answers changes with training."""
        own = any(f.name == word for f in self.script.functions)
        made = any(b.how == "assign" for b in self.script.bound(word, function))
        return own or made or word in _ASKING

    def _changed_by(self, place: Place) -> list[str]:
        """Names, dotted names and items that the statement changes from within."""
        found: list[str] = []
        for small in place.line.body:
            targets = [t.target for t in small.targets] if isinstance(small, cst.Assign) else []
            if isinstance(small, cst.AugAssign | cst.AnnAssign):
                targets = [small.target]
            found += [self._holder(t) for t in targets if not isinstance(t, cst.Name)]
        for call in calls_in(place.line):
            method = call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
            if isinstance(call.func, cst.Attribute) and method in _CHANGING:
                found.append(self._holder(call.func.value))
            target = self.script.defined(call, place.function)
            if target is not None:
                shared = _SHARED.findall(self.script.text(target.node.body))
                found += [name for names in shared for name in _NAME.findall(names)]
            if method == "step" or (
                target is not None and _TRAINING.search(self.script.text(target.node.body))
            ):
                found.append(_EVERYTHING)
        return found

    def _holder(self, node: cst.BaseExpression) -> str:
        """The text of what is changed; an item with a literal key is changed by itself."""
        while isinstance(node, cst.Subscript) and not _LITERAL_ITEM.search(self.script.text(node)):
            node = node.value
        return _even(self.script.text(node))


def _prefixes(dotted: str) -> list[str]:
    """`self.model.score` -> self, self.model, self.model.score."""
    parts = dotted.split(".")
    return [".".join(parts[: end + 1]) for end in range(len(parts))]


def are_exclusive(script: Script, one: Place, other: Place) -> bool:
    """The places stand in two arms of one `if`: only one of them is reached at a time."""
    arms: dict[cst.CSTNode, cst.CSTNode] = {}
    node: cst.CSTNode = one.line
    up = script.parents.get(node)
    while up is not None:
        arms[up] = node
        node, up = up, script.parents.get(up)
    node, up = other.line, script.parents.get(other.line)
    while up is not None and up not in arms:
        node, up = up, script.parents.get(up)
    return isinstance(up, cst.If) and arms[up] is not node


def _shared_loop(one: Place, other: Place) -> Loop | None:
    shared = [loop for loop in one.loops if loop in other.loops]
    return shared[-1] if shared else None


def _even(text: str) -> str:
    return text.replace("'", '"')
