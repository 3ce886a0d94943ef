"""Files that a run left, laid out so that two runs can be compared: names without dates."""

import re
from collections import defaultdict
from collections.abc import Mapping

_DATED = re.compile(
    r"""
      (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\d\d_\d\d-\d\d-\d\d[^/]*
    | (?<=tfevents\.)[^/]+
    | (?<!\d)(?:19|20)\d\d[-_.]?[01]\d[-_.]?[0-3]\d
      (?:[T_.-]*[0-2]\d[-_.:h]?[0-5]\d(?:[-_.:m]?[0-5]\d)?)?
      (?!\d)(?:[._]\d{3,6}(?!\d))?
    | (?<!\d)[0-2]\d[-_.:][0-5]\d[-_.:][0-5]\d(?!\d)
    | (?<!\d)1\d{9}(?:\.\d+|\d{3})?(?!\d)
    """,
    re.VERBOSE,
)
"""A date, a time of day or seconds since 1970, as they stand in names of folders and files."""


def mask_name(name: str) -> str:
    """The name with what differs between two runs at different times taken out."""
    return _DATED.sub("<time>", name)


def group_products(products: Mapping[str, str]) -> Mapping[str, str]:
    """Masked name -> digest; empty where several files share a name or it notes the run itself."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, digest in products.items():
        if not _is_cache(name):
            found[mask_name(name)].append(digest)
    return {
        name: digests[0] if len(digests) == 1 and not _notes_run(name) else ""
        for name, digests in found.items()
    }


def compare_products(
    first: Mapping[str, str], second: Mapping[str, str]
) -> Mapping[str, str | None]:
    """What both runs of the original leave; None for content that differs by itself."""
    mine, theirs = group_products(first), group_products(second)
    return {
        name: digest if digest and digest == theirs[name] else None
        for name, digest in mine.items()
        if name in theirs
    }


def _notes_run(name: str) -> bool:
    # Hydra writes down its own output folder: equal only in runs that started in one second.
    return "<time>" in name and "/.hydra/" in f"/{name}"


def _is_cache(path: str) -> bool:
    return path.endswith(".pyc") or "__pycache__" in path.split("/")
