"""Attempts and seconds of one run: reserved before, settled after."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from agents.records import Spent
from agents.settings import Settings


@dataclass(slots=True)
class Budget:
    """What one run may still use, across all makers."""

    settings: Settings
    now: Callable[[], float] = time.monotonic
    attempts: int = 0
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.now()

    @property
    def seconds(self) -> float:
        """Wall seconds used by this process."""
        return self.now() - self.started

    @property
    def attempt_seconds(self) -> float:
        """The deadline of the next attempt: its own limit, or what is left of the whole."""
        left = self.settings.max_seconds - self.seconds
        return max(min(self.settings.attempt_seconds, left), 0.1)

    def reserve(self, attempts: int = 0) -> Spent | None:
        """Ask for so many candidate attempts more; None grants them, Spent names the limit."""
        if self.seconds >= self.settings.max_seconds:
            return Spent("--max-seconds", self.seconds)
        if self.attempts + attempts > self.settings.max_attempts:
            return Spent("--max-attempts", self.attempts)
        self.attempts += attempts
        return None
