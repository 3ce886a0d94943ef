"""Plain words -> what a request names besides its functionality: how many trials, how sparse."""

import re
from collections.abc import Mapping
from types import MappingProxyType

_QUOTED = r"(?:\"([^\"]+)\"|'([^']+)'|`([^`]+)`|\u201c([^\u201d]+)\u201d)"
_NAME = rf"(?:{_QUOTED}|([\w./-]*\w))"

_OF_IT = (
    r"(?:(?:it|them|this|that|the|an?|each|every|trained|commit|release|version|model|state|result|annotated"
    r"|named|called|as|with|of|to|run|new|name)\s+){0,6}"
)
_WRITING = r"writes?|produces?|generates?|creates?|makes?|outputs?|saves?|prepares?"
_READING = r"reads?|loads?|uses?|takes|consumes?|trains? on|starts? from"
_PATH = r"[\w.-]+(?:/[\w.-]+)*(?:/(?!\w)|\.[A-Za-z]\w{0,9}\b)"

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
    "accuracy": (
        r"\b(?:print|report|show|log|compare|measure|evaluate)\w*\b[^.]{0,40}\b(accurac\w+)\b",
    ),
    "alias": (rf"\balias(?:\s+(?:named|called))?\s+{_NAME}",),
    "model": (
        rf"\bregister\w*\b.{{0,60}}?\b(?:as|under(?:\s+the\s+name)?|named|called)\s+{_NAME}",
    ),
    "data": (
        r"\b((?:data(?:sets?|bases?|frames?|files?)?|tables?|corpus|images|csvs?)\b(?! version))",
    ),
    "models": (r"\b(models?|weights|checkpoints?|networks?|classifiers?|regressors?)\b",),
    "code": (r"\b(code|sources?|programs?|scripts? and|and (?:the |this )?scripts?|everything)\b",),
    "written": (
        rf"\b(?:data\w*|tables?|files?)\s+(?:\w+\s+){{0,4}}?({_WRITING})\b",
        r"\b((?:generated|produced|written|resulting|prepared|output)\s+(?:data\w*|files?|tables?))\b",
    ),
    "read": (
        rf"\b(?:data\w*|tables?|files?)\s+(?:\w+\s+){{0,4}}?({_READING})\b",
        r"\b((?:training|input|raw|source)\s+(?:data\w*|files?|tables?))\b",
    ),
    "tagged": (r"\b(tag(?:s|ged|ging)?)\b",),
    "tag": (
        rf"\btag(?:s|ged|ging)?\b\s*:?\s+{_OF_IT}{_QUOTED}",
        rf"\btag(?:s|ged|ging)?\b\s*:?\s+{_OF_IT}((?=[\w./-]*\d)[\w./-]*\w)",
        r"\btag(?:s|ged|ging)?\b\s+(?:\w+\s+){0,3}(?:as|named|called)\s+([\w./-]*\w)",
        rf"(?:{_QUOTED}|((?=[\w./-]*\d)[\w./-]*\w))\s+tag\b",
    ),
    "branched": (r"\b((?:new|separate|own|dedicated)\s+branch|branch\s+(?:named|called))\b",),
    "branch": (
        rf"\bbranch\s+(?:named|called)\s+{_NAME}",
        rf"\bbranch\s+(?:{_QUOTED}|((?=[\w.]*[-/_\d])[\w./-]*\w))",
        rf"{_QUOTED}\s+branch\b",
    ),
    "push": (r"\b(push(?:es|ed|ing)?|remote)\b",),
    "commit": (r"\b(commit(?:s|ted|ting)?)\b",),
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
    if paths := re.findall(_PATH, text):
        found["paths"] = " ".join(dict.fromkeys(paths))
    return MappingProxyType(found)


def _settle(text: str) -> str:
    plain = text.replace(" ", "")
    return f"{float(plain[:-1]) / 100:g}" if plain.endswith("%") else text
