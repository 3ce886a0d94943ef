"""Whether values of a rewritten program come from where they came from in the original."""

import ast
import re

from agents.gates.kinds import Kinds
from agents.gates.sources import Program
from agents.gates.takings import Source, called

ASKING = re.compile(
    r"(?:partial_)?fit(?:_\w+)?|train_on_batch|predict\w*|decision_function|transform"
    r"|inverse_transform|score\w*|evaluate|test_on_batch"
)
"""Methods of models: which model it is may change from trial to trial."""
FREE_WORDS = frozenset(
    {"callbacks", "callback", "verbose", "eval_set", "eval_names", "eval_metric", "n_jobs"}
    | {"validation_data", "classes", "error_score", "num_workers", "early_stopping_rounds"}
    | {"evals", "evals_result", "verbose_eval", "valid_sets", "valid_names", "ckpt_path"}
)
"""Arguments that may be given as well: they change how long it is trained, not on what."""
_DRAWING = frozenset(
    {"train_test_split", "random_split", "KFold", "StratifiedKFold", "ShuffleSplit", "GroupKFold"}
    | {"StratifiedShuffleSplit", "TimeSeriesSplit", "manual_seed", "default_rng", "RandomState"}
)
"""Calls that choose or make rows."""
_DRAWN_BY = frozenset({"random_state", "seed", "test_size", "train_size"})
MODEL_FIRST = frozenset(
    {"cross_val_score", "cross_validate", "cross_val_predict", "learning_curve", "fit_model"}
)


class Likeness:
    """Compares values of one program (`old`) with those of another (`new`)."""

    def __init__(self, old: Program, new: Program) -> None:
        self._old = old
        self._new = new
        self._before = Kinds(old)
        self._after = Kinds(new)
        self._known: dict[tuple[Source, Source], bool] = {}

    def covers(self, old: Source, new: Source) -> bool:
        """Wherever the new value may come from, the old one may come from there, too."""
        pair = (old, new)
        if pair not in self._known:
            # Round a loop the answer is what the rest of it gives.
            self._known[pair] = True
            known = self._old.heads(old)
            self._known[pair] = all(
                any(self._is_like(mine, other) for mine in known) for other in self._new.heads(new)
            )
        return self._known[pair]

    def covers_call(self, old: ast.Call, new: ast.Call) -> bool:
        """A call is given what another was given; which model it is asked of does not matter."""
        if len(old.args) != len(new.args):
            return False
        first = 1 if called(new.func) in MODEL_FIRST else 0
        pairs = list(zip(old.args, new.args, strict=True))[first:]
        theirs = {word.arg: word.value for word in new.keywords}
        for word in old.keywords:
            if word.arg not in theirs:
                if word.arg not in FREE_WORDS:
                    return False
            elif word.arg not in ("estimator", "model"):
                pairs.append((word.value, theirs[word.arg]))
        if self._draws_rows_anew(new):
            return False
        mine = {word.arg for word in old.keywords} | FREE_WORDS
        return all(self.covers(Source(a), Source(b)) for a, b in pairs) and all(
            self._after.is_setting(Source(value))
            for name, value in theirs.items()
            if name not in mine
        )

    def _draws_rows_anew(self, new: ast.Call) -> bool:
        """Which rows there are is up to no trial: a lucky split is no better model."""
        drawing = self._after.name_call(new) in _DRAWING
        given = [word.value for word in new.keywords if drawing or word.arg in _DRAWN_BY]
        given += new.args if drawing else ()
        return any(self._after.is_suggested(Source(part)) for part in given)

    def _is_like(self, old: Source, new: Source) -> bool:
        if self._before.is_object(old) and self._after.is_object(new):
            return True
        if self._after.is_tuned(new) and self._after.is_setting(new):
            return self._before.is_setting(old)
        mine, other = old.node, new.node
        return old.path == new.path and type(mine) is type(other) and self._is_same(mine, other)

    def _is_same(self, mine: ast.AST, other: ast.AST) -> bool:
        if isinstance(mine, ast.Call) and isinstance(other, ast.Call):
            return self._is_like_call(mine, other)
        if isinstance(mine, ast.Slice) and isinstance(other, ast.Slice):
            bounds = (other.lower, other.upper, other.step)
            if any(part and self._after.is_suggested(Source(part)) for part in bounds):
                return False
        if dotted := self._old.imported(mine):
            return dotted == self._new.imported(other)
        if isinstance(mine, ast.Name) and isinstance(other, ast.Name):
            return mine.id == other.id and not self._new.imported(other)
        return all(
            self._are_like(part, getattr(other, field, None))
            for field, part in ast.iter_fields(mine)
            if field not in ("ctx", "type_comment", "kind")
        )

    def _are_like(self, old: object, new: object) -> bool:
        if isinstance(old, ast.expr) and isinstance(new, ast.expr):
            return self.covers(Source(old), Source(new))
        if isinstance(old, ast.AST) and isinstance(new, ast.AST):
            return type(old) is type(new) and all(
                self._are_like(part, getattr(new, field, None))
                for field, part in ast.iter_fields(old)
                if field not in ("ctx", "type_comment", "kind", "target")
            )
        if isinstance(old, list) and isinstance(new, list):
            return len(old) == len(new) and all(map(self._are_like, old, new))
        return old == new

    def _is_like_call(self, old: ast.Call, new: ast.Call) -> bool:
        name = self._before.name_call(old)
        if name != self._after.name_call(new) or not self.covers_call(old, new):
            return False
        method = isinstance(old.func, ast.Attribute) and isinstance(new.func, ast.Attribute)
        if not method or not name or ASKING.fullmatch(name) or self._old.imported(old.func):
            return True
        assert isinstance(old.func, ast.Attribute)  # noqa: S101
        assert isinstance(new.func, ast.Attribute)  # noqa: S101
        return self.covers(Source(old.func.value), Source(new.func.value))
