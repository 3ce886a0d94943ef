"""A metric's name says what the value is: which kind, of which data, which statistic."""

import ast
import re
from collections.abc import Callable, Mapping, Sequence

from agents.gates.exhibit import Exhibit
from agents.gates.families import (
    families_agree,
    function_families,
    name_families,
    name_splits,
    name_statistics,
    split_words,
)
from agents.gates.matching import Match
from agents.gates.numbers import Vouch
from agents.gates.program import list_statements, parse_program
from agents.gates.wording import show_number
from sandbox.witness.testimony import Sighting

ALLOWED = 0.1
"""Share of a key's values that may disagree: two places may show the same number by chance."""

Words = Mapping[tuple[str, int], str]
"""File and line -> the names that the statement there is made of."""

_FOLDED = re.compile(
    r"\.(cv_results_?|best_score_|cross_val_score|cross_validate|learning_curve|validation_curve"
    r"|permutation_test_score)$"
)
_FOLDED_LABEL = re.compile(r"-(mean|std|stdv)$")
_FOLDING = frozenset({"cv", "fold", "folds", "cross", "mean", "std", "split", "kfold"})


def find_misnomer(exhibit: Exhibit, matches: Mapping[str, Sequence[Match]]) -> str:
    """The first key whose name disagrees with where its values come from; empty if none does."""
    words = _read_words(exhibit.after)
    held_out = any(
        not _is_folded(seen) and "test" in _known_splits(seen, words)
        for seen in exhibit.observed.testimony.sightings
    )

    def split_problem(key: str, match: Match, words: Words) -> str:
        return _split_problem(key, match, words, held_out=held_out)

    for key, found in matches.items():
        for judge in (_family_problem, split_problem, _statistic_problem):
            problems = [judge(key, match, words) for match in found if match.vouches]
            wrong = [problem for problem in problems if problem]
            if len(wrong) > ALLOWED * len(found):
                return wrong[0]
    return ""


def find_kinds(matches: Mapping[str, Sequence[Match]]) -> Mapping[str, frozenset[str]]:
    """Logged key -> kinds of metric that where its values come from speaks of."""
    return {
        key: frozenset().union(
            *(_name_kinds(vouch) for match in found for vouch in match.vouches),
        )
        for key, found in matches.items()
    }


def _name_kinds(vouch: Vouch) -> frozenset[str]:
    seen = vouch.sighting
    library = seen.source == "library"
    named = function_families(seen.function) if library else name_families(seen.function)
    # A variable called `scores` may hold anything: no evidence against another name.
    return (name_families(seen.label) | named) - {"score"}


def _read_words(files: Mapping[str, str]) -> Words:
    words: dict[tuple[str, int], str] = {}
    for file, text in files.items():
        tree = parse_program(text)
        # Blocks come before the statements inside them, so that the inner ones stay.
        for span in list_statements(tree) if tree else ():
            if isinstance(span.node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
                continue
            names = " ".join(
                part.id if isinstance(part, ast.Name) else part.attr
                for part in ast.walk(span.node)
                if isinstance(part, ast.Name | ast.Attribute)
                and span.first <= part.lineno <= span.last
            )
            for line in range(span.first, span.last + 1):
                words[file, line] = names
    return words


def _judge(
    claimed: frozenset[str],
    vouches: Sequence[Vouch],
    known: Callable[[Vouch], frozenset[str]],
    agree: Callable[[frozenset[str], frozenset[str]], bool],
) -> Vouch | None:
    """The sighting that disagrees, unless one agrees or none says anything."""
    against = None
    for vouch in vouches:
        kinds = known(vouch)
        if kinds and agree(claimed, kinds):
            return None
        if kinds and against is None:
            against = vouch
    return against


def _family_problem(key: str, match: Match, words: Words) -> str:
    claimed = name_families(key)
    if not claimed:
        return ""
    spoken = set(split_words(key))

    def known(vouch: Vouch) -> frozenset[str]:
        seen = vouch.sighting
        named = name_families(seen.label)
        if claimed <= named or _carries(spoken, seen.label, seen.function, claimed):
            return claimed
        return _name_kinds(vouch)

    against = _judge(claimed, match.vouches, known, families_agree)
    return _describe(key, match, against) if against else ""


def _carries(spoken: set[str], label: str, function: str, claimed: frozenset[str]) -> bool:
    # `score` in `f1_score` and `loss` in `log_loss` are words of the function itself.
    general = claimed <= {"score", "loss"}
    return general and bool(claimed & spoken & set(split_words(f"{label} {function}")))


def _split_problem(key: str, match: Match, words: Words, *, held_out: bool) -> str:
    claimed = name_splits(key)
    if not claimed:
        return ""
    folded = not held_out or bool(_FOLDING & set(split_words(key)))

    def known(vouch: Vouch) -> frozenset[str]:
        return _known_splits(vouch.sighting, words, folded=folded)

    against = _judge(claimed, match.vouches, known, _overlap)
    return _describe(key, match, against) if against else ""


def _is_folded(seen: Sighting) -> bool:
    library = seen.source == "library"
    return library and bool(_FOLDED.search(seen.function) or _FOLDED_LABEL.search(seen.label))


def _known_splits(seen: Sighting, words: Words, *, folded: bool = True) -> frozenset[str]:
    """Parts of the data that where a value was seen speaks of.

    Cross-validation calls the rows that a fold leaves out `test`. Where a script has rows of that
    name besides (not `folded`), what comes of the folds is no test score.
    """
    named = name_splits(seen.label)
    if _is_folded(seen) and named != {"train"}:
        return frozenset({"validation", "test"} if folded else {"validation"})
    if named:
        return named
    text = words.get((seen.file, seen.line), "") if seen.source == "library" else seen.function
    return name_splits(text)


def _statistic_problem(key: str, match: Match, words: Words) -> str:
    claimed = name_statistics(key)
    if not claimed:
        return ""

    def known(vouch: Vouch) -> frozenset[str]:
        if vouch.how in ("mean", "std"):
            return frozenset({vouch.how})
        seen = vouch.sighting
        return name_statistics(f"{seen.label} {seen.function}")

    against = _judge(claimed, match.vouches, known, _overlap)
    return _describe(key, match, against) if against else ""


def _overlap(claimed: frozenset[str], known: frozenset[str]) -> bool:
    return bool(claimed & known)


def _describe(key: str, match: Match, vouch: Vouch) -> str:
    seen = vouch.sighting
    how = "" if vouch.how == "value" else f"the {vouch.how} of "
    what = f"what `{seen.function}` returned"
    if seen.source == "expression":
        what = f"the value of `{seen.function}`"
    label = f", there called `{seen.label}`" if seen.label else ""
    return (
        f"Logged as `{key}`, but {show_number(match.value)} is {how}{what} at {seen.file}, line "
        f"{seen.line}{label}. Give it the name of what it is."
    )
