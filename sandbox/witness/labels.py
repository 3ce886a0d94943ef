"""What a script itself calls a value: cut out of the text around it."""

import re
import string
from collections.abc import Iterator

_FILLERS = frozenset(("a", "an", "and", "at", "for", "in", "is", "of", "on", "the", "to", "was"))
_SEPARATORS = re.compile(r"[|,;\n\t()\[\]<>]|\s-+\s|:\s+(?=\S)")
_WORD = re.compile(r"[^\W\d]\w*")
_CONVERSION = re.compile(r"%(?:\(\w*\))?[#0\- +]*(?:\d+|\*)?(?:\.(?:\d+|\*))?[hlL]?([a-zA-Z%])")
_MOST_WORDS = 4


def clean_label(text: str) -> str:
    """`"Epoch 3 | Test accuracy: "` -> `test_accuracy`; empty where the text names nothing."""
    text = text.replace("^", "").replace("²", "2").replace("-", " - " if " - " in text else "_")
    part = _SEPARATORS.split(text.rstrip(" :=\t\n"))[-1]
    words = [word.strip("_").lower() for word in _WORD.findall(part)]
    return "_".join([word for word in words if word and word not in _FILLERS][-_MOST_WORDS:])


def split_conversions(text: str) -> tuple[str, ...]:
    """The label before each conversion of a `%` format, in order."""
    labels = []
    start = 0
    for found in _CONVERSION.finditer(text):
        if found.group(1) == "%":
            continue
        labels.append(clean_label(text[start : found.start()]))
        start = found.end()
    return tuple(labels)


def split_fields(text: str) -> tuple[str, ...]:
    """The label before each field of a `str.format` text, in order; none if it is not one."""
    try:
        return tuple(_read_fields(text))
    except ValueError:
        return ()


def _read_fields(text: str) -> Iterator[str]:
    for before, name, _, _ in string.Formatter().parse(text):
        if name is not None:
            yield clean_label(before)
