"""Trials that keep the original's test rows out of it: they split its training rows once more."""

import ast
from collections.abc import Sequence

from agents.gates.kinds import Kinds
from agents.gates.likeness import ASKING, FREE_WORDS, Likeness
from agents.gates.sources import Program
from agents.gates.takings import Source

FOLDING = frozenset({"cross_val_score", "cross_validate"})
"""Functions of scikit-learn that train on some folds and score the rest."""


class HoldOut:
    """Knows what the original trains on, and which parts of it a trial may train on and score."""

    def __init__(
        self, old: Program, new: Program, likeness: Likeness, fits: Sequence[ast.Call]
    ) -> None:
        self._old = Kinds(old)
        self._made = {
            self._old.name_call(node)
            for tree in old.files.values()
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
        }
        self._new = new
        self._kinds = Kinds(new)
        self._likeness = likeness
        self._learned = tuple(
            Source(given)
            for call in fits
            for given in (*call.args, *(word.value for word in call.keywords))
            if not self._old.is_setting(Source(given))
        )

    def allows(self, call: ast.Call, *, training: bool) -> bool:
        """Trained on one part of a split of the training rows, or scored on the other."""
        data = [part for part in _list_given(call) if not self._kinds.is_setting(Source(part))]
        return bool(data) and all(self._is_part(part, 0 if training else 1) for part in data)

    def allows_folds(self, call: ast.Call) -> bool:
        """Cross-validated on the training rows, with a model of the original's kind."""
        words = {word.arg: word.value for word in call.keywords}
        data = [*call.args[1:3], *(words[name] for name in ("X", "y") if name in words)]
        model = call.args[0] if call.args else words.get("estimator")
        scoring = words.get("scoring")
        return (
            bool(data)
            and model is not None
            and (scoring is None or isinstance(scoring, ast.Constant))
            and all(self._is_learned(Source(part)) for part in data)
            and self._is_known_model(model)
        )

    def _is_part(self, node: ast.expr, half: int) -> bool:
        heads = self._new.heads(Source(node))
        return bool(heads) and all(self._is_half(head, half) for head in heads)

    def _is_half(self, head: Source, half: int) -> bool:
        node = head.node
        if not isinstance(node, ast.Call):
            return False
        name = self._kinds.name_call(node)
        if ASKING.fullmatch(name):
            data = [part for part in node.args if not self._kinds.is_setting(Source(part))]
            return bool(data) and all(self._is_part(part, half) for part in data)
        place = head.path[0] if head.path else None
        if name != "train_test_split" or not isinstance(place, int) or place % 2 != half:
            return False
        drawn = any(self._kinds.is_suggested(Source(word.value)) for word in node.keywords)
        given = node.args[place // 2 : place // 2 + 1]
        return bool(given) and not drawn and self._is_learned(Source(given[0]))

    def _is_learned(self, source: Source) -> bool:
        return any(self._likeness.covers(known, source) for known in self._learned)

    def _is_known_model(self, node: ast.expr) -> bool:
        """Made of nothing but what the original makes models of."""
        return all(
            self._kinds.name_call(part) in self._made
            for head in self._new.heads(Source(node))
            for part in ast.walk(head.node)
            if isinstance(part, ast.Call) and self._kinds.is_object(Source(part))
        )


def _list_given(call: ast.Call) -> list[ast.expr]:
    words = [word.value for word in call.keywords if word.arg not in FREE_WORDS]
    return [*call.args, *words]
