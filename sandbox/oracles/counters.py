"""Keys that count instead of measuring: `epoch` and `step`, logged beside metrics as their axis."""

import math
import re
from collections.abc import Sequence
from itertools import pairwise

_COUNTING = re.compile(
    r"(?:(?:global|train|training|trainer|val|current|optimizer)_)?"
    r"(?:epoch|step|iter|iteration|batch|round|fold|generation|episode)s?"
    r"(?:_(?:idx|index|num|number|id|no))?",
    re.IGNORECASE,
)


def is_counter(key: str, values: Sequence[float]) -> bool:
    """A key that is called like one, and whose values are whole and never fall."""
    name = re.split(r"[/.:]", key)[-1].replace("-", "_").replace(" ", "_")
    return (
        _COUNTING.fullmatch(name) is not None
        and all(math.isfinite(value) and value == int(value) for value in values)
        and all(first <= second for first, second in pairwise(values))
    )
