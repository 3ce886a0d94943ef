"""Plain words -> what a request names besides its functionality: how many trials, how sparse."""

import re
from collections.abc import Mapping
from types import MappingProxyType

_QUOTED = r"(?:\"([^\"]+)\"|'([^']+)'|`([^`]+)`|\u201c([^\u201d]+)\u201d)"
_NAME = rf"(?:{_QUOTED}|([\w./-]*\w))"

_PATTERNS: Mapping[str, tuple[str, ...]] = {
    "trials": (r"\b(\d{1,6})\s+(?:\w+\s+)?trials?\b", r"\btrials?\s*[=:]?\s*(\d{1,6})\b"),
    "sparsity": (
        r"\b(\d{1,2}(?:\.\d+)?\s*%|0?\.\d+)\s+(?:\w+\s+)?(?:sparsity|sparse|zeros)\b",
        r"\bsparsity\s+(?:level\s+)?(?:of|to|=|:)?\s*(\d{1,2}(?:\.\d+)?\s*%|0?\.\d+)",
        r"\bprune\s+(?:\w+\s+){0,3}?(?:by|to)?\s*(\d{1,2}(?:\.\d+)?\s*%|0?\.\d+)",
    ),
    "pruning": (r"\b(prun(?:e[sd]?|ing)|spars\w+)\b",),
    "quantization": (r"\b(quanti[sz]\w+|int8)\b", r"\b(compress\w*\s+(?:\w+\s+)?weights)\b"),
    "bits": (r"\bint(\d{1,2})\b", r"\b(\d{1,2})[- ]bits?\b"),
    "alias": (rf"\balias(?:\s+(?:named|called))?\s+{_NAME}",),
    "model": (
        rf"\bregister\w*\b.{{0,60}}?\b(?:as|under(?:\s+the\s+name)?|named|called)\s+{_NAME}",
    ),
}
"""Wish -> patterns; the first group that matched is what was asked for."""


def read_wishes(text: str) -> Mapping[str, str]:
    """Everything a request names; a percentage is given as a fraction: `50%` -> `0.5`."""
    found = {}
    for name, patterns in _PATTERNS.items():
        for pattern in patterns:
            if match := re.search(pattern, text, re.IGNORECASE):
                found[name] = _settle(next(group for group in match.groups() if group))
                break
    return MappingProxyType(found)


def _settle(text: str) -> str:
    plain = text.replace(" ", "")
    return f"{float(plain[:-1]) / 100:g}" if plain.endswith("%") else text
