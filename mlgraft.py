"""The stable Python surface: everything else is internal."""

from agents.pipeline import adapt
from agents.records import Request
from agents.settings import Settings
from agents.workshop import open_workshop

__all__ = ["Request", "Settings", "adapt", "open_workshop"]
