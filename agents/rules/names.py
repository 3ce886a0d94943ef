"""Names: keys of metrics, and fresh variables that shadow nothing."""

import keyword
import re
from collections.abc import Sequence

import libcst as cst

from agents.rules.ledger import are_exclusive
from agents.rules.loops import iterated
from agents.rules.makers import Maker, find_maker
from agents.rules.metrics import (
    FAMILIES,
    KIN,
    family_of,
    is_metric_name,
    parted_words,
    split_of,
    strip_phrases,
    words_of,
)
from agents.rules.script import Script
from agents.rules.sites import Metric, MetricSite, Pacing

_MODIFIERS = (
    "best",
    "final",
    "mean",
    "average",
    "avg",
    "macro",
    "micro",
    "weighted",
    "balanced",
    "baseline",
    "median",
    "min",
    "max",
    "running",
    "top",
)
_TENSOR = re.compile(r"\btorch\.\w+\(|\.double\(\)|\.float\(\)|\b(criterion|loss_fn|F\.\w+)\(")
_PREDICTIONS = frozenset(
    {
        "y",
        "pred",
        "preds",
        "predictions",
        "prediction",
        "hat",
        "predicted",
        "prob",
        "probs",
        "proba",
        "probas",
        "pos",
        "test",
        "train",
        "val",
    }
)
_FILLERS = frozenset(
    {
        "the",
        "a",
        "an",
        "of",
        "on",
        "for",
        "in",
        "with",
        "is",
        "model",
        "set",
        "data",
        "result",
        "results",
        "s",
    }
)


def snake(text: str) -> str:
    """A text as a key: lower-case words joined by underscores."""
    return "_".join(words_of(text))


def fresh_name(wanted: str, taken: set[str]) -> str:
    """An identifier that nothing in the module is called; it is taken from then on."""
    stem = re.sub(r"\W", "_", wanted).strip("_") or "value"
    stem = f"metric_{stem}" if stem[0].isdigit() else stem
    name, number = stem, 1
    while name in taken or keyword.iskeyword(name):
        name = f"{stem}_value" if number == 1 else f"{stem}_value{number}"
        number += 1
    taken.add(name)
    return name


def is_tensor(script: Script, site: MetricSite) -> bool:
    """The value is, as far as the text shows, a tensor and not yet a number."""
    made = site.node
    for _ in range(4):
        if not isinstance(made, cst.Name):
            break
        bound = script.latest(made.value, site.place.function, site.line)
        if bound is None or bound.value is None or bound.how != "assign":
            break
        made = bound.value
    text = script.text(made)
    return bool(_TENSOR.search(text)) and ".item()" not in text and "torch" in script.words


def _split_around(script: Script, site: MetricSite) -> str:
    """`train`, `val` or `test`, as the loop's loader or the function's name say."""
    for loop in reversed(site.place.loops):
        node = iterated(loop)
        found = split_of(script.text(node)) if node is not None else ""
        if found:
            return found
    function = site.place.function
    if function is None:
        return ""
    found = split_of(function.name)
    if found == "train" and re.search(r"\.eval\(|val_|valid|test", script.text(function.node.body)):
        found = ""
    loaders = {
        split_of(script.text(node))
        for node in (iterated(loop) for loop in _loops_in(function.node))
        if node is not None
    } - {""}
    if len(loaders) > 1:
        return ""
    return loaders.pop() if loaders else found


def _loops_in(node: cst.CSTNode) -> list[cst.For]:
    found = [node] if isinstance(node, cst.For) else []
    return found + [loop for child in node.children for loop in _loops_in(child)]


def key_of(script: Script, site: MetricSite, pacing: Pacing) -> str:
    """The key a site would like to have."""
    meaning, own = site.meaning, site.name.removeprefix("self.")
    label_split = split_of(site.label)
    own = _unindexed(own)
    if site.sink in ("folds", "search"):
        return snake(meaning.key)
    if site.sink == "summary" and family_of(site.label) and not meaning.measured:
        return re.sub(r"[^\w\-./ ]", "_", site.label).strip("/")
    family = family_of(own)
    fitting = bool(family) and (
        not meaning.key
        or family in (meaning.key, KIN.get(meaning.key))
        or family == _plain(meaning.key)
    )
    # In the name of a measured value, `lr` is a logistic regression.
    plain_own = re.sub(r"(^|_)lr(?=_|$)", "", own) if meaning.measured else own
    if fitting and is_metric_name(plain_own) and not (meaning.key and family == "score"):
        key = snake(own)
    else:
        key = meaning.key or family_of(site.label) or family or "score"
        plain = words_of(strip_phrases(site.label))
        extra = [w for w in plain if w in _MODIFIERS and w not in key]
        key = "_".join([*extra[:2], key])
    split = meaning.split or ("" if pacing.prefix else label_split)
    if not split and not split_of(key) and not meaning.measured and not pacing.prefix:
        split = _split_around(script, site)
    if split and not split_of(key):
        first, _, rest = key.partition("_")
        key = f"{first}_{split}_{rest}" if first in ("best", "final") else f"{split}_{key}"
    return key


def _unindexed(name: str) -> str:
    """`scores["micro"][i]` -> scores_micro: literal keys stay, variable ones say nothing."""
    stem = name.split("[", 1)[0]
    quoted = re.findall(r"""\[["']([\w -]+)["']\]""", name)
    if quoted and is_metric_name(quoted[-1]):
        return str(quoted[-1])
    return "_".join([stem, *quoted])


def _plain(key: str) -> str:
    return family_of(key)


def is_contradictory(site: MetricSite) -> bool:
    """The script calls it a score on one part of the data but measures it on another."""
    named = split_of(site.name) or split_of(site.label)
    # A test set that serves to validate is common; the training set is neither.
    both = {site.meaning.split, named}
    return len(both) == 2 and "" not in both and "train" in both


def _subject_of(site: MetricSite) -> str:
    return "_".join(w for w in parted_words(site.meaning.subject) if w not in _PREDICTIONS)


def _variable_of(maker: Maker) -> str:
    words = [w for w in parted_words(maker.variable) if w not in _PREDICTIONS]
    return "" if words in (["model"], ["clf"], ["estimator"]) else "_".join(words)


def _moment_of(site: MetricSite, rounds: Sequence[MetricSite]) -> str:
    """A value measured before or after the rounds that measure the same again and again."""
    if any(other.place.function is not site.place.function for other in rounds):
        return ""
    if all(site.line < other.line for other in rounds):
        return "initial_"
    return "final_" if all(site.line > other.line for other in rounds) else ""


def _label_words(site: MetricSite) -> str:
    words = [
        w for w in words_of(strip_phrases(site.label)) if w not in _FILLERS and w not in FAMILIES
    ]
    words = [w for w in words if not split_of(w) and len(w) > 2]
    return "_".join(words) if len(words) <= 3 else ""


def name_metrics(script: Script, found: Sequence[tuple[MetricSite, Pacing]]) -> tuple[Metric, ...]:
    """Give every site a key of its own."""
    wanted = [key_of(script, site, pacing) for site, pacing in found]
    keys = list(wanted)
    for i, (site, pacing) in enumerate(found):
        rounds = [
            s for (s, p), key in zip(found, wanted, strict=True) if key == wanted[i] and p.step
        ]
        if rounds and not pacing.step and wanted.count(wanted[i]) == len(rounds) + 1:
            keys[i] = f"{_moment_of(site, rounds)}{wanted[i]}"
    makers = {site: find_maker(script, site) for site, _ in found}
    for ways in (
        lambda s: "_".join(words_of(makers[s].title)),
        lambda s: _subject_of(s) or _variable_of(makers[s]),
        _label_words,
        lambda s: "_".join(parted_words(makers[s].kind)),
        lambda s: s.meaning.origin.name if s.meaning.origin else "",
    ):
        for key in {k for k in keys if keys.count(k) > 1}:
            same = [i for i, k in enumerate(keys) if k == key]
            extra = [ways(found[i][0]) for i in same]
            if len(set(extra)) < 2:
                continue
            for i, words in zip(same, extra, strict=True):
                if words and words not in key:
                    keys[i] = key if key in words else f"{words}_{key}"
                    if key in words:
                        keys[i] = words
    seen: dict[str, list[MetricSite]] = {}
    out = []
    for (site, pacing), key in zip(found, keys, strict=True):
        earlier, number = seen.setdefault(key, []), ""
        # Of the arms of an `if` only one is reached: they share a key.
        if not all(are_exclusive(script, site.place, other.place) for other in earlier):
            number = f"_{len(earlier) + 1}"
        earlier.append(site)
        out.append(Metric(site, f"{key}{number}"[:200], pacing))
    return tuple(out)
