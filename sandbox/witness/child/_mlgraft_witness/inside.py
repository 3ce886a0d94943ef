"""What a thread is in the midst of, and who really asked for it."""

import sys
from _thread import _local


class Inside(_local):
    """Whether this thread is inside a remembered call, a score, or the saving of a model."""

    model = False
    scored = None
    """The model being scored, and where."""
    saving = False


def open_sites(inside, find_caller):
    """A function (depth) -> place in the script that asks a model; None where a library does.

    MLflow asks models, too, to guess a signature; only what it passes on is the script's.
    """

    def find_site(depth):
        if inside.saving:
            return None
        site = find_caller(depth + 1)
        return None if site is None or _is_serving(sys._getframe(depth + 1)) else site  # noqa: SLF001

    return find_site


def find_scoring(inside, model):
    """Where the script scores this very model; a step inside a pipeline is given other rows."""
    if inside.scored is None:
        return None
    scored, site = inside.scored
    own = model is scored or model is getattr(scored, "best_estimator_", None)
    return site if own else None


def _is_serving(frame):
    """MLflow itself calls, other than by passing on what it has patched."""
    for _ in range(8):
        if frame is None or "/mlflow/" not in frame.f_code.co_filename:
            return False
        passing = "autologging_utils" in frame.f_code.co_filename
        if not passing and "patch" not in frame.f_code.co_name:
            return True
        frame = frame.f_back
    return False
