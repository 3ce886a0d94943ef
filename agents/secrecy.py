"""What looks secret, and how it is kept out of everything that is written down."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

MASK = "*****"
SHORTEST = 6
"""Characters; a shorter value could stand anywhere, and masking it would garble every text."""

_NAMES = re.compile(
    r"(^|_)(password|passwd|pwd|token|secret|key|apikey|credential|credentials|auth)s?($|_)"
)
_KEPT = ("files", "patch")
_VALUES = re.compile(r"://[^/\s]*:[^/\s]*@|^(sk|ghp|hf|AKIA|xox[bp])[-_]?\w{12,}")


def name_looks_secret(name: str) -> bool:
    """Whether people keep passwords and keys under such a name: `--api-key`, `db.password`."""
    return bool(_NAMES.search(re.sub(r"[^0-9a-z]+", "_", name.lower())))


def value_looks_secret(value: str) -> bool:
    """Whether a text is an address with a password in it, or begins as well-known keys do."""
    return bool(_VALUES.search(value))


def find_secrets(command: Sequence[str]) -> tuple[str, ...]:
    """Values of options that look secret by the option's name or by themselves, longest first.

    Numbers are none: `--max-tokens 100000` counts something.
    """
    given = [word.partition("=")[::2] for word in command if word.startswith("-") and "=" in word]
    given += [(name, value) for name, value in pairwise(command) if name.startswith("-")]
    found = {
        value
        for name, value in given
        if len(value) >= SHORTEST
        and not value.startswith("-")
        and not value.replace(".", "", 1).isdigit()
        and (name_looks_secret(name) or value_looks_secret(value))
    }
    return tuple(sorted(found, key=lambda value: (-len(value), value)))


def mask_text(text: str, secrets: Sequence[str]) -> str:
    """The text with every one of these values masked."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text


def mask_record(value: object, secrets: Sequence[str]) -> object:
    """The same for every text in what a record is written as: mappings, lists, plain values.

    Programs and patches stay what they are: a masked one would be another one.
    """
    if isinstance(value, str):
        return mask_text(value, secrets)
    if isinstance(value, Mapping):
        return {
            key: held if key in _KEPT else mask_record(held, secrets) for key, held in value.items()
        }
    if isinstance(value, list | tuple):
        return [mask_record(held, secrets) for held in value]
    return value
