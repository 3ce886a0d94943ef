"""Which part of the data a value is of: what its key claims, what the place it was seen at says."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agents.gates.families import name_splits, split_words
from agents.gates.program import list_statements, parse_program
from sandbox.witness.testimony import Sighting

_FOLDED = re.compile(
    r"\.(cv_results_?|best_score_|cross_val_score|cross_validate|learning_curve|validation_curve"
    r"|permutation_test_score)$"
)
_FOLDED_LABEL = re.compile(r"-(mean|std|stdv)$")
_FOLDING = frozenset({"cv", "fold", "folds", "cross", "mean", "std", "split", "kfold"})
_NUMBERED = re.compile(r"(?:validation|valid|eval)_(\d+)\b")
_SETS = frozenset({"eval_set", "evals", "valid_sets"})
_EVALUATED = frozenset({"eval", "evaluation"})
_NOT_TRAINED = frozenset({"validation", "test"})


@dataclass(frozen=True, slots=True)
class Places:
    """What the text of a program says of its data, line by line."""

    words: Mapping[tuple[str, int], str]
    """File and line -> the names that the statement there is made of."""
    sets: Mapping[tuple[str, int], tuple[frozenset[str], ...]]
    """File and line of a `fit()` -> the splits that each member of its `eval_set` speaks of."""

    def find_splits(self, seen: Sighting, *, folded: bool = True) -> frozenset[str]:
        """Parts of the data that the place of a sighting speaks of; empty where it does not say.

        Cross-validation calls the rows that a fold leaves out `test`. Where a script has rows of
        that name besides (not `folded`), what comes of the folds is no test score.
        """
        library = seen.source == "library"
        named = claim_splits(seen.label)
        if is_folded(seen) and named != {"train"}:
            return _NOT_TRAINED if folded else frozenset({"validation"})
        if library and (numbered := _NUMBERED.match(seen.label)):
            # The library's own name for whatever stands there.
            sets = self.sets.get((seen.file, seen.line), ())
            number = int(numbered[1])
            return sets[number] if number < len(sets) else frozenset()
        if named:
            return named
        return name_splits(self.words.get((seen.file, seen.line), "") if library else seen.function)


def read_places(files: Mapping[str, str]) -> Places:
    """Read the texts of a program."""
    words: dict[tuple[str, int], str] = {}
    sets: dict[tuple[str, int], tuple[frozenset[str], ...]] = {}
    for file, text in files.items():
        tree = parse_program(text)
        if tree is None:
            continue
        words |= {(file, line): names for line, names in _list_words(tree)}
        sets |= {(file, line): found for line, found in _list_sets(tree)}
    return Places(words, sets)


def claim_splits(name: str) -> frozenset[str]:
    """What a key or a label says; `eval_loss` is not of the training data, whatever it is of."""
    found = name_splits(name)
    return _NOT_TRAINED if not found and _EVALUATED & set(split_words(name)) else found


def is_folded(seen: Sighting) -> bool:
    """Whether a value comes of a cross-validation."""
    library = seen.source == "library"
    return library and bool(_FOLDED.search(seen.function) or _FOLDED_LABEL.search(seen.label))


def claims_folds(key: str) -> bool:
    """Whether a key says that its value comes of a cross-validation."""
    return bool(_FOLDING & set(split_words(key)))


def _list_words(tree: ast.Module) -> Iterator[tuple[int, str]]:
    # Blocks come before the statements inside them, so that the inner ones stay.
    for span in list_statements(tree):
        if isinstance(span.node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            continue
        names = " ".join(
            part
            for node in ast.walk(span.node)
            for part in _list_names(node)
            if span.first <= getattr(node, "lineno", 0) <= span.last
        )
        for line in range(span.first, span.last + 1):
            yield line, names


def _list_sets(tree: ast.Module) -> Iterator[tuple[int, tuple[frozenset[str], ...]]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        for given in node.keywords:
            if given.arg in _SETS and isinstance(given.value, ast.List | ast.Tuple):
                found = tuple(map(_read_set, given.value.elts))
                for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                    yield line, found


def _read_set(member: ast.expr) -> frozenset[str]:
    names = " ".join(name for node in ast.walk(member) for name in _list_names(node))
    found = name_splits(names)
    # Rows that are looked at in every round validate, whatever they are called.
    return found | {"validation"} if "test" in found else found


def _list_names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
