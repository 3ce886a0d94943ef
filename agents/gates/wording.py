"""Lights with their reasons: bounded, and without the paths of any machine."""

import re
from collections.abc import Mapping

from agents.records import Gate, Light

MAX_REASON = 2000

# Installed packages keep their own part of the path; of other absolute paths the name is enough.
_PACKAGE_PATH = re.compile(r"(?:/[\w.@+~-]+)+/(?:site|dist)-packages/")
_LIBRARY_PATH = re.compile(r"(?:/[\w.@+~-]+)+/lib/python[\d.]+/")
_ABSOLUTE_PATH = re.compile(r"(?<![\w:/.])(?!/(?:proc|dev)/)(?:/[\w.@+~-]+){2,}/?")

_CONTROL = re.compile(r"\x1b\[[\d;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


def light_gate(
    name: str, light: Light, reason: str = "", figures: Mapping[str, float] | None = None
) -> Gate:
    """Build a gate whose reason is clean and short enough to be handed back to a coder."""
    reason = clip_text(hide_paths(reason))
    return Gate(name=name, light=light, reason=reason, figures=dict(figures or {}))


def clip_text(text: str, limit: int = MAX_REASON) -> str:
    """Cut a text to `limit` characters; what would move a terminal's cursor is left out."""
    text = _CONTROL.sub("", text)
    return text if len(text) <= limit else text[: limit - 4].rstrip() + " ..."


def hide_paths(text: str) -> str:
    """Shorten absolute paths to what means something elsewhere too."""
    text = _PACKAGE_PATH.sub("", text)
    text = _LIBRARY_PATH.sub("", text)
    return _ABSOLUTE_PATH.sub(lambda found: found[0].rstrip("/").rsplit("/", 1)[-1], text)


def show_number(value: float) -> str:
    """A number as people read it."""
    return f"{value:.6g}"
